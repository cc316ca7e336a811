import type { Random } from "./ports/random.ts";

const TWO_32 = 2 ** 32;

/** One step of a 32-bit hash in the manner of murmur3: every bit of `value` reaches every bit of the result. */
function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593) ^ (mixed >>> 13);
  return (Math.imul(mixed, 0x85ebca6b) ^ (mixed >>> 16)) >>> 0;
}

/** Four words that differ wherever the seeds do. */
function stateOf(seed: string): [number, number, number, number] {
  const state: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x8aed2a6a];
  for (let at = 0; at < seed.length; at += 1) {
    const unit = seed.charCodeAt(at);
    for (const lane of [0, 1, 2, 3] as const) state[lane] = mix(state[lane], unit + lane * 0x10001);
  }
  return state;
}

/**
 * The same seed gives the same sequence, on every platform: the generator sfc32, with a state of 128 bits. Seeds are
 * told apart by how they print, so `1`, `1n` and `"1"` are one seed, and `seededRandom(`${seed}/disk`)` is a stream
 * of its own. Not for secrets.
 */
export function seededRandom(seed: number | bigint | string): Random {
  let [a, b, c, counter] = stateOf(String(seed));
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return (result >>> 0) / TWO_32;
  };
  // The first outputs still show how the state was filled.
  for (let round = 0; round < 16; round += 1) next();
  return { next };
}
