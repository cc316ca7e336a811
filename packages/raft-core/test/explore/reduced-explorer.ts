import type { Bounds } from "./bounds.ts";
import type { Progress, Search } from "./exploration.ts";
import { Frontier } from "./frontier.ts";
import { Ints } from "./ints.ts";
import { Paths } from "./paths.ts";
import { GONE, Relevance } from "./relevance.ts";
import { HEARTBEAT, type Next, type Reach, Situation, allows, budgetOf, spentOf } from "./situation.ts";
import { Soups } from "./soups.ts";
import { startOf } from "./start.ts";
import type { Step } from "./step.ts";
import { VisitedStates } from "./visited.ts";
import type { World } from "./world.ts";

const TELL_EVERY = 1 << 12;

/**
 * Goes through all that the nodes can do, but not through every state. Four reductions, each sound by itself:
 *
 * 1. *The network is a set.* What was sent can arrive at any time, any number of times, or never: what the core claims
 *    to bear (message.ts). That is more than any bound on losses and repetitions allows, and fewer states: a delivery
 *    takes nothing away, so what is under way hardly differs between states whose nodes are the same.
 * 2. *Covered states* are left out (visited.ts). The steps of a node depend on itself and on one packet, and no step
 *    takes a packet away; so with more under way and more left of the bounds, all the same steps can follow. For the
 *    same reason a delivery that changes nothing but what is under way is taken at once, and instead of all others.
 * 3. *What a packet can no longer do* is forgotten (relevance.ts), and what a node can no longer tell apart (node.ts).
 * 4. *Writes of nodes that do not lead come first.* All that such a node says waits for its writes, but for answers to
 *    heartbeats while its hard state is durable. So let it have a write under way, and take any steps that happen
 *    before the write is durable. The node's own steps among them come to the same, with no less said on the way, if
 *    the write is durable before them (writes-first.test.ts asks the core); the others' steps have nothing to do with
 *    it: the write may as well come first. If the node crashes before, nobody has heard of its own steps among them: it
 *    may as well crash first. If neither happens, the write may be added. What is left out are states in which a disk
 *    lags behind that no crash will lay bare. A leader speaks before it has written, and so does who asks for pre-votes:
 *    for them this does not hold. A core that has others speak early is explored anew without.
 *
 * Least advanced states come first, so that most is under way when the nodes of a state are left, and few are left twice.
 */
export class ReducedExplorer implements Search {
  readonly #world: World;
  readonly #bounds: Bounds;
  readonly #soups: Soups = new Soups();
  readonly #visited: VisitedStates;
  readonly #relevance: Relevance;
  readonly #frontier: Frontier = new Frontier();
  readonly #paths: Paths = new Paths();
  readonly prefix: Step[] = [];
  readonly #begun: number;
  #writesComeFirst: boolean;

  // The state that is being left, and what is under way there.
  readonly #now: Situation;
  #state = 0;
  #packets: Int32Array = new Int32Array();
  #left = 0;
  /** What is under way in the next one. */
  readonly #next: Ints = new Ints(64);
  readonly #reach: Reach = (next) => this.#visit(next);

  constructor(world: World, bounds: Bounds) {
    this.#world = world;
    this.#bounds = bounds;
    this.#now = new Situation(world, bounds);
    this.#visited = new VisitedStates(world, this.#soups);
    this.#relevance = new Relevance(world, bounds.terms + 1);
    this.#begun = budgetOf(bounds);
    this.#writesComeFirst = !bounds.preVote;
  }

