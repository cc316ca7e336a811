import type { Key } from "./bytes.ts";
import { ChunkBuilder } from "./chunk-builder.ts";
import { ITEM_HEAD_BYTES, META_BYTES, RECORD_HEAD_BYTES, SNAPSHOT_MAGIC, TAG } from "./snapshot-format.ts";
import type { Item, Store } from "./store.ts";

/** Few enough for the event loop to breathe between two, many enough for a disk. */
export const CHUNK_BYTES: number = 128 * 1024;

/**
 * The whole store in the form of snapshot-format.ts, in chunks of at most `CHUNK_BYTES`. `store` is to be a clone: it
 * is read while the chunks are consumed. Equal stores give equal bytes.
 */
export function* encodeSnapshot(store: Store): Generator<Uint8Array> {
  const chunk = new ChunkBuilder(CHUNK_BYTES);
  for (const byte of SNAPSHOT_MAGIC) chunk.uint8(byte);
  addMeta(chunk, store);
  for (const [key, item] of store.entries()) {
    if (chunk.room < RECORD_HEAD_BYTES + ITEM_HEAD_BYTES + key.length) yield chunk.take();
    addItemHead(chunk, key, item);
    let rest = chunk.bytes(item.value);
    while (rest.length > 0) {
      yield chunk.take();
      rest = chunk.bytes(rest);
    }
  }
  if (chunk.room < RECORD_HEAD_BYTES) yield chunk.take();
  addRecordHead(chunk, TAG.end, 0);
  yield chunk.take();
}

function addRecordHead(chunk: ChunkBuilder, tag: number, lengthBytes: number): void {
  chunk.uint8(tag);
  chunk.uint32(lengthBytes);
}

function addMeta(chunk: ChunkBuilder, store: Store): void {
  addRecordHead(chunk, TAG.meta, META_BYTES);
  chunk.integer(store.revision);
  chunk.integer(store.size);
}

function addItemHead(chunk: ChunkBuilder, key: Key, item: Item): void {
  addRecordHead(chunk, TAG.item, ITEM_HEAD_BYTES + key.length + item.value.length);
  chunk.integer(item.createRevision);
  chunk.integer(item.modRevision);
  chunk.integer(item.version);
  chunk.integer(item.lease);
  chunk.uint16(key.length);
  chunk.key(key);
}
