import { covers } from "./situation.ts";
import { Ints } from "./ints.ts";
import { Pairs } from "./pairs.ts";
import type { Soups } from "./soups.ts";
import type { World } from "./world.ts";

/** A state: its nodes, what has happened before, what is left of the bounds, and the set of packets under way. */
export interface Visit {
  readonly locals: readonly number[];
  readonly elections: number;
  readonly commits: number;
  readonly budget: number;
  readonly soup: number;
}

// A state as it is stored: its nodes, then these.
const ELECTIONS = 0;
const COMMITS = 1;
const BUDGET = 2;
const SOUP = 3;
/** The soup as it would be called had the nodes exchanged their names for those that stand for the state. */
const RENAMED = 4;
const NEXT = 5;
const FIXED = 6;

const NONE = -1;

/**
 * The states that were met, but for those that are covered: equal, under some exchange of the nodes' names, but with
 * nothing under way and nothing left of the bounds that the other has not too. On a network that delivers at any time,
 * any number of times, or never, whatever can happen there can happen here.
 */
export class VisitedStates {
  readonly #world: World;
  readonly #soups: Soups;
  readonly #stride: number;
  readonly #words: Ints = new Ints(1 << 16);
  /** By the hash of the nodes and of what has happened: the last of a chain of states that differ in the rest. */
  readonly #heads: Pairs = new Pairs();
  readonly #renamed: Pairs = new Pairs();
  readonly #sums: Int32Array;
  size = 0;

  constructor(world: World, soups: Soups) {
    this.#world = world;
    this.#soups = soups;
    this.#stride = world.ids.length + FIXED;
    this.#sums = new Int32Array(2 * world.permutations.length);
  }

  /** How many differ in more than what is under way and what is left of the bounds. */
  get groups(): number {
    return this.#heads.size;
  }

  /** Stores a state with the number `size`, unless it is covered. Whether it did. */
  add(visit: Visit): boolean {
    const permutation = this.#permutationOf(visit);
    const [low, high] = [this.#sums[2 * permutation] ?? 0, this.#sums[2 * permutation + 1] ?? 0];
    const renamed = this.#rename(visit.soup, permutation);
    let head = this.#heads.get(low, high);
    let previous = NONE;
    for (let state = head; state !== NONE; state = this.#word(state, NEXT)) {
      const budget = this.#word(state, BUDGET);
      const soup = this.#word(state, RENAMED);
      if (covers(budget, visit.budget) && this.#soups.includes(soup, renamed)) return false;
      if (covers(visit.budget, budget) && this.#soups.includes(renamed, soup)) {
        if (previous === NONE) head = this.#word(state, NEXT);
        else this.#setWord(previous, NEXT, this.#word(state, NEXT));
        this.#setWord(state, RENAMED, NONE);
      } else previous = state;
    }
    for (const local of visit.locals) this.#words.push(local);
    for (const word of [visit.elections, visit.commits, visit.budget, visit.soup, renamed, head])
      this.#words.push(word);
    this.#heads.set(low, high, this.size);
    this.size += 1;
    return true;
  }

  /** Whether a state that was met since covers this one. */
  isCovered(state: number): boolean {
    return this.#word(state, RENAMED) === NONE;
  }

  at(state: number): Visit {
    const locals = this.#world.ids.map((_, node) => this.#words.at(state * this.#stride + node));
    return {
      locals,
      elections: this.#word(state, ELECTIONS),
      commits: this.#word(state, COMMITS),
      budget: this.#word(state, BUDGET),
      soup: this.#word(state, SOUP),
    };
  }

  #word(state: number, offset: number): number {
    return this.#words.at(state * this.#stride + this.#world.ids.length + offset);
  }

  #setWord(state: number, offset: number, value: number): void {
    this.#words.data[state * this.#stride + this.#world.ids.length + offset] = value;
  }

  /** Of all the names that the nodes could have, those with the smallest hash stand for the state. */
  #permutationOf({ locals, elections, commits }: Visit): number {
    const world = this.#world;
    const sums = this.#sums.fill(0);
    for (const local of locals) world.locals.addHashes(sums, local);
    world.elections.addHashes(sums, elections);
    world.commits.addHashes(sums, commits);
    let best = 0;
    for (let at = 1; at < world.permutations.length; at += 1) {
      const [a = 0, low = 0] = [sums[2 * at], sums[2 * best]];
      const isLower = a === low ? (sums[2 * at + 1] ?? 0) < (sums[2 * best + 1] ?? 0) : a < low;
      if (isLower) best = at;
    }
    return best;
  }

  #rename(soup: number, permutation: number): number {
    if (permutation === 0) return soup;
    const known = this.#renamed.get(soup, permutation);
    if (known !== NONE) return known;
    const list = new Ints(32);
    for (const packet of this.#soups.items(soup)) list.addSorted(this.#world.renamed(packet, permutation));
    const renamed = this.#soups.numberOf(list);
    this.#renamed.set(soup, permutation, renamed);
    return renamed;
  }
}
