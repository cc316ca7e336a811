import { type Random, seededRandom } from "@quorate/raft-core";
import { Dice } from "./dice.ts";

const SEEDS = 2n ** 64n;

/** 16 hexadecimal digits, as reports print a seed, or a decimal number. Throws a TypeError for anything else. */
export function parseSeed(text: string): bigint {
  if (/^[0-9a-f]{16}$/i.test(text)) return BigInt(`0x${text}`);
  const seed = /^(?:\d+|0x[0-9a-f]+)$/i.test(text) ? BigInt(text) : undefined;
  if (seed === undefined || seed >= SEEDS) {
    throw new TypeError(`seed is "${text}", but must be 16 hexadecimal digits or a number below 2^64`);
  }
  return seed;
}

export function formatSeed(seed: bigint): string {
  return seed.toString(16).padStart(16, "0");
}

/** The seed number `count` after `seed`; behind the last one they start over. */
export function seedAfter(seed: bigint, count: number): bigint {
  return (seed + BigInt(count)) % SEEDS;
}

/**
 * One stream of chance for each domain and part of it, so that what one of them draws never shifts what another one
 * draws: `streams("disk", "n1")`.
 */
export type Streams = (...path: readonly string[]) => Dice;

export function streamsOf(seed: bigint): Streams {
  const prefix = formatSeed(seed);
  return (...path) => {
    const random: Random = seededRandom([prefix, ...path].join("/"));
    return new Dice(random);
  };
}
