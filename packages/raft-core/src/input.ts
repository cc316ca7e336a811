import type { Entry } from "./entry.ts";
import type { NodeId } from "./membership.ts";
import type { MembershipChange } from "./membership-change.ts";
import type { Message, Snapshot } from "./message.ts";

/**
 * What may happen to a node. `raft.step(inputs, nowMs)` takes everything that happened in one turn, in order: what the
 * turn's inputs cause is sent and saved together.
 */
export type Input =
  /** Time has passed. The only input that lets a timeout fire: whatever has arrived must be stepped before it. */
  | { readonly type: "tick" }
  | { readonly type: "message"; readonly from: NodeId; readonly message: Message }
  /** A link to `peer` broke, or messages to it were dropped. A hint: replication to it starts over with a probe. */
  | { readonly type: "unreachable"; readonly peer: NodeId }
  /**
   * Commands to append, with `ifTerm` only by the leader of that term. Answered in the same step by `accepted` and/or
   * `refused` under the same `id`.
   */
  | {
      readonly type: "propose";
      readonly id: number;
      readonly commands: readonly Uint8Array[];
      readonly ifTerm?: number | undefined;
    }
  /**
   * A linearizable read; with `lease`, a leader that holds its lease answers without asking anybody. Answered, at some
   * time, by exactly one `read-ready` or `read-failed` under the same `id`.
   */
  | { readonly type: "read"; readonly id: number; readonly lease?: boolean | undefined }
  /** Change the configuration. Answered, at some time, by one `members-changed` or `members-refused` under `id`. */
  | { readonly type: "change-members"; readonly id: number; readonly change: MembershipChange }
  /** Hand over the lead, to the most advanced voter unless `to` says to whom. One `transferred` or `transfer-failed`. */
  | { readonly type: "transfer"; readonly id: number; readonly to?: NodeId | undefined }
  /** The effect `save` with this `seq` is durable, and so is every one before it. */
  | { readonly type: "saved"; readonly seq: number }
  /** The state machine has applied every entry up to `index`. */
  | { readonly type: "applied"; readonly index: number }
  /** The answer to the effect `load`: a prefix of what was asked for, empty where storage no longer holds its start. */
  | { readonly type: "loaded"; readonly id: number; readonly entries: readonly Entry[] }
  /** The local state machine's state is durable as a snapshot: the log behind it may go. */
  | { readonly type: "snapshot-taken"; readonly snapshot: Snapshot }
  /** The chunk of the effect `receive-chunk` is stored; `nextOffsetBytes` is what the store wants next. */
  | {
      readonly type: "chunk-received";
      readonly from: NodeId;
      readonly snapshot: Snapshot;
      readonly nextOffsetBytes: number;
    }
  /** All chunks are there, checked and durable in the snapshot store: it may be installed, if it is still of use. */
  | { readonly type: "snapshot-received"; readonly from: NodeId; readonly snapshot: Snapshot }
  /** The effect `install-snapshot` is done: log and state machine stand at the snapshot. */
  | { readonly type: "snapshot-installed"; readonly snapshot: Snapshot }
  /** A chunk for `to` could not be read (the snapshot was replaced by a later one): choose again. */
  | { readonly type: "chunk-failed"; readonly to: NodeId; readonly snapshotIndex: number };
