import type { Entry } from "./entry.ts";
import type { RaftErrorCode, RefusalCode } from "./errors.ts";
import type { Membership, NodeId } from "./membership.ts";
import type { Message, Snapshot } from "./message.ts";
import type { Role } from "./role.ts";
import type { HardState } from "./ports/storage.ts";

/**
 * What a node's runtime must do, in the order of the list that `step` returned. **The order is the contract: an effect
 * may start only when every `save` before it in the same list is durable.** Effects before the first `save` start at
 * once. Lists are independent of one another, but for three orders across lists: `save`, `compact` and
 * `install-snapshot` reach the storage in the order in which they were returned; `apply` and `install-snapshot` reach
 * the state machine in that order; what is not durable yet is never in an `apply`.
 */
export type Effect =
  | Save
  | { readonly type: "send"; readonly to: NodeId; readonly message: Message }
  /** Committed entries that follow the last ones applied. Ask for nothing more until they are; then `applied`. */
  | { readonly type: "apply"; readonly entries: readonly Entry[] }
  /** Read entries from storage, from `fromIndex` to at most `toIndex` and about `maxBytes` (at least one); `loaded`. */
  | {
      readonly type: "load";
      readonly id: number;
      readonly fromIndex: number;
      readonly toIndex: number;
      readonly maxBytes: number;
    }
  /**
   * Commands number 0 … count−1 of the proposal stand in the log at `firstIndex` … in `term`; not yet committed. May
   * start after the `role` of a later list that ends this leadership.
   */
  | {
      readonly type: "accepted";
      readonly id: number;
      readonly term: number;
      readonly firstIndex: number;
      readonly count: number;
    }
  /** The commands of the proposal from number `first` on were not appended and never will be. */
  | { readonly type: "refused"; readonly id: number; readonly first: number; readonly code: RefusalCode }
  /** The read may be answered once the state machine has applied `index`. */
  | { readonly type: "read-ready"; readonly id: number; readonly index: number }
  | { readonly type: "read-failed"; readonly id: number; readonly code: RefusalCode }
  /** The change is committed, and so is the configuration that it led to. */
  | { readonly type: "members-changed"; readonly id: number; readonly membership: Membership }
  /** The change was not made, or begun and taken back; after `OUTCOME_UNKNOWN` a later leader may complete it. */
  | {
      readonly type: "members-refused";
      readonly id: number;
      readonly code: RaftErrorCode;
      readonly reason: string;
    }
  /** `to` leads now, in a later term. */
  | { readonly type: "transferred"; readonly id: number; readonly to: NodeId }
  /** The transfer has not come about, and is not pursued any more. */
  | { readonly type: "transfer-failed"; readonly id: number; readonly code: RaftErrorCode; readonly reason: string }
  /** `by` says that this node's id belongs to another incarnation: what it had stored is lost. To be told. */
  | { readonly type: "disowned"; readonly by: NodeId }
  /** Role, term or known leader have changed. What this node accepted as the leader of another term is `unknown` now. */
  | { readonly type: "role"; readonly role: Role; readonly term: number; readonly leader: NodeId | undefined }
  /** `commitIndex` has risen. To be told. */
  | { readonly type: "commit"; readonly index: number }
  /** The configuration in force has changed (see `raft.membership`), and `peers` with it. */
  | { readonly type: "membership" }
  /** Whom to reach has changed (see `raft.peers`): tell the transport. */
  | { readonly type: "peers" }
  /** Drop the log up to and including this position; a snapshot covers it. */
  | { readonly type: "compact"; readonly index: number; readonly term: number }
  /** Read the chunk at `offsetBytes` of the stored snapshot and send it as `install-snapshot` in `term`. */
  | {
      readonly type: "send-chunk";
      readonly to: NodeId;
      readonly term: number;
      readonly snapshot: Snapshot;
      readonly offsetBytes: number;
    }
  /** Store a chunk; `chunk-received`, or `snapshot-received` when it was the last one. */
  | {
      readonly type: "receive-chunk";
      readonly from: NodeId;
      readonly snapshot: Snapshot;
      readonly offsetBytes: number;
      readonly data: Uint8Array;
    }
  /**
   * Drop the whole log, which the snapshot has overtaken, set it to begin behind the snapshot, and restore the state
   * machine from it; `snapshot-installed`.
   */
  | { readonly type: "install-snapshot"; readonly snapshot: Snapshot }
  /** A peer sent what no correct peer sends. It was ignored; to be told. */
  | { readonly type: "suspect"; readonly peer: NodeId; readonly reason: string };

/**
 * Write `hardState` (if given) and `entries` (if any) in one atomic, durable write, then step `saved` with `seq`.
 * Entries replace whatever the log holds from the first one's index on. With neither, it is a barrier: durable as soon
 * as all earlier saves are.
 */
export interface Save {
  readonly type: "save";
  readonly seq: number;
  readonly hardState: HardState | undefined;
  readonly entries: readonly Entry[];
}
