/** 64 bits of a hash of the chunks' bytes, wherever they are cut; as 16 hexadecimal digits. For tests, not for trust. */
export function digestOf(chunks: Iterable<Uint8Array>): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (const chunk of chunks) {
    for (const byte of chunk) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte ^ (a >>> 15), 0x5bd1e995);
    }
  }
  return hex(a ^ (b >>> 13)) + hex(b ^ (a >>> 16));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
