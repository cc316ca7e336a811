import { KEY_BYTES_MAX, VALUE_BYTES_CEILING } from "./limits.ts";

/**
 * A snapshot is the magic, whose last byte is the format's version, and then records (integers are little-endian):
 *
 * | record | tag (1) | length of the rest (4) | rest                                                              |
 * | ------ | ------- | ---------------------- | ----------------------------------------------------------------- |
 * | meta   | 1       | 16                     | revision (8), number of keys (8)                                  |
 * | item   | 2       | 34 + key + value       | createRevision (8), modRevision (8), version (8), lease (8), length of the key (2), key, value |
 * | end    | 255     | 0                      |                                                                   |
 *
 * `meta` is the first, the items follow in ascending order of their keys, `end` is the last. A reader refuses tags that
 * it does not know: what they hold would be lost. Checksums are the snapshot store's.
 */
export const SNAPSHOT_VERSION = 1;
export const SNAPSHOT_MAGIC: readonly number[] = [0x51, 0x4b, 0x56, SNAPSHOT_VERSION];

export const TAG = { meta: 1, item: 2, end: 255 } as const;

export const RECORD_HEAD_BYTES = 5;
export const META_BYTES = 16;
/** Of an item before its key. */
export const ITEM_HEAD_BYTES = 34;
export const RECORD_BYTES_MAX: number = ITEM_HEAD_BYTES + KEY_BYTES_MAX + VALUE_BYTES_CEILING;

const TWO_32 = 2 ** 32;

/** Exact where the result is a safe integer. */
export function readInteger(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}
