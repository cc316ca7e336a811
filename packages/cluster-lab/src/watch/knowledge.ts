import type { Membership, NodeId } from "@quorate/raft-core";
import type { LabOptions } from "../session/options.ts";
import type { CommittedLog } from "./committed-log.ts";
import type { NodeRecord } from "./node-record.ts";

/** What somebody knows who sees all nodes at once. Invariants ask; they change nothing. */
export interface Knowledge {
  readonly options: LabOptions;
  readonly nowMs: number;
  readonly records: ReadonlyMap<NodeId, NodeRecord>;
  readonly committed: CommittedLog;
  /** Who leads, or has led, which term. */
  readonly leaders: ReadonlyMap<number, NodeId>;
  /** As the node has it, or had it when it last ran. */
  membershipOf(id: NodeId): Membership | undefined;
  /** It runs, is not paused, has not failed, and has not lost what it had promised. */
  isWell(id: NodeId): boolean;
  /** Whether messages get through, all of them, within `delayMs`. */
  isClear(from: NodeId, to: NodeId, delayMs: number): boolean;
  /** The longest time that a message may have taken so far. */
  readonly delayMaxMs: number;
  /** How fast the fastest clock has run so far; at least 1. */
  readonly rateMax: number;
  /** How slow the slowest clock has run so far; at most 1. */
  readonly rateMin: number;
}
