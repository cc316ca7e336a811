/** For each node by its number, the number that it has after an exchange of names. */
export type Permutation = readonly number[];

/** All of them, the one that changes nothing first. */
export function permutationsOf(numbers: readonly number[]): readonly Permutation[] {
  if (numbers.length === 0) return [[]];
  return numbers.flatMap((first) =>
    permutationsOf(numbers.filter((number) => number !== first)).map((others) => [first, ...others]),
  );
}

export function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593) ^ (mixed >>> 13);
  return Math.imul(mixed, 0x85ebca6b) ^ (mixed >>> 16);
}

/** Two independent hashes of 32 bits each. */
export type Hash = readonly [number, number];

const SECOND_LANE = 0x9e3779b9;

/**
 * Hashes plain values, maps and class instances as they would be if the nodes had exchanged their names. Nodes are
 * recognised by their names; the order of a map's keys does not count. What stands under one of `constantKeys` is the
 * same wherever it occurs, and left out.
 */
export class Fingerprint {
  readonly #nodes: ReadonlyMap<string, number>;
  readonly #constantKeys: ReadonlySet<string>;
  readonly #strings = new Map<string, number>();
  #permutation: Permutation = [];
  #a = 0;
  #b = 0;

  constructor(ids: readonly string[], constantKeys: readonly string[]) {
    this.#nodes = new Map(ids.map((id, at) => [id, at]));
    this.#constantKeys = new Set(constantKeys);
  }

  of(value: unknown, permutation: Permutation): Hash {
    this.#permutation = permutation;
    this.#a = 1;
    this.#b = 2;
    this.#value(value);
    return [mix(this.#a, 3), mix(this.#b, 4)];
  }

  #add(word: number): void {
    this.#a = mix(this.#a, word);
    this.#b = mix(this.#b + SECOND_LANE, word);
  }

  #value(value: unknown): void {
    if (typeof value === "string") this.#string(value);
    else if (typeof value === "number") this.#number(value);
    else if (typeof value === "boolean") this.#add(value ? 11 : 12);
    else if (typeof value === "object" && value !== null) this.#object(value);
    else this.#add(13);
  }

  #number(value: number): void {
    this.#add(14);
    this.#add(Number.isFinite(value) ? value : -1);
  }

  #string(value: string): void {
    const node = this.#nodes.get(value);
    if (node !== undefined) {
      this.#add(15);
      this.#add(this.#permutation[node] ?? node);
      return;
    }
    let number = this.#strings.get(value);
    if (number === undefined) {
      number = this.#strings.size;
      this.#strings.set(value, number);
    }
    this.#add(16);
    this.#add(number);
  }

  #object(value: object): void {
    if (value instanceof Map) this.#map(value);
    else if (Array.isArray(value) || value instanceof Uint8Array) {
      this.#add(17);
      this.#add(value.length);
      for (const item of value) this.#value(item);
    } else {
      this.#add(18);
      for (const key of Object.keys(value)) {
        if (!this.#constantKeys.has(key)) this.#value((value as Record<string, unknown>)[key]);
      }
    }
  }

  #map(map: ReadonlyMap<unknown, unknown>): void {
    const [a, b] = [this.#a, this.#b];
    let [sumA, sumB] = [0, 0];
    for (const [key, item] of map) {
      this.#a = 5;
      this.#b = 6;
      this.#value(key);
      this.#value(item);
      sumA = (sumA + mix(this.#a, 7)) | 0;
      sumB = (sumB + mix(this.#b, 8)) | 0;
    }
    this.#a = mix(mix(a, 19 + map.size), sumA);
    this.#b = mix(mix(b, 19 + map.size), sumB);
  }
}
