import { crc32 } from "node:zlib";
import { type Position, type StorageWrite, recordsOf } from "@quorate/raft-core";
import { encodeBase, encodeHardState, encodeReplace } from "./format.ts";
import type { LogIndex } from "./log-index.ts";
import type { Outline } from "./outline.ts";
import type { Segment } from "./segment.ts";

/** What may be asked of a log. Checked; `compact` moves the base on. */
export type LogChange =
  | { readonly type: "append"; readonly write: StorageWrite }
  | { readonly type: "compact"; readonly position: Position }
  | { readonly type: "reset"; readonly position: Position };

/** Where in the batch a change's first entry stands; entries follow one another. */
interface Placed {
  readonly change: LogChange;
  readonly entriesAtBytes: number;
}

/** The records of several changes, to be written in one piece. */
export class Batch {
  readonly chunks: Uint8Array[] = [];
  readonly #placed: Placed[] = [];
  #sizeBytes = 0;
  /** Of the log as it will be with what the batch holds so far. */
  #lastIndex: number;

  constructor(lastIndex: number) {
    this.#lastIndex = lastIndex;
  }

  get isEmpty(): boolean {
    return this.chunks.length === 0;
  }

  /** Anything but a reset, which begins a segment of its own. */
  add(change: LogChange): void {
    if (change.type === "append") this.#addWrite(change, change.write);
    if (change.type === "compact") {
      this.#placed.push({ change, entriesAtBytes: 0 });
      this.#push(encodeBase(change.position));
    }
  }

  /** The hard state comes first: whatever prefix survives a crash, no entry's term is above it. */
  #addWrite(change: LogChange, { hardState, entries }: StorageWrite): void {
    if (hardState !== undefined) this.#push(encodeHardState(hardState));
    const first = entries[0];
    if (first !== undefined && first.index <= this.#lastIndex) this.#push(encodeReplace(first.index));
    this.#placed.push({ change, entriesAtBytes: this.#sizeBytes });
    for (const records of recordsOf(entries, crc32)) this.#push(records);
    this.#lastIndex = entries.at(-1)?.index ?? this.#lastIndex;
  }

  #push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.#sizeBytes += chunk.length;
  }

  /** Once the batch stands, durably, at `offsetBytes` of the segment: makes it visible. */
  publish(outline: Outline, index: LogIndex, at: { readonly segment: Segment; readonly offsetBytes: number }): void {
    for (const { change, entriesAtBytes } of this.#placed) {
      if (change.type === "compact") {
        outline.compact(change.position);
        index.compact(change.position.index);
      }
      if (change.type !== "append") continue;
      const first = change.write.entries[0];
      if (first !== undefined && first.index <= outline.lastIndex) index.truncate(first.index);
      outline.apply(change.write);
      let offsetBytes = at.offsetBytes + entriesAtBytes;
      for (const entry of change.write.entries) {
        index.append(at.segment, entry.index, offsetBytes);
        offsetBytes += entry.sizeBytes;
      }
    }
  }
}
