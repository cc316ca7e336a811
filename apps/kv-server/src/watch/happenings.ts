import type { Membership } from "@quorate/raft-core";
import type { RaftNode } from "@quorate/raft-node";
import type { Recorder } from "./recorder.ts";

/** Records what a node tells of itself. Returns what ends that. */
export function recordHappenings<Result, Query, Answer>(
  node: Pick<RaftNode<Result, Query, Answer>, "on" | "status">,
  recorder: Recorder,
): () => void {
  let { role: former } = node.status();
  const ends = [
    node.on("role", ({ role, term }) => {
      if (former === "leader" && role !== "leader") recorder.record("stepped-down", { term });
      if (role === "pre-candidate") recorder.record("pre-vote", { term: term + 1 });
      if (role === "candidate") recorder.record("election", { term });
      if (role === "leader") recorder.record("leader", { term });
      former = role;
    }),
    node.on("membership", ({ membership }) => {
      // Everybody else has it from the leader, who tells of it once.
      if (node.status().role === "leader") recorder.record("membership", valuesOf(membership));
    }),
    node.on("snapshot", ({ snapshot, origin }) => {
      recorder.record(`snapshot-${origin}`, { index: snapshot.index, bytes: snapshot.sizeBytes });
    }),
    node.on("forgotten", ({ by }) => recorder.record("forgotten", { by })),
    node.on("failed", ({ code, message }) => recorder.record("failed", { code, message })),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function valuesOf({ voters, learners, outgoing, founding }: Membership): Record<string, string | number> {
  const lists = { voters: voters.join(", "), learners: learners.join(", "), outgoing: outgoing.join(", ") };
  return { ...lists, founding: founding === true ? 1 : 0 };
}
