import type { Snapshot, SnapshotHead } from "@quorate/raft-core";

/** Where a store keeps its snapshots. `Stored` is the medium's own name for a finished one. */
export interface Medium<Stored> {
  /** Begins to write a snapshot that nobody sees yet. */
  begin(head: SnapshotHead): Promise<Draft<Stored>>;

  /** At most `maxBytes` from `offsetBytes` on, at least one byte before the end; what is damaged is thrown as `CORRUPT`. */
  read(stored: Stored, offsetBytes: number, maxBytes: number): Promise<Uint8Array>;

  remove(stored: Stored): Promise<void>;

  close(): Promise<void>;
}

/** A snapshot that is being written. Ends with `publish` or `discard`; after a failure, with `discard`. */
export interface Draft<Stored> {
  /** Of the data written so far. */
  readonly sizeBytes: number;
  readonly checksum: number;

  /** Appends. `bytes` belong to the caller again when it resolves. */
  write(bytes: Uint8Array): Promise<void>;

  /** Makes it durable and visible under its name. If it rejects, the medium is as if it had never begun. */
  publish(snapshot: Snapshot): Promise<Stored>;

  /** Leaves nothing behind. Never rejects: debris is reported and removed when the store is opened again. */
  discard(): Promise<void>;
}
