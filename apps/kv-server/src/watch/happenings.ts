import type { Membership } from "@quorate/raft-core";
import type { RaftNodeEvents, RaftNodeListener, RaftNodeStatus } from "@quorate/raft-node";
import type { Recorder } from "./recorder.ts";

/** Of a `RaftNode`, what is needed to tell what happens to it. */
export interface EventfulNode {
  on<Name extends keyof RaftNodeEvents>(event: Name, listener: RaftNodeListener<Name>): () => void;
  status(): Pick<RaftNodeStatus, "role" | "term">;
}

/** Records what a node tells of itself. Returns what ends that. */
export function recordHappenings(node: EventfulNode, recorder: Recorder): () => void {
  let { role: former, term: led } = node.status();
  const ends = [
    node.on("role", ({ role, term }) => {
      // Of the term that it has led: a newer one may be what deposed it.
      if (former === "leader" && role !== "leader") recorder.record("stepped-down", { term: led });
      if (role === "pre-candidate") recorder.record("pre-vote", { term: term + 1 });
      if (role === "candidate") recorder.record("election", { term });
      if (role === "leader") recorder.record("leader", { term });
      if (role === "leader") led = term;
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
