const SLICES = 8;
const TABLE: Uint32Array = makeTable();

/** Table `k` of 256 holds the CRC of each byte followed by `k` zero bytes. */
function makeTable(): Uint32Array {
  const table = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[byte] = crc;
  }
  for (let i = 256; i < table.length; i++) {
    const shorter = table[i - 256] ?? 0;
    table[i] = (shorter >>> 8) ^ (table[shorter & 0xff] ?? 0);
  }
  return table;
}

function at(slice: number, byte: number): number {
  return TABLE[slice * 256 + byte] ?? 0;
}

/**
 * CRC-32 (IEEE 802.3) of `bytes`, or of what `previous` is the CRC of followed by `bytes`; the same as `zlib.crc32`.
 * Eight bytes at a time ("slicing by 8"), which is more than twice as fast as one at a time.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let i = 0;
  for (; i + SLICES <= bytes.length; i += SLICES) {
    const a =
      crc ^
      byteAt(bytes, i) ^
      (byteAt(bytes, i + 1) << 8) ^
      (byteAt(bytes, i + 2) << 16) ^
      (byteAt(bytes, i + 3) << 24);
    crc =
      at(7, a & 0xff) ^
      at(6, (a >>> 8) & 0xff) ^
      at(5, (a >>> 16) & 0xff) ^
      at(4, a >>> 24) ^
      at(3, byteAt(bytes, i + 4)) ^
      at(2, byteAt(bytes, i + 5)) ^
      at(1, byteAt(bytes, i + 6)) ^
      at(0, byteAt(bytes, i + 7));
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ at(0, (crc ^ byteAt(bytes, i)) & 0xff);
  return ~crc >>> 0;
}

function byteAt(bytes: Uint8Array, i: number): number {
  return bytes[i] ?? 0;
}