  get progress(): Progress {
    const { transitions } = this.#now;
    const depth = this.#paths.to(this.#state).length;
    return { states: this.#visited.size, transitions, depth, waiting: this.#frontier.size };
  }

  path(): readonly Step[] {
    return this.#left === 0 ? [] : [...this.#paths.to(this.#state), this.#now.step];
  }

  *explore(): Generator<Progress, void> {
    this.#begin();
    for (let state = this.#frontier.take(); state !== undefined; state = this.#frontier.take()) {
      if (this.#visited.isCovered(state)) continue;
      this.#left += 1;
      this.#leave(state);
      if (this.#writesComeFirst && this.#world.hasSpokenEarly) this.#leaveAllAgain();
      if (this.#left % TELL_EVERY === 0) yield this.progress;
    }
  }

  #begin(): void {
    const { locals, packets, elections, commits } = startOf(this.#world, this.#bounds, this.prefix);
    for (const packet of packets) this.#put(packet, locals);
    const soup = this.#soups.numberOf(this.#next);
    this.#visited.add({ locals, elections, commits, budget: this.#begun, soup });
    for (const local of locals) this.#world.meet(local);
    this.#frontier.add(0, 0);
    this.#paths.add(0, 0);
  }

  #leave(state: number): void {
    const { locals, elections, commits, budget, soup } = this.#visited.at(state);
    this.#state = state;
    this.#packets = this.#soups.items(soup);
    const now = this.#now;
    for (const [node, local] of locals.entries()) now.setLocal(node, local);
    now.elections = elections;
    now.commits = commits;
    now.budget = budget;
    const writer = locals.findIndex((_, node) => this.#writesFirst(node));
    if (writer >= 0) {
      now.tryDisk(writer, this.#reach);
      return;
    }
    if (this.#onlySpeak()) return;
    for (const packet of this.#packets) now.tryDelivery(packet, this.#reach);
    for (const node of locals.keys()) now.tryOwn(node, this.#reach);
  }

  #leaveAllAgain(): void {
    this.#writesComeFirst = false;
    for (let state = 0; state < this.#visited.size; state += 1) this.#frontier.add(state, 0);
  }

  /** Reduction 4. */
  #writesFirst(node: number): boolean {
    if (!this.#writesComeFirst) return false;
    const { leads, writes, term, savesHardState } = this.#now.factsOf(node);
    if (leads || writes === 0) return false;
    if (savesHardState) return true;
    if (allows(this.#now.budget, HEARTBEAT)) return false;
    const { receivers, packets } = this.#world;
    return this.#packets.every((packet) => {
      const { message } = packets.at(packet);
      return receivers.at(packet) !== node || message.type !== "heartbeat" || message.term !== term;
    });
  }

  /** Reduction 2: what only adds to what is under way. Whether the state is covered now. */
  #onlySpeak(): boolean {
    const { receivers, outcomes } = this.#world;
    for (const packet of this.#packets) {
      const local = this.#now.localOf(receivers.at(packet));
      if (outcomes.at(this.#world.deliveryOf(local, packet)) !== local) continue;
      this.#now.tryDelivery(packet, this.#reach);
      if (this.#visited.isCovered(this.#state)) return true;
    }
    return false;
  }

  #visit(next: Next): boolean {
    const { node, outcome, result, elections, commits, budget } = next;
    const { receivers, senders, sent, sentFrom } = this.#world;
    const locals = this.#now.locals.with(node, outcome);
    this.#next.length = 0;
    for (const packet of this.#packets) {
      const isTouched = receivers.at(packet) === node || senders.at(packet) === node;
      if (isTouched) this.#put(packet, locals);
      else this.#next.addSorted(packet);
    }
    for (let at = sentFrom.at(result); at < sentFrom.at(result + 1); at += 1) this.#put(sent.at(at), locals);
    const soup = this.#soups.numberOf(this.#next);
    const state = this.#visited.size;
    if (!this.#visited.add({ locals, elections, commits, budget, soup })) return false;
    this.#frontier.add(state, this.#advanceOf(locals, budget));
    this.#paths.add(this.#state, this.#now.step);
    return true;
  }

  /** Puts a packet under way in the next state. */
  #put(packet: number, locals: readonly number[]): void {
    const { receivers, senders } = this.#world;
    const [receiver, sender] = [locals[receivers.at(packet)] ?? 0, locals[senders.at(packet)] ?? 0];
    const normal = this.#relevance.normal(packet, receiver, sender);
    if (normal !== GONE) this.#next.addSorted(normal);
  }

  /** Rises with almost every step. */
  #advanceOf(locals: readonly number[], budget: number): number {
    let advance = 128 * spentOf(this.#begun, budget);
    for (const local of locals) {
      const { term, log, disk, commitIndex } = this.#world.factsOf(local);
      advance += 16 * term + 4 * (log.at(-1) ?? 0) + log.length + disk.length + commitIndex;
    }
    return advance;
  }
}
