import type { Bounds } from "./bounds.ts";
import { Cluster, beginning } from "./cluster.ts";
import { mix } from "./fingerprint.ts";
import { Ints } from "./ints.ts";
import { mustBeSafe, mustHold, mustMatch, nothing } from "./invariants.ts";
import { HashSet } from "./pairs.ts";
import { Paths } from "./paths.ts";
import { type Step, crash, deliver, duplicate, propose, stepOf, tick, unreachable, written } from "./step.ts";
import { Violation } from "./violation.ts";
import { type Facts, UNCHANGED, type World } from "./world.ts";

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States that were reached but not left yet. */
  readonly waiting: number;
}

export interface FoundViolation {
  readonly sentence: string;
  /** Leads there from nodes that have never run. */
  readonly path: readonly Step[];
  /** How many of these steps led to where the exploration begins. */
  readonly begins: number;
}

export interface Exploration extends Progress {
  readonly exhausted: boolean;
  readonly violation: FoundViolation | undefined;
}

// A state as it is stored: its nodes, then these, then its packets.
const ELECTIONS = 0;
const COMMITS = 1;
const BUDGET = 2;
const COUNT = 3;
const FIXED = 4;

// What is left of each bound: four bits each.
const CRASH = 1;
const DUPLICATE = 1 << 4;
const DROP = 1 << 8;
const HEARTBEAT = 1 << 12;
const allows = (budget: number, one: number): boolean => (budget & (one * 15)) !== 0;

const NONE = -1;
const TELL_EVERY = 1 << 12;

/** Goes through all states, breadth first, so that the first violation found has one of the shortest ways there. */
export class Explorer {
  readonly #world: World;
  readonly #bounds: Bounds;
  readonly #nodes: number;
  readonly #visited: HashSet = new HashSet();
  readonly #paths: Paths = new Paths();
  #level: Ints = new Ints(1 << 16);
  #nextLevel: Ints = new Ints(1 << 16);
  #transitions = 0;
  #depth = 0;
  readonly #prefix: Step[] = [];

  // The state that is being left: its number, where it stands in the level, and the sums of its parts' hashes.
  #state = 0;
  #at = 0;
  readonly #sums: Int32Array;
  readonly #facts: Facts[] = [];
  /** The step that is being tried. */
  #step: Step = 0;
  readonly #nextSums: Int32Array;

  constructor(world: World, bounds: Bounds) {
    this.#world = world;
    this.#bounds = bounds;
    this.#nodes = bounds.nodes;
    this.#sums = new Int32Array(2 * world.permutations.length);
    this.#nextSums = new Int32Array(2 * world.permutations.length);
  }

