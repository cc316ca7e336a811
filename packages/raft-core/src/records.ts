import type { Entry } from "./entry.ts";
import type { Checksum } from "./record.ts";

/**
 * The records of entries that follow one another, in as few pieces as they lie in memory: what is still to be encoded goes
 * into one piece, and what a peer has sent lies as it came. Not to be changed.
 */
export function recordsOf(entries: readonly Entry[], checksum: Checksum): readonly Uint8Array[] {
  encode(
    entries.filter((entry) => !entry.isEncoded),
    checksum,
  );
  const pieces: Uint8Array[] = [];
  let piece: Uint8Array = new Uint8Array();
  let bytes = 0;
  for (const entry of entries) {
    const record = entry.record(checksum);
    if (record.buffer !== piece.buffer || record.byteOffset !== piece.byteOffset + bytes) {
      pieces.push(...extended(piece, bytes));
      piece = record;
      bytes = 0;
    }
    bytes += record.length;
  }
  pieces.push(...extended(piece, bytes));
  return pieces;
}

function encode(entries: readonly Entry[], checksum: Checksum): void {
  const bytes = new Uint8Array(entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  let at = 0;
  for (const entry of entries) {
    entry.encodeInto(bytes.subarray(at, at + entry.sizeBytes), checksum);
    at += entry.sizeBytes;
  }
}

/** `bytes` of the memory that `piece` begins; none where there are none. */
function extended(piece: Uint8Array, bytes: number): readonly Uint8Array[] {
  if (bytes === 0) return [];
  return bytes === piece.length ? [piece] : [new Uint8Array(piece.buffer, piece.byteOffset, bytes)];
}
