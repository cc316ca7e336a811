import type { Entry, Position } from "../entry.ts";
import type { NodeId } from "../membership.ts";
import type { Incarnation } from "../message.ts";

/** What a node must never forget (fig. 2): the latest term that it has seen, and whom it voted for in that term. */
export interface HardState {
  readonly term: number;
  readonly votedFor: NodeId | undefined;
  /** Drawn when nothing was stored, and kept for good; undefined where none was ever saved. */
  readonly incarnation?: Incarnation | undefined;
}

/** What one call of `append` makes durable, all of it or nothing. */
export interface StorageWrite {
  /** Replaces the hard state as a whole. */
  readonly hardState?: HardState | undefined;
  /** Consecutive entries. The first one's index is at most last index + 1; what the log holds from there on is replaced. */
  readonly entries: readonly Entry[];
}

/** What the storage holds when it is opened. */
export interface StoredState {
  /** Term 0 and no vote where nothing was ever saved. */
  readonly hardState: HardState;
  /** The position right before the first entry: index 0, term 0 until `compact` or `reset` moved it. */
  readonly base: Position;
  /** The last entry's index; `base.index` where there is none. */
  readonly lastIndex: number;
  /** The first position of every run of entries with the same term, ascending; empty where there are no entries. */
  readonly termRuns: readonly Position[];
  /** Every stored entry of kind `membership`, ascending. */
  readonly memberships: readonly Entry[];
}

/**
 * A node's log and hard state. Called by one `RaftNode` only, which calls `load` first and `close` last.
 *
 * - **Order.** Calls take effect in the order in which they are made, and may be made without awaiting the earlier
 *   ones; an implementation batches what is waiting (group commit). Promises of `append`, `compact` and `reset`
 *   resolve in that order.
 * - **Durability.** When `append` or `reset` resolves, its content survives a crash of process and machine. An
 *   implementation that cannot promise this says so in its README and declares it to the compliance suite.
 * - **Atomicity.** After a crash an unresolved `append` may have left a prefix of its entries, but never an entry of a
 *   term above the stored hard state's term, and never entries of the replaced suffix behind new ones.
 * - **Bytes.** The caller never changes an entry that it handed over; the implementation never returns memory that it
 *   changes later.
 * - **Failure.** After a rejected `append`, `compact` or `reset` the storage is failed for good: every later write is
 *   rejected with `STORAGE_FAILED`, whatever the medium says (an fsync that fails once must never be believed again).
 *   Errors are `RaftError`s: `STORAGE_FAILED`, `CORRUPT`, `CLOSED`; a broken caller contract is a `TypeError`, which
 *   changes nothing and fails nothing else.
 */
export interface Storage {
  /** What is stored. Called once, before anything else. */
  load(): Promise<StoredState>;

  /**
   * Durable when it resolves. An empty write is a barrier: it resolves when everything before it is durable. The hard
   * state's term never falls, and no entry's term is above it, or below that of the entry before.
   */
  append(write: StorageWrite): Promise<void>;

  /**
   * Entries from `fromIndex` on, up to `toIndex` inclusive, as many as fit in `maxBytes`, the sum of their `sizeBytes`,
   * but at least one. Sees every `append` that was *resolved* before the call; may or may not see later ones. Resolves
   * with an empty list where `fromIndex` is at or before the base, or behind the last entry. Rejects with `CORRUPT`
   * where what is stored is damaged.
   */
  read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]>;

  /**
   * Lets go of every entry up to and including `position`, which a durable snapshot covers; `position` becomes the
   * base. May keep the bytes for as long as it likes. At or before the base: does nothing. Behind the last entry: a
   * `TypeError`; that is what `reset` is for.
   */
  compact(position: Position): Promise<void>;

  /** Drops every entry and makes `position` the base; the hard state stays. Durable when it resolves. */
  reset(position: Position): Promise<void>;

  /** Waits for the writes under way, then lets go of everything, locks included. Later calls reject with `CLOSED`. */
  close(): Promise<void>;
}
