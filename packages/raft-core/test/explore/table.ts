import type { Fingerprint, Permutation } from "./fingerprint.ts";
import { Ints } from "./ints.ts";
import { Pairs } from "./pairs.ts";

/**
 * Gives equal values one number. For every permutation of the nodes' names it knows the hash of the renamed value: a
 * whole state is hashed by adding up the hashes of its parts.
 */
export class Table<T> {
  readonly #fingerprint: Fingerprint;
  readonly #permutations: readonly Permutation[];
  readonly #numbers = new Pairs(1 << 10);
  readonly #values: T[] = [];
  /** For every value two halves for each permutation. */
  readonly #hashes: Ints = new Ints();

  constructor(fingerprint: Fingerprint, permutations: readonly Permutation[]) {
    this.#fingerprint = fingerprint;
    this.#permutations = permutations;
  }

  get size(): number {
    return this.#values.length;
  }

  at(number: number): T {
    const value = this.#values[number];
    if (value === undefined) throw new Error(`nothing has the number ${number}`);
    return value;
  }

  /** Adds a value's hashes, two for each permutation, to `sums`. */
  addHashes(sums: Int32Array, number: number): void {
    const { data } = this.#hashes;
    const from = number * sums.length;
    for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) + (data[from + at] ?? 0);
  }

  subtractHashes(sums: Int32Array, number: number): void {
    const { data } = this.#hashes;
    const from = number * sums.length;
    for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) - (data[from + at] ?? 0);
  }

  /** `essence`: what makes two values equal. */
  numberOf(value: T, essence: unknown): number {
    const own = this.#fingerprint.of(essence, []);
    const known = this.#numbers.get(...own);
    if (known >= 0) return known;
    const number = this.#values.push(value) - 1;
    this.#numbers.set(...own, number);
    for (const permutation of this.#permutations) {
      const [low, high] = this.#fingerprint.of(essence, permutation);
      this.#hashes.push(low);
      this.#hashes.push(high);
    }
    return number;
  }
}
