import { type Random, seededRandom } from "@quorate/raft-core";
import { Dice } from "./dice.ts";

const SEEDS = 2n ** 64n;

/**
 * A seed as reports print it, 16 hexadecimal digits; fewer of them, and a 0x in front, are taken, too. Throws a TypeError
 * for anything else.
 */
export function parseSeed(text: string): bigint {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text)?.[1];
  if (digits !== undefined) return BigInt(`0x${digits}`);
  throw new TypeError(`seed is "${text}", but must be up to 16 hexadecimal digits`);
}

export function mustBeSeed(seed: bigint): void {
  if (seed < 0n || seed >= SEEDS) throw new TypeError(`seed is ${seed}, but must be from 0 to 2^64 - 1`);
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
