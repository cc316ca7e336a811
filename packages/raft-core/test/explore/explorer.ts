import type { Bounds } from "./bounds.ts";
import type { Progress, Search } from "./exploration.ts";
import { mix } from "./fingerprint.ts";
import { Ints } from "./ints.ts";
import { HashSet } from "./pairs.ts";
import { Paths } from "./paths.ts";
import { DUPLICATE, type Next, Situation, allows, budgetOf } from "./situation.ts";
import { startOf } from "./start.ts";
import type { Step } from "./step.ts";
import type { World } from "./world.ts";

// A state as it is stored: its nodes, then these, then its packets.
const ELECTIONS = 0;
const COMMITS = 1;
const BUDGET = 2;
const COUNT = 3;
const FIXED = 4;

const NONE = -1;
const TELL_EVERY = 1 << 12;

/**
 * Goes through all states, breadth first, so that the first violation found has one of the shortest ways there. Each
 * packet is under way once for each time that it was sent, and nothing but equal states is left out.
 */
export class Explorer implements Search {
  readonly #world: World;
  readonly #bounds: Bounds;
  readonly #nodes: number;
  readonly #visited: HashSet = new HashSet();
  readonly #paths: Paths = new Paths();
  #level: Ints = new Ints(1 << 16);
  #nextLevel: Ints = new Ints(1 << 16);
  #depth = 0;
  readonly prefix: Step[] = [];

  // The state that is being left: its number, where it stands in the level, and the sums of its parts' hashes.
  #state = 0;
  #at = 0;
  readonly #now: Situation;
  readonly #sums: Int32Array;
  readonly #nextSums: Int32Array;

  constructor(world: World, bounds: Bounds) {
    this.#world = world;
    this.#bounds = bounds;
    this.#nodes = bounds.nodes;
    this.#now = new Situation(world, bounds);
    this.#sums = new Int32Array(2 * world.permutations.length);
    this.#nextSums = new Int32Array(2 * world.permutations.length);
  }

