import { crc32 } from "node:zlib";
import { RaftError, type Snapshot, type SnapshotHead, type SnapshotStore } from "@quorate/raft-core";
import type { SnapshotStoreMedium } from "../src/snapshot-store-medium.ts";
import { type Kept, ToySnapshotDisk, failed } from "./toy-snapshot-disk.ts";
import type { StoreFlaw } from "./toy-snapshot-flaws.ts";

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const MIB = 2 ** 20;

/** One snapshot on a toy disk, with the shortest code that keeps the contract, or breaks it at one place. */
export class ToySnapshotStore implements SnapshotStore {
  readonly #flaw: StoreFlaw | undefined;
  readonly #disk: ToySnapshotDisk;
  readonly #generation: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #kept: Kept | undefined;
  #received: Promise<unknown> = Promise.resolve();
  /** What the save under way, or the last one, has got. */
  #saving: Uint8Array[] = [];
  readonly #place = { at: 0 };
  #hasFailed = false;
  #closed = false;

  constructor(disk: ToySnapshotDisk, flaw?: StoreFlaw) {
    this.#disk = disk;
    this.#flaw = flaw;
    this.#generation = disk.generation;
    this.#kept = disk.kept();
    disk.handles += 1;
    if (flaw !== "leaves its temporaries") disk.temporaries.clear();
    const { transfer } = disk;
    disk.transfer = undefined;
    if (flaw === "believes in room set aside" && transfer) {
      const room = new Uint8Array(transfer.snapshot.sizeBytes - 1);
      disk.transfer = { snapshot: transfer.snapshot, data: joined([transfer.data, room]).subarray(0, room.length) };
    }
  }

  async latest(): Promise<Snapshot | undefined> {
    this.#check();
    const membership = { voters: [], outgoing: [], learners: [], addresses: {} };
    const madeUp = { index: 1, term: 1, membership, sizeBytes: 0, checksum: 0 };
    return this.#kept?.snapshot ?? (this.#flaw === "knows one from the start" ? madeUp : undefined);
  }

  save(head: SnapshotHead, chunks: Chunks): Promise<Snapshot> {
    return this.#track(this.#save(head, chunks));
  }

