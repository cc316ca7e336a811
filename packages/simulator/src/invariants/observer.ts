import type { NodeId } from "@quorate/raft-core";
import type { Configuration } from "../plan/configuration.ts";
import type { Marks } from "../report/marks.ts";
import type { Statistics } from "../report/statistics.ts";
import type { CommittedLog } from "./committed-log.ts";
import type { NodeRecord } from "./node-record.ts";
import type { Invariant, Verdict } from "./violation.ts";

/** What everybody who checks something knows, and adds to. */
export interface Knowledge {
  readonly configuration: Configuration;
  readonly verdict: Verdict;
  readonly marks: Marks;
  readonly statistics: Statistics;
  readonly records: ReadonlyMap<NodeId, NodeRecord>;
  readonly committed: CommittedLog;
  /** Who led which term. */
  readonly leaders: Map<number, NodeId>;
  /** How many of the nodes that the cluster began with are a majority. */
  readonly quorum: number;
  /** Those that have lost their disks, and are not members anew. */
  readonly wiped: Set<NodeId>;
}

export function violate(knowledge: Knowledge, invariant: Invariant, node: NodeId | undefined, reason: string): void {
  knowledge.verdict.violate({ invariant, node, reason });
}
