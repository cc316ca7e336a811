import type { NodeId } from "@quorate/raft-core";
import type { NodeReport } from "./node-report.ts";

/** What a node tells of its cluster, one after another, to who listens (`GET /v1/events`). */
export type ClusterMessage =
  | { readonly type: "node"; readonly report: NodeReport }
  | {
      readonly type: "unreachable";
      readonly id: NodeId;
      /** When it was last heard, or since when it is looked for; by the wall clock of the node that tells. */
      readonly since: number;
      /** `gone`: nobody answers there. `silent`: it is connected and says nothing. `unreadable`: it says what nobody here understands. */
      readonly reason: "gone" | "silent" | "unreadable";
    }
  | { readonly type: "event"; readonly event: ClusterEvent };

/** Something that has happened. The words for it are the reader's. */
export interface ClusterEvent {
  /** Of this event alone, whoever tells of it and however often. */
  readonly id: string;
  readonly atMs: number;
  /** To whom it happened. */
  readonly node: NodeId;
  readonly kind: EventKind;
  readonly values: EventValues;
}

export type EventValues = Readonly<Record<string, string | number>>;

/**
 * | kind                                                        | values                                                      |
 * | ----------------------------------------------------------- | ----------------------------------------------------------- |
 * | `started`                                                   | version                                                     |
 * | `stopping`                                                  |                                                             |
 * | `pre-vote`: asks whether it could win an election           | term                                                        |
 * | `election`: stands for election                             | term                                                        |
 * | `leader`: has won                                           | term                                                        |
 * | `stepped-down`: leads no more                               | term: the one that it has led                               |
 * | `transfer`: asks another to take the lead                   | to, term                                                    |
 * | `membership`: the leader has it so in its log               | voters, learners, outgoing (ids, `, ` between them), founding (0 or 1) |
 * | `snapshot-taken`, `snapshot-installed`                      | index, bytes                                                |
 * | `snapshot-sending`, `snapshot-sent`                         | to, index, bytes (of the whole)                             |
 * | `snapshot-receiving`                                        | from, index, bytes (of the whole)                           |
 * | `snapshot-failed`: could not be stored; tried again later   | message                                                     |
 * | `slow-disk`: one fsync took long                            | ms                                                          |
 * | `stall`: the process did nothing for a while                | ms                                                          |
 * | `failed`: has stopped for good                              | code, message                                               |
 * | `forgotten`: its cluster knows another under its id         | by                                                          |
 * | `unreachable`: another node does not hear it any more       | by, reason (see `ClusterMessage`)                           |
 * | `reachable`: another hears it again                         | by                                                          |
 */
export type EventKind =
  | "started"
  | "stopping"
  | "pre-vote"
  | "election"
  | "leader"
  | "stepped-down"
  | "transfer"
  | "membership"
  | "snapshot-taken"
  | "snapshot-installed"
  | "snapshot-sending"
  | "snapshot-sent"
  | "snapshot-receiving"
  | "snapshot-failed"
  | "slow-disk"
  | "stall"
  | "failed"
  | "forgotten"
  | "unreachable"
  | "reachable";
