import {
  type Effect,
  type Input,
  type Member,
  RaftError,
  type RefusalCode,
  type Role,
  assert,
} from "@quorate/raft-core";
import { Waiter } from "./waiter.ts";

/** Proposals in the order in which they were made, for the same term. */
interface Queue<Result> {
  readonly ifTerm: number | undefined;
  readonly commands: Uint8Array[];
  readonly waiters: Waiter<Result>[];
}

/** Proposals of one turn, stepped as one, until the core has said what became of each. */
interface Offer<Result> {
  readonly waiters: readonly Waiter<Result>[];
  unanswered: number;
}

/** `noLeader`: why none is known, and what to do. */
export function refusal(code: RefusalCode, leader: Member | undefined, noLeader = "no leader is known"): RaftError {
  const messages: Readonly<Record<RefusalCode, string>> = {
    NOT_LEADER: `not done: this node does not lead; ask ${leader ? `${leader.id} at ${leader.address}` : "the leader"}`,
    NO_LEADER: `not done: ${noLeader}`,
    OVERLOADED: "not done: too much is waiting already; try again later",
    TRANSFERRING: "not done: this node is handing over the lead; try again at once, at whoever leads next",
    TERM_CHANGED: "not done: the term that the command was meant for is over",
  };
  return new RaftError(code, messages[code], { leader });
}

/**
 * The promises of `propose`. A proposal is queued until the turn's end, then offered to the core, then it stands in the
 * log at (term, index). It ends with its own result when exactly that entry is applied, refused when it never got into
 * the log, and unknown when the leadership that it was accepted under is over: a later leader may or may not have it.
 */
export class Proposals<Result> {
  #queues: Queue<Result>[] = [];
  #queued = 0;
  #nextId = 1;
  readonly #offers: Map<number, Offer<Result>> = new Map();
  #offered = 0;
  /** By index; all of them in `#term`. */
  readonly #accepted: Map<number, Waiter<Result>> = new Map();
  #term = 0;
  /** Leadership in this term and all before it is over. */
  #lostThroughTerm = -1;

  /** How many wait, wherever they are. */
  get count(): number {
    return this.#queued + this.#offered + this.#accepted.size;
  }

  /** `command` belongs to the log from here on; with `ifTerm`, only under the leader of that term. */
  queue(command: Uint8Array, signal: AbortSignal | undefined, ifTerm?: number): Promise<Result> {
    const waiter = new Waiter<Result>(signal);
    let last = this.#queues.at(-1);
    if (last === undefined || last.ifTerm !== ifTerm) {
      last = { ifTerm, commands: [], waiters: [] };
      this.#queues.push(last);
    }
    last.commands.push(command);
    last.waiters.push(waiter);
    this.#queued += 1;
    return waiter.promise;
  }

  /** The queue as inputs; a proposal whose caller has already gone is left out, for good. */
  gather(inputs: Input[]): void {
    const queues = this.#queues;
    this.#queues = [];
    this.#queued = 0;
    for (const { ifTerm, commands, waiters } of queues) this.#offer(inputs, ifTerm, commands, waiters);
  }

  #offer(
    inputs: Input[],
    ifTerm: number | undefined,
    queued: readonly Uint8Array[],
    callers: readonly Waiter<Result>[],
  ): void {
    const commands = queued.filter((_, i) => callers[i]?.settled === false);
    const waiters = callers.filter((waiter) => !waiter.settled);
    if (waiters.length === 0) return;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#offers.set(id, { waiters, unanswered: waiters.length });
    this.#offered += waiters.length;
    inputs.push({ type: "propose", id, commands, ifTerm });
  }

  accepted({ id, term, firstIndex, count }: Extract<Effect, { type: "accepted" }>): void {
    const offer = this.#offerOf(id);
    if (term !== this.#term) this.#forget(new RaftError("OUTCOME_UNKNOWN", unknownBy("another term")));
    this.#term = term;
    for (let i = 0; i < count; i += 1) {
      const waiter = offer.waiters[i];
      if (waiter !== undefined) this.#accepted.set(firstIndex + i, waiter);
    }
    this.#answered(id, offer, count);
    if (term <= this.#lostThroughTerm) this.#forget(new RaftError("OUTCOME_UNKNOWN", unknownBy("the end of its lead")));
  }

  /** The proposals from number `first` on were never appended. */
  refused(id: number, first: number, error: RaftError): void {
    const offer = this.#offerOf(id);
    for (let i = first; i < offer.waiters.length; i += 1) offer.waiters[i]?.reject(error);
    this.#answered(id, offer, offer.waiters.length - first);
  }

  /** The command at `index` has been applied; it is ours only if its term is ours, too. */
  applied(index: number, term: number, result: Result): void {
    const waiter = this.#accepted.get(index);
    if (waiter === undefined) return;
    this.#accepted.delete(index);
    if (term === this.#term) waiter.resolve(result);
    else waiter.reject(new RaftError("OUTCOME_UNKNOWN", unknownBy(`an entry of term ${term} in its place`)));
  }

  /** A candidate may still win its term; a follower never will, and a leader has lost all terms before its own. */
  roleChanged(role: Role, term: number, leader: Member | undefined): void {
    const lost = role === "leader" || role === "candidate" ? term - 1 : term;
    this.#lostThroughTerm = Math.max(this.#lostThroughTerm, lost);
    if (this.#accepted.size === 0 || this.#term > this.#lostThroughTerm) return;
    this.#forget(new RaftError("OUTCOME_UNKNOWN", unknownBy("the end of its lead"), { leader }));
  }

  /** The log has been replaced by a snapshot: nothing in it will be applied here one by one. */
  overtaken(): void {
    if (this.#accepted.size > 0)
      this.#forget(new RaftError("OUTCOME_UNKNOWN", unknownBy("a snapshot of a later state")));
  }

  /** The node stops: what was never stepped was never done, what was stepped may be. */
  stop(error: RaftError): void {
    for (const { waiters } of this.#queues) for (const waiter of waiters) waiter.reject(error);
    this.#queues = [];
    this.#queued = 0;
    const unknown = new RaftError("OUTCOME_UNKNOWN", unknownBy("the node's end"), { cause: error });
    for (const offer of this.#offers.values()) for (const waiter of offer.waiters) waiter.reject(unknown);
    this.#offers.clear();
    this.#offered = 0;
    this.#forget(unknown);
  }

  #forget(error: RaftError): void {
    for (const waiter of this.#accepted.values()) waiter.reject(error);
    this.#accepted.clear();
  }

  #offerOf(id: number): Offer<Result> {
    const offer = this.#offers.get(id);
    assert(offer !== undefined, `the core answers proposal ${id}, which was answered before or never offered`);
    return offer;
  }

  #answered(id: number, offer: Offer<Result>, count: number): void {
    offer.unanswered -= count;
    this.#offered -= count;
    assert(offer.unanswered >= 0, `the core answered proposal ${id} for more commands than it holds`);
    if (offer.unanswered === 0) this.#offers.delete(id);
  }
}

function unknownBy(what: string): string {
  return `the command is in the log, but ${what} came before its result: it may be applied now, later or never`;
}
