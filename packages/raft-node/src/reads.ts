import { type Input, type RaftError, type StateMachine, assert } from "@quorate/raft-core";
import { Waiter } from "./waiter.ts";

interface Read<Query, Answer> {
  readonly query: Query;
  readonly waiter: Waiter<Answer>;
}

/** How far the state machine is. */
export interface Progress {
  /** Everything up to here has been applied. */
  readonly appliedIndex: number;
  /** No apply and no restore is under way, so that a read sees a whole state. */
  readonly isIdle: boolean;
}

/**
 * The promises of `read`. The linearizable reads of one turn ask the core once; answered with an index, they wait until
 * the state machine has applied it. Stale reads wait only for the state machine to be between two batches.
 */
export class Reads<Query, Answer> {
  readonly #stateMachine: Pick<StateMachine<unknown, Query, Answer>, "read">;
  readonly #progress: Progress;
  readonly #countMax: number;
  #count = 0;
  #nextId = 1;
  #queued: Read<Query, Answer>[] = [];
  readonly #asked: Map<number, readonly Read<Query, Answer>[]> = new Map();
  #ready: { readonly index: number; readonly reads: readonly Read<Query, Answer>[] }[] = [];
  readonly #running: Set<Waiter<Answer>> = new Set();

  constructor(stateMachine: Pick<StateMachine<unknown, Query, Answer>, "read">, progress: Progress, countMax: number) {
    this.#stateMachine = stateMachine;
    this.#progress = progress;
    this.#countMax = countMax;
  }

  /** As many reads wait as may. */
  get isFull(): boolean {
    return this.#count >= this.#countMax;
  }

  linearizable(query: Query, signal: AbortSignal | undefined): Promise<Answer> {
    const waiter = new Waiter<Answer>(signal);
    this.#count += 1;
    this.#queued.push({ query, waiter });
    return waiter.promise;
  }

  stale(query: Query, signal: AbortSignal | undefined): Promise<Answer> {
    const waiter = new Waiter<Answer>(signal);
    this.#count += 1;
    this.#admit(0, [{ query, waiter }]);
    return waiter.promise;
  }

  gather(inputs: Input[]): void {
    const reads = this.#withoutGone(this.#queued);
    this.#queued = [];
    if (reads.length === 0) return;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#asked.set(id, reads);
    inputs.push({ type: "read", id });
  }

  ready(id: number, index: number): void {
    this.#admit(index, this.#takeAsked(id));
  }

  failed(id: number, error: RaftError): void {
    this.#reject(this.#takeAsked(id), error);
  }

  /** The state machine has come further, or to rest: answers what can be answered now. */
  advance(): void {
    if (this.#ready.length === 0) return;
    const waiting = this.#ready;
    this.#ready = [];
    for (const { index, reads } of waiting) this.#admit(index, reads);
  }

  stop(error: RaftError): void {
    this.#reject(this.#queued, error);
    this.#queued = [];
    for (const reads of this.#asked.values()) this.#reject(reads, error);
    this.#asked.clear();
    for (const { reads } of this.#ready) this.#reject(reads, error);
    this.#ready = [];
    for (const waiter of this.#running) waiter.reject(error);
    this.#running.clear();
  }

  #admit(index: number, reads: readonly Read<Query, Answer>[]): void {
    if (!this.#progress.isIdle || this.#progress.appliedIndex < index) {
      this.#ready.push({ index, reads });
    } else {
      for (const read of reads) this.#run(read);
    }
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

  #takeAsked(id: number): readonly Read<Query, Answer>[] {
    const reads = this.#asked.get(id);
    assert(reads !== undefined, `the core answers read ${id}, which was answered before or never asked`);
    this.#asked.delete(id);
    return reads;
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
