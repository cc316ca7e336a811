import { crc32 } from "node:zlib";
import { RaftError, type Snapshot } from "@quorate/raft-core";

export interface Kept {
  readonly snapshot: Snapshot;
  readonly data: Uint8Array;
}

/** What may be wrong with how a toy keeps its snapshot. */
export interface DiskFlaws {
  readonly checksDataOnly: boolean;
  readonly takesLonger: boolean;
}

const HEAD_BYTES = 12;

/** Where a toy store keeps its one snapshot: as a file that can be damaged, behind operations that can fail. */
export class ToySnapshotDisk {
  readonly temporaries = new Set<number>();
  /** A transfer that had begun, and how far it had come. */
  transfer: { readonly snapshot: Snapshot; readonly data: Uint8Array } | undefined;
  /** The finished snapshot's file. */
  file: Uint8Array | undefined;
  /** Crashes so far: what was opened before the last one is dead. */
  generation = 0;
  handles = 0;
  /** What stores hold in memory. */
  heldBytes = 0;
  readonly #flaws: DiskFlaws;
  #calls = 0;
  #failing: { readonly call: number; readonly code: string; readonly how: "once" | "for-good" } | undefined;

  constructor(flaws: DiskFlaws) {
    this.#flaws = flaws;
  }

  /** To be called before every change; throws where it is to fail. */
  change(generation: number): void {
    if (generation !== this.generation) throw failed("the power is gone");
    this.#calls += 1;
    if (this.#failing === undefined || this.#calls < this.#failing.call) return;
    if (this.#calls === this.#failing.call || this.#failing.how === "for-good") throw failed(this.#failing.code);
  }

  fail(call: number, code: string, how: "once" | "for-good"): () => boolean {
    this.#calls = 0;
    this.#failing = { call, code, how };
    return () => {
      this.#failing = undefined;
      return this.#calls >= call;
    };
  }

  crash(): void {
    this.generation += 1;
    this.handles = 0;
    this.#failing = undefined;
  }

  keep(kept: Kept | undefined): void {
    this.file = kept && this.#encode(kept);
  }

  /** The finished snapshot; `CORRUPT` where its file is not what was written. */
  kept(): Kept | undefined {
    if (this.file === undefined) return undefined;
    if (this.file.length < HEAD_BYTES) throw corrupt();
    const view = new DataView(this.file.buffer, this.file.byteOffset);
    const [checksum, headBytes, dataBytes] = [view.getUint32(0), view.getUint32(4), view.getUint32(8)];
    const end = HEAD_BYTES + headBytes + dataBytes;
    const isLonger = this.file.length > end && !this.#flaws.takesLonger;
    if (this.file.length < end || isLonger || this.#checksumOf(this.file.subarray(0, end), headBytes) !== checksum) {
      throw corrupt();
    }
    const snapshot: Snapshot = JSON.parse(Buffer.from(this.file.subarray(HEAD_BYTES, end - dataBytes)).toString());
    return { snapshot, data: this.file.slice(end - dataBytes, end) };
  }

  #encode({ snapshot, data }: Kept): Uint8Array {
    const head = Buffer.from(JSON.stringify(snapshot));
    const file = new Uint8Array(Buffer.concat([new Uint8Array(HEAD_BYTES), head, data]));
    const view = new DataView(file.buffer);
    view.setUint32(4, head.length);
    view.setUint32(8, data.length);
    view.setUint32(0, this.#checksumOf(file, head.length));
    return file;
  }

  #checksumOf(file: Uint8Array, headBytes: number): number {
    return crc32(file.subarray(this.#flaws.checksDataOnly ? HEAD_BYTES + headBytes : 4));
  }
}

function corrupt(): RaftError {
  return new RaftError("CORRUPT", "the toy's file is not what was written");
}

export function failed(why: string): RaftError {
  return new RaftError("STORAGE_FAILED", `the toy's disk failed: ${why}`);
}
