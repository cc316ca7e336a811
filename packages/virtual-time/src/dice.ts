import type { Random } from "@quorate/raft-core";

/** Draws of every shape from one stream. */
export class Dice implements Random {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** In [0, 1). */
  next(): number {
    return this.#random.next();
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.#random.next() * bound);
  }

  /** An integer in [min, max]. */
  integer(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** In [min, max). */
  between(min: number, max: number): number {
    return min + this.#random.next() * (max - min);
  }

  /** In [min, max), each order of magnitude as likely as the other: rare extremes and plenty of small values. */
  logBetween(min: number, max: number): number {
    return min * (max / min) ** this.#random.next();
  }

  /** A time until something that happens by chance every `meanMs`. */
  exponential(meanMs: number): number {
    return -Math.log(1 - this.#random.next()) * meanMs;
  }

  chance(probability: number): boolean {
    return probability > 0 && this.#random.next() < probability;
  }

  /** Throws a TypeError where there is nothing to pick from. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new TypeError("nothing to pick from");
    return picked;
  }

  /** `count` of the list, or all of it if it is shorter, in random order. */
  sample<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    const taken: T[] = [];
    while (taken.length < count && rest.length > 0) taken.push(...rest.splice(this.below(rest.length), 1));
    return taken;
  }
}
