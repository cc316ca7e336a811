import { crc32 } from "node:zlib";
import { RaftError, type Snapshot, type SnapshotHead, type SnapshotStore } from "@quorate/raft-core";
import type { SnapshotStoreMedium } from "../src/snapshot-store-medium.ts";

/** What can be wrong with a toy store. */
export type StoreFlaw =
  | "keeps what was aborted"
  | "visible too early"
  | "takes older ones"
  | "keeps the producer's buffer"
  | "gives its own memory"
  | "forgets who reads"
  | "takes any offset"
  | "takes any size"
  | "takes any checksum"
  | "mixes transfers"
  | "throws its own error"
  | "answers when closed"
  | "does not wait at close"
  | "no checksum"
  | "takes names"
  | "not durable";

interface Kept {
  readonly snapshot: Snapshot;
  readonly data: Uint8Array;
}

/** One snapshot in memory, with the shortest code that keeps the contract, or breaks it at one place. */
export class ToySnapshotStore implements SnapshotStore {
  readonly #flaw: StoreFlaw | undefined;
  readonly #disk: { kept: Kept | undefined };
  readonly #saving = new Set<Promise<unknown>>();
  #transfer: { snapshot: Snapshot; data: Uint8Array } | undefined;
  #closed = false;

  constructor(disk: { kept: Kept | undefined }, flaw?: StoreFlaw) {
    this.#disk = disk;
    this.#flaw = flaw;
  }

  async latest(): Promise<Snapshot | undefined> {
    this.#check();
    return this.#disk.kept?.snapshot;
  }

  save(head: SnapshotHead, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Snapshot> {
    const saving = this.#save(head, chunks);
    this.#saving.add(saving);
    saving
      .catch(() => undefined)
      .finally(() => this.#saving.delete(saving))
      .catch(() => undefined);
    return saving;
  }

  async #save(head: SnapshotHead, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Snapshot> {
    this.#check();
    this.#checkHead(head);
    if (head.index <= (this.#disk.kept?.snapshot.index ?? 0) && this.#flaw !== "takes older ones") {
      throw new TypeError("index is not later");
    }
    const parts: Uint8Array[] = [];
    try {
      for await (const chunk of chunks) {
        parts.push(this.#flaw === "keeps the producer's buffer" ? chunk : chunk.slice());
        if (this.#flaw === "visible too early" && parts.length === 1) this.#keep(head, parts);
      }
    } catch (error) {
      if (this.#flaw === "keeps what was aborted") this.#keep(head, parts);
      throw this.#flaw === "throws its own error" ? new Error("chunks failed") : error;
    }
    return this.#keep(head, parts);
  }

  read(snapshot: Snapshot): AsyncIterable<Uint8Array> {
    return this.#chunksOf(snapshot, this.#find(snapshot));
  }

  async *#chunksOf(snapshot: Snapshot, found: Kept | undefined): AsyncGenerator<Uint8Array> {
    this.#check();
    let kept = found;
    if (kept === undefined) throw new TypeError("no such snapshot");
    for (let at = 0; at < snapshot.sizeBytes; at += 100_000) {
      this.#check();
      if (this.#flaw === "forgets who reads") kept = this.#disk.kept ?? kept;
      yield kept.data.slice(at, at + 100_000);
    }
  }

  async readChunk(snapshot: Snapshot, offsetBytes: number, maxBytes: number): Promise<Uint8Array | undefined> {
    this.#check();
    const chunk = this.#find(snapshot)?.data.subarray(offsetBytes, offsetBytes + maxBytes);
    return this.#flaw === "gives its own memory" ? chunk : chunk?.slice();
  }

  async receive(snapshot: Snapshot, offsetBytes: number, data: Uint8Array): Promise<number> {
    this.#check();
    this.#checkHead(snapshot);
    for (const value of [snapshot.sizeBytes, snapshot.checksum, snapshot.term]) {
      if (!Number.isSafeInteger(value)) throw new TypeError("snapshot is none");
    }
    if (offsetBytes + data.length > snapshot.sizeBytes && this.#flaw !== "takes any size") {
      throw new RaftError("CORRUPT", "too much");
    }
    if (this.#find(snapshot) !== undefined) return snapshot.sizeBytes;
    if (snapshot.index < (this.#disk.kept?.snapshot.index ?? 0)) return 0;
    const mine =
      this.#transfer !== undefined && (this.#flaw === "mixes transfers" || same(this.#transfer.snapshot, snapshot));
    const before = mine ? (this.#transfer?.data ?? new Uint8Array(0)) : new Uint8Array(0);
    if (offsetBytes !== before.length && this.#flaw !== "takes any offset") return before.length;
    const all = Uint8Array.from(Buffer.concat([before, data]));
    this.#transfer = { snapshot, data: all };
    if (all.length < snapshot.sizeBytes) return all.length;
    this.#transfer = undefined;
    if (crc32(all) !== snapshot.checksum && this.#flaw !== "takes any checksum") return 0;
    this.#disk.kept = { snapshot, data: all };
    return snapshot.sizeBytes;
  }

  async close(): Promise<void> {
    this.#closed = this.#flaw !== "answers when closed";
    if (this.#flaw !== "does not wait at close") await Promise.allSettled(this.#saving);
  }

  #keep({ index, term, membership }: SnapshotHead, parts: readonly Uint8Array[]): Snapshot {
    if (this.#closed && this.#flaw === "does not wait at close") throw new RaftError("CLOSED", "closed");
    const data = Uint8Array.from(Buffer.concat(parts));
    const checksum = this.#flaw === "no checksum" ? 1 : crc32(data);
    const snapshot = { index, term, membership, sizeBytes: data.length, checksum };
    const isLatest = index > (this.#disk.kept?.snapshot.index ?? 0);
    if (isLatest || this.#flaw === "takes older ones" || this.#flaw === "visible too early") {
      this.#disk.kept = { snapshot, data };
    }
    return snapshot;
  }

  #find(snapshot: Snapshot): Kept | undefined {
    const { kept } = this.#disk;
    return kept !== undefined && same(kept.snapshot, snapshot) ? kept : undefined;
  }

  #check(): void {
    if (this.#closed) throw new RaftError("CLOSED", "closed");
  }

  #checkHead(head: SnapshotHead): void {
    if (this.#flaw === "takes names") return;
    if (!Number.isSafeInteger(head.index) || head.index < 1) throw new TypeError("index is none");
  }
}

/** The toy over a "disk" that survives, or does not. */
export function toyMedium(flaw?: StoreFlaw): SnapshotStoreMedium {
  return {
    offers: ["crash"],
    async open() {
      const disk: { kept: Kept | undefined } = { kept: undefined };
      return {
        store: async () => new ToySnapshotStore(disk, flaw),
        crash: async () => {
          if (flaw === "not durable") disk.kept = undefined;
        },
        close: async () => {},
      };
    },
  };
}

function same(a: Snapshot, b: Snapshot): boolean {
  return a.index === b.index && a.term === b.term && a.sizeBytes === b.sizeBytes && a.checksum === b.checksum;
}
