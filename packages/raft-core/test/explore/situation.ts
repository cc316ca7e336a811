import type { Bounds } from "./bounds.ts";
import { mustBeSafe, mustHold, mustMatch } from "./invariants.ts";
import {
  type Step,
  argumentOf,
  change,
  crash,
  deliver,
  duplicate,
  kindOf,
  nodeOf,
  propose,
  stepOf,
  tick,
  unreachable,
  written,
} from "./step.ts";
import { type Facts, UNCHANGED, type World } from "./world.ts";

// What is left of each bound: four bits each.
export const CRASH = 1;
export const DUPLICATE = 1 << 4;
export const DROP = 1 << 8;
export const HEARTBEAT = 1 << 12;
/** Only where nothing is reduced. */
export const CHANGE = 1 << 16;

export const allows = (budget: number, one: number): boolean => (budget & (one * 15)) !== 0;

/** Whether the one leaves at least as much of every bound as the other. */
export function covers(one: number, other: number): boolean {
  for (let shift = 0; shift < 16; shift += 4) if (((one >> shift) & 15) < ((other >> shift) & 15)) return false;
  return true;
}

/** How much of all bounds was used. */
export function spentOf(begun: number, budget: number): number {
  let sum = 0;
  for (let shift = 0; shift < 16; shift += 4) sum += ((begun >> shift) & 15) - ((budget >> shift) & 15);
  return sum;
}

export function budgetOf({ crashes, duplicates, drops, heartbeats, change: kind, reduced }: Bounds): number {
  if (reduced && kind !== "none") throw new Error("what makes no difference to a change of the members is not known");
  const changes = kind === "none" ? 0 : CHANGE;
  return crashes * CRASH + duplicates * DUPLICATE + drops * DROP + heartbeats * HEARTBEAT + changes;
}

/** Where a step leads to: a state that differs in one node and what follows from that. */
export interface Next {
  readonly node: number;
  readonly outcome: number;
  readonly result: number;
  readonly elections: number;
  readonly commits: number;
  readonly budget: number;
}

/** Takes note of a next state. Whether it was met for the first time. */
export type Reach = (next: Next) => boolean;

/** The state that is being left, but for what is under way: its nodes, and what has happened before. */
export class Situation {
  readonly #world: World;
  readonly #bounds: Bounds;
  readonly locals: number[] = [];
  readonly #facts: Facts[] = [];
  elections = 0;
  commits = 0;
  budget = 0;
  /** The step that is being tried. */
  step: Step = 0;
  transitions = 0;

  constructor(world: World, bounds: Bounds) {
    this.#world = world;
    this.#bounds = bounds;
  }

  setLocal(node: number, local: number): void {
    this.locals[node] = local;
    this.#facts[node] = this.#world.factsOf(local);
  }

  localOf(node: number): number {
    return this.locals[node] ?? 0;
  }

  factsOf(node: number): Facts {
    const facts = this.#facts[node];
    if (facts === undefined) throw new Error(`there is no node ${node}`);
    return facts;
  }

  tryDelivery(packet: number, reach: Reach): void {
    this.#try(stepOf(deliver, this.#world.receivers.at(packet), packet), this.budget, reach);
  }

  /** A delivery of what will arrive again. */
  tryDuplicate(packet: number, reach: Reach): void {
    this.#try(stepOf(duplicate, this.#world.receivers.at(packet), packet), this.budget - DUPLICATE, reach);
  }

  /** Tries all that may happen to a node besides that a message arrives. */
  tryOwn(node: number, reach: Reach): void {
    const facts = this.factsOf(node);
    if (facts.leads) this.#lead(node, facts, reach);
    else if (facts.term <= this.#bounds.terms) this.#try(stepOf(tick, node, 0), this.budget, reach);
    this.tryDisk(node, reach);
  }

  /** A write of the node becomes durable, or a crash comes before. */
  tryDisk(node: number, reach: Reach): void {
    const { writes, cuts } = this.factsOf(node);
    if (writes > 0) this.#try(stepOf(written, node, 0), this.budget, reach);
    if (!allows(this.budget, CRASH)) return;
    for (let cut = 0; cut < cuts.length; cut += 1) this.#try(stepOf(crash, node, cut), this.budget - CRASH, reach);
  }

  #lead(node: number, { log }: Facts, reach: Reach): void {
    const { budget } = this;
    if (allows(budget, HEARTBEAT)) this.#try(stepOf(tick, node, 0), budget - HEARTBEAT, reach);
    if (log.length < this.#bounds.entries) this.#try(stepOf(propose, node, 0), budget, reach);
    if (allows(budget, CHANGE)) this.#try(stepOf(change, node, 0), budget - CHANGE, reach);
    if (!allows(budget, DROP)) return;
    for (let peer = 0; peer < this.locals.length; peer += 1) {
      if (peer !== node) this.#try(stepOf(unreachable, node, peer), budget - DROP, reach);
    }
  }

  /**
   * Takes a step. One that changes nothing but the packets under way is left out: whatever can happen without a packet
   * can happen while it waits. A state that was met for the first time must be sound.
   */
  #try(step: Step, budget: number, reach: Reach): void {
    this.step = step;
    const [kind, node, argument] = [kindOf(step), nodeOf(step), argumentOf(step)];
    const world = this.#world;
    const result = world.resultOf(this.localOf(node), kind === duplicate ? deliver : kind, argument);
    const outcome = world.outcomes.at(result);
    if (outcome === UNCHANGED) return;
    this.transitions += 1;
    const before = this.factsOf(node);
    const after = world.factsOf(outcome);
    let { elections, commits } = this;
    if (after.commitIndex > before.commitIndex) commits = world.commit(commits, outcome);
    const isElected = after.leads && !(before.leads && before.term === after.term);
    if (isElected) elections = world.elect(elections, commits, outcome);
    this.#facts[node] = after;
    if (world.checksPromises) this.#mustHoldAll(result, after);
    if (reach({ node, outcome, result, elections, commits, budget })) {
      world.meet(outcome);
      // The last node alone is a majority of those that replace the others.
      const isCounted = this.#bounds.change !== "replace";
      if (isCounted && (after.disk !== before.disk || commits !== this.commits))
        mustBeSafe(world.commits.at(commits).terms, this.#facts);
      if (after.disk !== before.disk || after.kinds !== before.kinds || after.log !== before.log)
        mustMatch(this.#facts);
    }
    this.#facts[node] = before;
  }

  #mustHoldAll(result: number, sender: Facts): void {
    const { sent, sentFrom } = this.#world;
    const end = sentFrom.at(result + 1);
    for (let at = sentFrom.at(result); at < end; at += 1) mustHold(this.#world, sent.at(at), sender, this.#facts);
  }
}