  get progress(): Progress {
    const states = this.#visited.size;
    const { transitions } = this.#now;
    return { states, transitions, depth: this.#depth, waiting: states - this.#state };
  }

  path(): readonly Step[] {
    return this.#depth === 0 ? [] : [...this.#paths.to(this.#state), this.#now.step];
  }

  *explore(): Generator<Progress, void> {
    this.#begin();
    while (this.#level.length > 0) {
      this.#depth += 1;
      for (this.#at = 0; this.#at < this.#level.length; this.#at += this.#nodes + FIXED + this.#word(COUNT)) {
        this.#leave();
        this.#state += 1;
        if (this.#state % TELL_EVERY === 0) yield this.progress;
      }
      [this.#level, this.#nextLevel] = [this.#nextLevel, this.#level];
      this.#nextLevel.length = 0;
    }
  }

  #begin(): void {
    const { locals, packets, elections, commits } = startOf(this.#world, this.#bounds, this.prefix);
    const sorted = packets.toSorted((a, b) => a - b);
    const state = [...locals, elections, commits, budgetOf(this.#bounds), packets.length, ...sorted];
    for (const word of state) this.#level.push(word);
    for (const local of locals) this.#world.meet(local);
    this.#visited.add(0, 1);
    this.#paths.add(0, 0);
  }

  #local(node: number): number {
    return this.#level.at(this.#at + node);
  }

  #word(offset: number): number {
    return this.#level.at(this.#at + this.#nodes + offset);
  }

  /** Tries everything that may happen in the current state. */
  #leave(): void {
    this.#sumUp();
    const reach = (next: Next, packet: number): boolean => this.#reach(next, packet);
    const now = this.#now;
    const first = this.#at + this.#nodes + FIXED;
    const count = this.#word(COUNT);
    for (let at = 0; at < count; at += 1) {
      const packet = this.#level.at(first + at);
      if (at > 0 && this.#level.at(first + at - 1) === packet) continue;
      now.tryDelivery(packet, (next) => reach(next, packet));
      if (allows(now.budget, DUPLICATE)) now.tryDuplicate(packet, (next) => reach(next, NONE));
    }
    for (let node = 0; node < this.#nodes; node += 1) now.tryOwn(node, (next) => reach(next, NONE));
  }

  /** Adds up the hashes of the current state's parts, once for all that are reached from it. */
  #sumUp(): void {
    const { locals, packets, elections, commits } = this.#world;
    const sums = this.#sums.fill(0);
    for (let node = 0; node < this.#nodes; node += 1) {
      locals.addHashes(sums, this.#local(node));
      this.#now.setLocal(node, this.#local(node));
    }
    this.#now.elections = this.#word(ELECTIONS);
    this.#now.commits = this.#word(COMMITS);
    this.#now.budget = this.#word(BUDGET);
    elections.addHashes(sums, this.#now.elections);
    commits.addHashes(sums, this.#now.commits);
    const first = this.#at + this.#nodes + FIXED;
    for (let at = 0; at < this.#word(COUNT); at += 1) packets.addHashes(sums, this.#level.at(first + at));
  }

  /**
   * Stores the next state, unless one that equals it but for the nodes' names was met before. Whether it did. `gone`:
   * the packet that has arrived, or NONE.
   */
  #reach(next: Next, gone: number): boolean {
    const { locals, elections, commits } = this.#world;
    const level = this.#nextLevel;
    const start = level.length;
    const sums = this.#nextSums;
    sums.set(this.#sums);
    locals.subtractHashes(sums, this.#local(next.node));
    locals.addHashes(sums, next.outcome);
    if (next.elections !== this.#word(ELECTIONS)) {
      elections.subtractHashes(sums, this.#word(ELECTIONS));
      elections.addHashes(sums, next.elections);
    }
    if (next.commits !== this.#word(COMMITS)) {
      commits.subtractHashes(sums, this.#word(COMMITS));
      commits.addHashes(sums, next.commits);
    }
    for (let node = 0; node < this.#nodes; node += 1) level.push(node === next.node ? next.outcome : this.#local(node));
    level.push(next.elections);
    level.push(next.commits);
    level.push(next.budget);
    const countAt = level.length;
    level.push(0);
    this.#keepPackets(next, gone);
    this.#sendPackets(next, countAt + 1);
    level.data[countAt] = level.length - countAt - 1;
    if (!this.#isNew(next.budget)) {
      level.length = start;
      return false;
    }
    this.#paths.add(this.#state, this.#now.step);
    return true;
  }

  /** Takes over what is under way, but for what has arrived and what the node has made stale. */
  #keepPackets({ node, outcome }: Next, gone: number): void {
    const { receivers, packets } = this.#world;
    const first = this.#at + this.#nodes + FIXED;
    const end = first + this.#word(COUNT);
    let hasGone = gone === NONE;
    for (let at = first; at < end; at += 1) {
      const packet = this.#level.at(at);
      const arrives = !hasGone && packet === gone;
      if (arrives) hasGone = true;
      if (arrives || (receivers.at(packet) === node && this.#world.isStale(packet, outcome))) {
        packets.subtractHashes(this.#nextSums, packet);
      } else this.#nextLevel.push(packet);
    }
  }

  #sendPackets({ node, outcome, result }: Next, from: number): void {
    const { receivers, packets, sentFrom, sent } = this.#world;
    const end = sentFrom.at(result + 1);
    for (let at = sentFrom.at(result); at < end; at += 1) {
      const packet = sent.at(at);
      const receiver = receivers.at(packet);
      if (this.#world.isStale(packet, receiver === node ? outcome : this.#local(receiver))) continue;
      if (this.#world.isPreVote(packet) && this.#nextLevel.hasSince(from, packet)) continue;
      packets.addHashes(this.#nextSums, packet);
      this.#nextLevel.insertSorted(packet, from);
    }
  }

  /** Of all the names that the nodes could have, those with the smallest hash stand for the state. */
  #isNew(budget: number): boolean {
    const sums = this.#nextSums;
    let [low, high] = [sums[0] ?? 0, sums[1] ?? 0];
    for (let at = 2; at < sums.length; at += 2) {
      const [a, b] = [sums[at] ?? 0, sums[at + 1] ?? 0];
      if (a < low || (a === low && b < high)) [low, high] = [a, b];
    }
    return this.#visited.add(mix(low, budget), mix(high, budget));
  }
}