  get progress(): Progress {
    const states = this.#visited.size;
    return { states, transitions: this.#transitions, depth: this.#depth, waiting: states - this.#state };
  }

  /** Stops now and then to tell how far it has come. One that is not asked to go on is not exhausted. */
  *run(): Generator<Progress, Exploration> {
    try {
      this.#begin();
      yield* this.#explore();
      return { ...this.progress, exhausted: true, violation: undefined };
    } catch (error) {
      if (!(error instanceof Error) || !(error instanceof Violation || error.name === "AssertionError")) throw error;
      const path = [...this.#prefix, ...this.#paths.to(this.#state), ...(this.#depth > 0 ? [this.#step] : [])];
      return {
        ...this.progress,
        exhausted: false,
        violation: { sentence: error.message, path, begins: this.#prefix.length },
      };
    }
  }

  #begin(): void {
    const world = this.#world;
    const cluster = new Cluster(world);
    for (const step of beginning(cluster, this.#bounds.start)) {
      this.#prefix.push(step);
      cluster.take(step);
    }
    const { crashes, duplicates, drops, heartbeats } = this.#bounds;
    const budget = crashes * CRASH + duplicates * DUPLICATE + drops * DROP + heartbeats * HEARTBEAT;
    const [leader = 0] = cluster.locals;
    const commits = world.commit(world.commits.numberOf(nothing, nothing), leader);
    const elections = world.elect(world.elections.numberOf([], []), commits, leader);
    const state = [
      ...cluster.locals,
      elections,
      commits,
      budget,
      cluster.packets.length,
      ...cluster.packets.toSorted((a, b) => a - b),
    ];
    for (const word of state) this.#level.push(word);
    this.#visited.add(0, 1);
    this.#paths.add(0, 0);
  }

  *#explore(): Generator<Progress, void> {
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

  #local(node: number): number {
    return this.#level.at(this.#at + node);
  }

  #word(offset: number): number {
    return this.#level.at(this.#at + this.#nodes + offset);
  }

  /** Tries everything that may happen in the current state. */
  #leave(): void {
    this.#sumUp();
    const budget = this.#word(BUDGET);
    this.#deliverEach(budget);
    for (let node = 0; node < this.#nodes; node += 1) {
      const facts = this.#factsOf(node);
      if (facts.leads) this.#leadEach(node, facts, budget);
      else if (facts.term <= this.#bounds.terms) this.#try(tick, node, 0, budget);
      if (facts.writes > 0) this.#try(written, node, 0, budget);
      if (!allows(budget, CRASH)) continue;
      for (let cut = 0; cut < facts.cuts.length; cut += 1) this.#try(crash, node, cut, budget - CRASH);
    }
  }

  #deliverEach(budget: number): void {
    const first = this.#at + this.#nodes + FIXED;
    const count = this.#word(COUNT);
    for (let at = 0; at < count; at += 1) {
      const packet = this.#level.at(first + at);
      if (at > 0 && this.#level.at(first + at - 1) === packet) continue;
      const node = this.#world.receivers.at(packet);
      this.#try(deliver, node, packet, budget);
      if (allows(budget, DUPLICATE)) this.#try(duplicate, node, packet, budget - DUPLICATE);
    }
  }

  #leadEach(node: number, facts: Facts, budget: number): void {
    if (allows(budget, HEARTBEAT)) this.#try(tick, node, 0, budget - HEARTBEAT);
    if (facts.log.length < this.#bounds.entries) this.#try(propose, node, 0, budget);
    if (!allows(budget, DROP)) return;
    for (let peer = 0; peer < this.#nodes; peer += 1) {
      if (peer !== node) this.#try(unreachable, node, peer, budget - DROP);
    }
  }

  /** Adds up the hashes of the current state's parts, once for all that are reached from it. */
  #sumUp(): void {
    const { locals, packets, elections, commits } = this.#world;
    const sums = this.#sums.fill(0);
    for (let node = 0; node < this.#nodes; node += 1) {
      addTo(sums, locals.hashes, this.#local(node));
      this.#facts[node] = this.#world.factsOf(this.#local(node));
    }
    addTo(sums, elections.hashes, this.#word(ELECTIONS));
    addTo(sums, commits.hashes, this.#word(COMMITS));
    const first = this.#at + this.#nodes + FIXED;
    for (let at = 0; at < this.#word(COUNT); at += 1) addTo(sums, packets.hashes, this.#level.at(first + at));
  }

  /**
   * Takes a step from the current state. One that changes nothing but the packets under way is left out: whatever can
   * happen without a packet can happen while it waits.
   */
  #try(kind: number, node: number, argument: number, budget: number): void {
    this.#step = stepOf(kind, node, argument);
    const world = this.#world;
    const result = world.resultOf(this.#local(node), kind === duplicate ? deliver : kind, argument);
    const outcome = world.outcomes.at(result);
    if (outcome === UNCHANGED) return;
    this.#transitions += 1;
    const before = this.#factsOf(node);
    const after = world.factsOf(outcome);
    let elections = this.#word(ELECTIONS);
    let commits = this.#word(COMMITS);
    if (after.commitIndex > before.commitIndex) commits = world.commit(commits, outcome);
    const isElected = after.leads && !(before.leads && before.term === after.term);
    if (isElected) elections = world.elect(elections, commits, outcome);
    this.#facts[node] = after;
    if (world.checksPromises) this.#mustHoldAll(result, after);
    const gone = kind === deliver ? argument : NONE;
    if (this.#reach({ node, outcome, result, gone, elections, commits, budget })) {
      if (after.disk !== before.disk || commits !== this.#word(COMMITS))
        mustBeSafe(world.commits.at(commits).terms, this.#facts);
      if (after.disk !== before.disk || after.kinds !== before.kinds || after.log !== before.log)
        mustMatch(this.#facts);
      this.#paths.add(this.#state, this.#step);
    }
    this.#facts[node] = before;
  }

  #mustHoldAll(result: number, sender: Facts): void {
    const { sent, sentFrom } = this.#world;
    const end = sentFrom.at(result + 1);
    for (let at = sentFrom.at(result); at < end; at += 1) mustHold(this.#world, sent.at(at), sender, this.#facts);
  }

  #factsOf(node: number): Facts {
    const facts = this.#facts[node];
    if (facts === undefined) throw new Error(`there is no node ${node}`);
    return facts;
  }

  /** Stores the next state, unless one that equals it but for the nodes' names was met before. Whether it did. */
  #reach(next: Next): boolean {
    const { locals, elections, commits } = this.#world;
    const level = this.#nextLevel;
    const start = level.length;
    const sums = this.#nextSums;
    sums.set(this.#sums);
    takeFrom(sums, locals.hashes, this.#local(next.node));
    addTo(sums, locals.hashes, next.outcome);
    if (next.elections !== this.#word(ELECTIONS)) {
      takeFrom(sums, elections.hashes, this.#word(ELECTIONS));
      addTo(sums, elections.hashes, next.elections);
    }
    if (next.commits !== this.#word(COMMITS)) {
      takeFrom(sums, commits.hashes, this.#word(COMMITS));
      addTo(sums, commits.hashes, next.commits);
    }
    for (let node = 0; node < this.#nodes; node += 1) level.push(node === next.node ? next.outcome : this.#local(node));
    level.push(next.elections);
    level.push(next.commits);
    level.push(next.budget);
    const countAt = level.length;
    level.push(0);
    this.#keepPackets(next);
    this.#sendPackets(next, countAt + 1);
    level.data[countAt] = level.length - countAt - 1;
    if (this.#isNew(next.budget)) return true;
    level.length = start;
    return false;
  }

  /** Takes over what is under way, but for what has arrived and what the node has made stale. */
  #keepPackets({ node, outcome, gone }: Next): void {
    const { receivers, packets } = this.#world;
    const first = this.#at + this.#nodes + FIXED;
    const end = first + this.#word(COUNT);
    let hasGone = gone === NONE;
    for (let at = first; at < end; at += 1) {
      const packet = this.#level.at(at);
      const arrives = !hasGone && packet === gone;
      if (arrives) hasGone = true;
      if (arrives || (receivers.at(packet) === node && this.#world.isStale(packet, outcome))) {
        takeFrom(this.#nextSums, packets.hashes, packet);
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
      addTo(this.#nextSums, packets.hashes, packet);
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

/** A state that differs from the current one in one node and what follows from that. */
interface Next {
  readonly node: number;
  readonly outcome: number;
  readonly result: number;
  /** The packet that has arrived, or NONE. */
  readonly gone: number;
  readonly elections: number;
  readonly commits: number;
  readonly budget: number;
}

function addTo(sums: Int32Array, hashes: Ints, number: number): void {
  const { data } = hashes;
  const from = number * sums.length;
  for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) + (data[from + at] ?? 0);
}

function takeFrom(sums: Int32Array, hashes: Ints, number: number): void {
  const { data } = hashes;
  const from = number * sums.length;
  for (let at = 0; at < sums.length; at += 1) sums[at] = (sums[at] ?? 0) - (data[from + at] ?? 0);
}
