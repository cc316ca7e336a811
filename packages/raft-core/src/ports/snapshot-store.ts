import type { Snapshot } from "../message.ts";

/** What is known of a snapshot before its data has been written. */
export type SnapshotHead = Omit<Snapshot, "sizeBytes" | "checksum">;

/**
 * Keeps snapshots of the state machine. Called by one `RaftNode` only.
 *
 * - **Durability.** A snapshot that `save` or `receive` has completed survives a crash of process and machine, and
 *   becomes visible to `latest` only then. A crash before that leaves the earlier ones as they were and no debris.
 * - **Retention.** At least the latest one is kept, and an earlier one from the call of `read` to the end of the reading.
 * - **Failure.** Errors are `RaftError`s: `STORAGE_FAILED` (the earlier snapshots are intact, another try is allowed),
 *   `CORRUPT` (naming the file, the place and the remedy), `CLOSED`.
 */
export interface SnapshotStore {
  /** The snapshot with the highest index whose data is whole; undefined where there is none. */
  latest(): Promise<Snapshot | undefined>;

  /**
   * Writes the chunks as they come, with bounded memory, and resolves with the finished snapshot when it is durable.
   * If `chunks` throws, nothing is kept and that error is thrown. One that is not later than `latest` is a `TypeError`;
   * one that a received snapshot overtakes meanwhile resolves, but never becomes the latest.
   */
  save(head: SnapshotHead, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Snapshot>;

  /**
   * The stored snapshot's data in order, to be iterated once, with bounded memory, checked against its checksum: the last
   * chunk comes only if all were right, else `CORRUPT` is thrown. A snapshot that is not in the store is a `TypeError`.
   */
  read(snapshot: Snapshot): AsyncIterable<Uint8Array>;

  /**
   * At most `maxBytes` of the stored snapshot's data from `offsetBytes` on; empty exactly at its end. Undefined where
   * this snapshot is not, or no more, in the store. An offset behind the end is a `TypeError`.
   */
  readChunk(snapshot: Snapshot, offsetBytes: number, maxBytes: number): Promise<Uint8Array | undefined>;

  /**
   * Takes a chunk of a snapshot from a peer. Resolves with the offset that is wanted next: the end of `data` if it was
   * the one expected, else wherever the transfer stands (0 for a snapshot whose transfer has not begun), with nothing
   * changed. When that equals `snapshot.sizeBytes`, the whole has been checked and is durable. A transfer survives
   * interruptions and may survive a restart; the first chunk of another snapshot abandons it, whichever is later, since
   * another leader may have another snapshot. One that is not later than `latest` gives 0 and changes nothing. If the whole
   * does not match its checksum the transfer starts over at 0. Chunks that do not fit the declared size are refused
   * with `CORRUPT`.
   */
  receive(snapshot: Snapshot, offsetBytes: number, data: Uint8Array): Promise<number>;

  /** Idempotent. Waits for what is under way. Later calls reject with `CLOSED`. */
  close(): Promise<void>;
}

/** What has been applied since the latest snapshot, for a policy to decide by. */
export interface SinceSnapshot {
  readonly entries: number;
  readonly bytes: number;
  /** The size of that snapshot; 0 where there is none. */
  readonly snapshotBytes: number;
}

/** Whether to take a snapshot now. Asked after every batch of applied entries, while none is being taken. */
export type SnapshotPolicy = (since: SinceSnapshot) => boolean;