  async #save(head: SnapshotHead, chunks: Chunks): Promise<Snapshot> {
    this.#check();
    this.#checkHead(head);
    if (head.index <= this.#latestIndex && this.#flaw !== "takes older ones") throw new TypeError("index is not later");
    if (this.#hasFailed) throw failed("it has failed before");
    const temporary = head.index;
    const parts: Uint8Array[] = [];
    this.#saving = parts;
    try {
      this.#disk.change(this.#generation);
      this.#disk.temporaries.add(temporary);
      for await (const chunk of chunks) {
        this.#disk.change(this.#generation);
        parts.push(this.#flaw === "keeps the producer's buffer" ? chunk : chunk.slice());
        if (this.#flaw === "collects before writing") this.#disk.heldBytes += chunk.length;
        if (this.#flaw === "visible too early" && parts.length === 1) this.#keep(head, parts);
      }
      if (this.#flaw === "swaps in two steps") this.#removeOld();
      this.#disk.change(this.#generation);
      return this.#keep(head, parts);
    } catch (error) {
      if (error instanceof RaftError) this.#hasFailed = this.#flaw === "stays failed";
      if (this.#flaw === "keeps what was aborted") this.#keep(head, parts);
      throw this.#flaw === "throws its own error" ? new Error("chunks failed") : error;
    } finally {
      if (this.#generation === this.#disk.generation) this.#disk.temporaries.delete(temporary);
    }
  }

  read(snapshot: Snapshot): AsyncIterable<Uint8Array> {
    return this.#chunksOf(snapshot, this.#find(snapshot));
  }

  async *#chunksOf(snapshot: Snapshot, found: Kept | undefined): AsyncGenerator<Uint8Array> {
    this.#check();
    let kept = found;
    if (kept === undefined) throw new TypeError("no such snapshot");
    const end = this.#flaw === "ends at a megabyte" ? Math.min(snapshot.sizeBytes, MIB) : snapshot.sizeBytes;
    const place = this.#flaw === "readers share their place" ? this.#place : { at: 0 };
    for (place.at = 0; place.at < end; place.at += 100_000) {
      this.#check();
      if (this.#flaw === "forgets who reads") kept = this.#kept ?? kept;
      yield kept.data.slice(place.at, place.at + 100_000);
    }
  }

  async readChunk(snapshot: Snapshot, offsetBytes: number, maxBytes: number): Promise<Uint8Array | undefined> {
    this.#check();
    const kept = this.#flaw === "reads what is not there" ? this.#kept : this.#find(snapshot);
    const chunk = kept?.data.subarray(offsetBytes, offsetBytes + maxBytes);
    return this.#flaw === "gives its own memory" ? chunk : chunk?.slice();
  }

  receive(snapshot: Snapshot, offsetBytes: number, data: Uint8Array): Promise<number> {
    const bytes = this.#flaw === "keeps the sender's buffer" ? data : data.slice();
    const before = this.#flaw === "answers out of turn" ? Promise.resolve() : this.#received;
    const received = before.then(() => this.#receive(snapshot, offsetBytes, bytes));
    this.#received = received.catch(() => undefined);
    return this.#track(received);
  }

  async #receive(snapshot: Snapshot, offsetBytes: number, data: Uint8Array): Promise<number> {
    this.#check();
    this.#checkHead(snapshot);
    for (const value of [snapshot.sizeBytes, snapshot.checksum, snapshot.term]) {
      if (!Number.isSafeInteger(value)) throw new TypeError("snapshot is none");
    }
    if (offsetBytes + data.length > snapshot.sizeBytes && this.#flaw !== "takes any size") {
      throw new RaftError("CORRUPT", "too much");
    }
    const isThere = this.#find(snapshot) !== undefined && this.#flaw !== "takes it again";
    if (isThere) return snapshot.sizeBytes;
    if (snapshot.index < this.#latestIndex && this.#flaw !== "takes earlier transfers") return 0;
    if (this.#hasFailed) throw failed("it has failed before");
    const other = this.#disk.transfer?.snapshot;
    if (this.#flaw === "never gives a transfer up" && other && !same(other, snapshot)) return 0;
    const before = this.#transferOf(snapshot);
    if (this.#flaw === "answers out of turn" && offsetBytes === 0) await Promise.resolve();
    if (offsetBytes !== before.length && this.#flaw !== "takes any offset") return before.length;
    return this.#takeChunk(snapshot, before, data);
  }

  /** What is there of this snapshot's transfer. */
  #transferOf(snapshot: Snapshot): Uint8Array {
    const { transfer } = this.#disk;
    if (transfer === undefined) return new Uint8Array(0);
    if (this.#flaw === "mixes transfers" || same(transfer.snapshot, snapshot)) return transfer.data;
    return new Uint8Array(0);
  }

  #takeChunk(snapshot: Snapshot, before: Uint8Array, data: Uint8Array): number {
    const all = this.#flaw === "keeps the sender's buffer" && before.length === 0 ? data : joined([before, data]);
    try {
      this.#disk.change(this.#generation);
      if (this.#flaw === "no empty transfer" && snapshot.sizeBytes === 0) throw failed("nothing to write");
    } catch (error) {
      this.#hasFailed = this.#flaw === "a transfer that failed stays failed";
      throw error;
    }
    if (this.#flaw === "a transfer gets into a save") this.#saving.push(data);
    this.#disk.transfer = { snapshot, data: all };
    const isVisible = this.#flaw === "visible with its first chunk" && before.length === 0;
    if (isVisible) this.#kept = { snapshot: { ...snapshot, sizeBytes: all.length }, data: all };
    if (all.length < snapshot.sizeBytes) return all.length;
    this.#disk.transfer = undefined;
    if (crc32(all) !== snapshot.checksum && this.#flaw !== "takes any checksum") return 0;
    this.#kept = { snapshot, data: all };
    if (this.#flaw !== "a received one is not durable") this.#disk.keep(this.#kept);
    return snapshot.sizeBytes;
  }

  async close(): Promise<void> {
    const isFirst = !this.#closed;
    this.#closed = this.#flaw !== "answers when closed";
    if (this.#flaw !== "does not wait at close") await Promise.allSettled(this.#underWay);
    const isHeld = this.#flaw === "keeps a handle" || this.#generation !== this.#disk.generation;
    if (isFirst && !isHeld) this.#disk.handles -= 1;
  }

  #track<T>(outcome: Promise<T>): Promise<T> {
    this.#underWay.add(outcome);
    const done = (): void => void this.#underWay.delete(outcome);
    outcome.then(done, done);
    return outcome;
  }

  /** Before the new one is there; puts it back if it can. */
  #removeOld(): void {
    const before = this.#disk.file;
    this.#disk.file = undefined;
    try {
      this.#disk.change(this.#generation);
    } catch (error) {
      if (this.#disk.generation === this.#generation) this.#later(() => (this.#disk.file = before));
      throw error;
    }
  }

  /** Does it, unless the disk fails for good. */
  #later(restore: () => void): void {
    try {
      this.#disk.change(this.#generation);
      restore();
    } catch (error) {
      if (!(error instanceof RaftError)) throw error;
    }
  }

  #keep({ index, term, membership }: SnapshotHead, parts: readonly Uint8Array[]): Snapshot {
    if (this.#closed && this.#flaw === "does not wait at close") throw new RaftError("CLOSED", "closed");
    const data = joined(parts);
    if (this.#flaw === "cannot be empty" && data.length === 0) throw failed("nothing to write");
    const checksum = this.#flaw === "no checksum" ? 1 : crc32(data);
    const snapshot = { index, term, membership, sizeBytes: data.length, checksum };
    if (index <= this.#latestIndex && this.#flaw !== "takes older ones" && this.#flaw !== "visible too early") {
      return snapshot;
    }
    this.#kept = { snapshot, data };
    this.#disk.keep(this.#kept);
    return snapshot;
  }

  get #latestIndex(): number {
    return this.#kept?.snapshot.index ?? 0;
  }

  #find(snapshot: Snapshot): Kept | undefined {
    return this.#kept !== undefined && same(this.#kept.snapshot, snapshot) ? this.#kept : undefined;
  }

  #check(): void {
    if (this.#closed) throw new RaftError("CLOSED", "closed");
  }

  #checkHead(head: SnapshotHead): void {
    if (this.#flaw === "takes names") return;
    if (!Number.isSafeInteger(head.index) || head.index < 1) throw new TypeError("index is none");
  }
}

/** The toy over a disk that can do everything that a suite may ask of one. */
export function toyMedium(flaw?: StoreFlaw): SnapshotStoreMedium {
  // The case that looks at the memory takes long, and only one flaw shows there.
  const isCounted = flaw === undefined || flaw === "collects before writing";
  return {
    offers: ["crash", "damage", "debris", "fail", "held", ...(isCounted ? (["memory"] as const) : [])],
    async open() {
      const disk = new ToySnapshotDisk({
        checksDataOnly: flaw === "checks its data only",
        takesLonger: flaw === "takes longer files",
      });
      return {
        store: async () => new ToySnapshotStore(disk, flaw),
        crash: async () => {
          disk.crash();
          if (flaw === "not durable") disk.keep(undefined);
        },
        stored: async () => disk.file ?? new Uint8Array(0),
        replaceStored: async (bytes) => void (disk.file = bytes.slice()),
        debris: async () => [...disk.temporaries].map(String),
        fail: (call, code, how) => disk.fail(call, code, how),
        held: () => disk.handles,
        heldBytes: async () => disk.heldBytes,
        close: async () => {},
      };
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function same(a: Snapshot, b: Snapshot): boolean {
  return a.index === b.index && a.term === b.term && a.sizeBytes === b.sizeBytes && a.checksum === b.checksum;
}
