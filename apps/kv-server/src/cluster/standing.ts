import { isMember } from "@quorate/raft-core";
import type { Logger, NodeId } from "@quorate/raft-core";
import type { KvNode, KvNodeStatus } from "./kv-node.ts";

/** What is wrong with a node's place in its cluster, and what its operator can do about it. */
export interface Grievance {
  readonly detail: string;
  readonly remedy: string;
}

/** Undefined while the node is a member and is known to be the one that it is. */
export function grievanceOf({ id, isForgotten, membership }: KvNodeStatus): Grievance | undefined {
  const resource = "/v1/cluster/members";
  if (isForgotten) {
    return {
      detail: "this node has lost what it had stored: under its id the cluster knows another, so it has no vote",
      remedy:
        `remove it (DELETE ${resource}/${id}), then start it with --join on an empty data directory, or add it as it is ` +
        `(POST ${resource} with its id and address)`,
    };
  }
  if (membership.voters.length > 0 && !isMember(membership, id)) {
    return {
      detail: "this node is no member of the cluster",
      remedy: `stop it, or add it (POST ${resource} with its id and address)`,
    };
  }
  return undefined;
}

/** What the cluster waits for before it can begin; undefined once it is founded. */
export function foundingOf({ membership }: Pick<KvNodeStatus, "membership">): string | undefined {
  const { founding, voters } = membership;
  if (founding !== true || voters.length === 1) return undefined;
  return `the cluster is founded as soon as all its founders are there: ${voters.join(", ")}`;
}

/** Less is usual where nobody leads: an election timeout, and the way there and back. */
const silenceMsMin = 1000;

/**
 * The voters of whom nothing has come for a while, in words; undefined where there are none. Means something while there
 * is no leader, since then all that are there ask one another for votes. `heardMs` says when one was heard last.
 */
export function silenceOf(
  { id, membership }: Pick<KvNodeStatus, "id" | "membership">,
  heardMs: (peer: NodeId) => number,
  nowMs: number = performance.now(),
): string | undefined {
  const voters = new Set([...membership.voters, ...membership.outgoing]);
  const silences = [...voters]
    .filter((voter) => voter !== id)
    .map((voter) => ({ voter, ms: nowMs - heardMs(voter) }))
    .filter(({ ms }) => ms >= silenceMsMin);
  if (silences.length === 0) return undefined;
  const names = silences.map(({ voter }) => voter);
  const last = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const seconds = Math.floor(Math.min(...silences.map(({ ms }) => ms)) / 1000);
  return `${last} ${names.length === 1 ? "has" : "have"} not answered for ${seconds} s`;
}

/** Logs what is wrong whenever that has changed, and what is waited for. Returns what ends the watching. */
export function watchStanding(node: KvNode, logger: Logger): () => void {
  const founding = foundingOf(node.status());
  if (founding !== undefined) logger.info(founding);
  let told: string | undefined;
  const look = (): void => {
    const grievance = grievanceOf(node.status());
    if (grievance?.detail === told) return;
    told = grievance?.detail;
    if (grievance !== undefined) logger.error(grievance.detail, { remedy: grievance.remedy });
  };
  look();
  const ends = (["membership", "forgotten"] as const).map((event) => node.on(event, look));
  return () => {
    for (const end of ends) end();
  };
}
