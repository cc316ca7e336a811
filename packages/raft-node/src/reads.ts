import { type Clock, type Input, type RaftError, type StateMachine, assert } from "@quorate/raft-core";
import { Waiter } from "./waiter.ts";

interface Read<Query, Answer> {
  readonly query: Query;
  readonly waiter: Waiter<Answer>;
}

/** How old the state may be that a read sees; see `ReadOptions`. */
export type ReadConsistency =
  | "linearizable"
  | "lease"
  | "stale"
  | { readonly minIndex: number }
  | { readonly maxStalenessMs: number };

export interface ReadsOptions {
  readonly progress: Progress;
  readonly clock: Pick<Clock, "now">;
  readonly countMax: number;
}

/** How far the state machine is. */
export interface Progress {
  /** Everything up to here has been applied. */
  readonly appliedIndex: number;
  /** No apply and no restore is under way, so that a read sees a whole state. */
  readonly isIdle: boolean;
}

/** Reads that ask the core together, and when they did. */
interface Question<Query, Answer> {
  readonly reads: readonly Read<Query, Answer>[];
  readonly askedMs: number;
}

/** Reads that wait for the state machine to get to `index`; what was asked for it shows every write before `askedMs`. */
interface Ready<Query, Answer> extends Question<Query, Answer> {
  readonly index: number;
}

/**
 * The promises of `read`. The linearizable reads of one turn ask the core once; answered with an index, they wait until
 * the state machine has applied it. Other reads wait only for an index that they name, and for the state machine to be
 * between two batches.
 */
export class Reads<Query, Answer> {
  readonly #stateMachine: Pick<StateMachine<unknown, Query, Answer>, "read">;
  readonly #progress: Progress;
  readonly #clock: Pick<Clock, "now">;
  readonly #countMax: number;
  #count = 0;
  #nextId = 1;
  #queued: Read<Query, Answer>[] = [];
  #queuedForLease: Read<Query, Answer>[] = [];
  readonly #asked: Map<number, Question<Query, Answer>> = new Map();
  #ready: Ready<Query, Answer>[] = [];
  /** The state machine shows every write that was acknowledged before. */
  #freshAsOfMs = -Infinity;
  readonly #running: Set<Waiter<Answer>> = new Set();

  constructor(stateMachine: Pick<StateMachine<unknown, Query, Answer>, "read">, options: ReadsOptions) {
    this.#stateMachine = stateMachine;
    this.#progress = options.progress;
    this.#clock = options.clock;
    this.#countMax = options.countMax;
  }

  /** As many reads wait as may. */
  get isFull(): boolean {
    if (this.#count >= this.#countMax) this.#sweep();
    return this.#count >= this.#countMax;
  }

  read(query: Query, consistency: ReadConsistency, signal: AbortSignal | undefined): Promise<Answer> {
    const waiter = new Waiter<Answer>(signal);
    const read = { query, waiter };
    this.#count += 1;
    if (consistency === "stale") this.#admitAt(0, read);
    else if (consistency === "lease") this.#queuedForLease.push(read);
    else if (consistency === "linearizable") this.#queued.push(read);
    else if ("minIndex" in consistency) this.#admitAt(consistency.minIndex, read);
    else if (this.#clock.now() - this.#freshAsOfMs <= consistency.maxStalenessMs) this.#admitAt(0, read);
    else this.#queued.push(read);
    return waiter.promise;
  }

  #admitAt(index: number, read: Read<Query, Answer>): void {
    this.#admit({ index, reads: [read], askedMs: -Infinity });
  }

  gather(inputs: Input[]): void {
    this.#ask(inputs, this.#queued, false);
    this.#ask(inputs, this.#queuedForLease, true);
    this.#queued = [];
    this.#queuedForLease = [];
  }

  #ask(inputs: Input[], queued: readonly Read<Query, Answer>[], lease: boolean): void {
    const reads = this.#withoutGone(queued);
    if (reads.length === 0) return;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#asked.set(id, { reads, askedMs: this.#clock.now() });
    inputs.push({ type: "read", id, lease });
  }

  ready(id: number, index: number): void {
    this.#admit({ index, ...this.#takeAsked(id) });
  }

  failed(id: number, error: RaftError): void {
    this.#reject(this.#takeAsked(id).reads, error);
  }

  /** The state machine has come further, or to rest: answers what can be answered now. */
  advance(): void {
    if (this.#ready.length === 0) return;
    const waiting = this.#ready;
    this.#ready = [];
    for (const each of waiting) this.#admit(each);
  }

  stop(error: RaftError): void {
    this.#reject(this.#queued, error);
    this.#reject(this.#queuedForLease, error);
    this.#queued = [];
    this.#queuedForLease = [];
    for (const { reads } of this.#asked.values()) this.#reject(reads, error);
    this.#asked.clear();
    for (const { reads } of this.#ready) this.#reject(reads, error);
    this.#ready = [];
    for (const waiter of this.#running) waiter.reject(error);
    this.#running.clear();
  }

  #admit(ready: Ready<Query, Answer>): void {
    if (!this.#progress.isIdle || this.#progress.appliedIndex < ready.index) {
      this.#ready.push(ready);
    } else {
      this.#freshAsOfMs = Math.max(this.#freshAsOfMs, ready.askedMs);
      for (const read of ready.reads) this.#run(read);
    }
  }

  /** Lets go of readers that have given up waiting. */
  #sweep(): void {
    this.#ready = this.#ready
      .map((ready) => ({ ...ready, reads: this.#withoutGone(ready.reads) }))
      .filter(({ reads }) => reads.length > 0);
  }

  #run({ query, waiter }: Read<Query, Answer>): void {
    this.#count -= 1;
    if (waiter.settled) return;
    try {
      const answer = this.#stateMachine.read(query);
      if (answer instanceof Promise) this.#await(waiter, answer);
      else waiter.resolve(answer);
    } catch (error) {
      waiter.reject(error);
    }
  }

  #await(waiter: Waiter<Answer>, answer: Promise<Answer>): void {
    this.#running.add(waiter);
    const end = (): void => void this.#running.delete(waiter);
    answer
      .then(
        (value) => waiter.resolve(value),
        (error: unknown) => waiter.reject(error),
      )
      .finally(end);
  }

  #takeAsked(id: number): Question<Query, Answer> {
    const question = this.#asked.get(id);
    assert(question !== undefined, `the core answers read ${id}, which was answered before or never asked`);
    this.#asked.delete(id);
    return question;
  }

  #withoutGone(reads: readonly Read<Query, Answer>[]): readonly Read<Query, Answer>[] {
    const present = reads.filter(({ waiter }) => !waiter.settled);
    this.#count -= reads.length - present.length;
    return present;
  }

  #reject(reads: readonly Read<Query, Answer>[], error: RaftError): void {
    this.#count -= reads.length;
    for (const { waiter } of reads) waiter.reject(error);
  }
}
