import { isMember } from "@quorate/raft-core";
import type { Logger } from "@quorate/raft-core";
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
      remedy: `remove it (DELETE ${resource}/${id}), then add it again (POST ${resource} with its id and address)`,
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

/** Logs what is wrong whenever that has changed. Returns what ends the watching. */
export function watchStanding(node: KvNode, logger: Logger): () => void {
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
