import { RaftError } from "@quorate/raft-core";
import { type Key, keyOf } from "./bytes.ts";
import { KEY_BYTES_MAX } from "./limits.ts";
import {
  ITEM_HEAD_BYTES,
  META_BYTES,
  RECORD_BYTES_MAX,
  RECORD_HEAD_BYTES,
  SNAPSHOT_MAGIC,
  SNAPSHOT_VERSION,
  TAG,
  readInteger,
} from "./snapshot-format.ts";
import { type Item, Store } from "./store.ts";

interface Meta {
  readonly revision: number;
  readonly size: number;
}

/**
 * Rebuilds a store from a snapshot's bytes, cut into chunks anywhere: `push` them all, then `finish`. Both throw
 * `CORRUPT`, naming the place, at anything that `encodeSnapshot` does not write. Holds back at most one record.
 */
export class SnapshotReader {
  #rest = new Uint8Array(0);
  #offset = 0;
  #meta: Meta | undefined;
  #ended = false;
  #lastKey: Key = "";
  readonly #items: [Key, Item][] = [];

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    const used = this.#readAll(bytes);
    this.#rest = bytes.slice(used);
  }

  finish(): Store {
    if (!this.#ended) throw this.#corrupt("it ends too early");
    const { revision, size } = this.#known();
    if (this.#items.length !== size) throw this.#corrupt(`it holds ${this.#items.length} keys, not ${size}`);
    return Store.of(revision, this.#items);
  }

  /** Reads what is whole and returns how many bytes that was. */
  #readAll(bytes: Uint8Array): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    if (this.#offset === 0) {
      if (bytes.length < SNAPSHOT_MAGIC.length) return 0;
      this.#checkMagic(bytes);
      at = SNAPSHOT_MAGIC.length;
      this.#offset = at;
    }
    while (bytes.length - at >= RECORD_HEAD_BYTES) {
      const lengthBytes = view.getUint32(at + 1, true);
      if (lengthBytes > RECORD_BYTES_MAX) throw this.#corrupt(`a record claims ${lengthBytes} bytes`);
      const end = at + RECORD_HEAD_BYTES + lengthBytes;
      if (end > bytes.length) break;
      this.#readRecord(view.getUint8(at), bytes.subarray(at + RECORD_HEAD_BYTES, end));
      this.#offset += end - at;
      at = end;
    }
    if (this.#ended && at < bytes.length) throw this.#corrupt("bytes follow its end");
    return at;
  }

  #checkMagic(bytes: Uint8Array): void {
    const version = bytes[3];
    if (!SNAPSHOT_MAGIC.slice(0, 3).every((byte, i) => bytes[i] === byte)) {
      throw this.#corrupt("it is no snapshot of a key-value store");
    }
    if (version !== SNAPSHOT_VERSION) {
      throw this.#corrupt(
        `its format is ${version}, but this version reads ${SNAPSHOT_VERSION} only; update this node`,
      );
    }
  }

  #readRecord(tag: number, rest: Uint8Array): void {
    if (this.#ended) throw this.#corrupt("records follow its end");
    if (tag === TAG.meta && this.#meta === undefined) this.#meta = this.#readMeta(rest);
    else if (tag === TAG.item) this.#readItem(rest);
    else if (tag === TAG.end && rest.length === 0) this.#ended = true;
    else throw this.#corrupt(`a record has the unknown or misplaced tag ${tag}; was it written by a later version?`);
  }

  #readMeta(rest: Uint8Array): Meta {
    if (rest.length !== META_BYTES) throw this.#corrupt("its first record has the wrong length");
    const view = new DataView(rest.buffer, rest.byteOffset, rest.length);
    const meta = { revision: readInteger(view, 0), size: readInteger(view, 8) };
    if (!Number.isSafeInteger(meta.revision) || meta.revision < 1) throw this.#corrupt("its revision is impossible");
    return meta;
  }

  #readItem(rest: Uint8Array): void {
    const { revision } = this.#known();
    if (rest.length < ITEM_HEAD_BYTES) throw this.#corrupt("an item is too short");
    const view = new DataView(rest.buffer, rest.byteOffset, rest.length);
    const keyBytes = view.getUint16(32, true);
    if (keyBytes === 0 || keyBytes > KEY_BYTES_MAX || ITEM_HEAD_BYTES + keyBytes > rest.length) {
      throw this.#corrupt(`a key claims ${keyBytes} bytes`);
    }
    const key = keyOf(rest.subarray(ITEM_HEAD_BYTES, ITEM_HEAD_BYTES + keyBytes));
    if (key <= this.#lastKey) throw this.#corrupt("its keys are not in order");
    const item = {
      value: new Uint8Array(rest.subarray(ITEM_HEAD_BYTES + keyBytes)),
      createRevision: readInteger(view, 0),
      modRevision: readInteger(view, 8),
      version: readInteger(view, 16),
      lease: readInteger(view, 24),
    };
    const { createRevision, modRevision, version, lease } = item;
    const possible = 1 < createRevision && createRevision <= modRevision && modRevision <= revision && version >= 1;
    if (!possible || !Number.isSafeInteger(version) || !Number.isSafeInteger(lease)) {
      throw this.#corrupt("an item's revisions are impossible");
    }
    this.#lastKey = key;
    this.#items.push([key, item]);
  }

  #known(): Meta {
    if (this.#meta === undefined) throw this.#corrupt("its first record is missing");
    return this.#meta;
  }

  #corrupt(reason: string): RaftError {
    return new RaftError(
      "CORRUPT",
      `the snapshot of the key-value store is damaged at byte ${this.#offset}: ${reason}`,
    );
  }
}
