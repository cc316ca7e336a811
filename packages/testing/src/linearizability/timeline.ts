import { type AnsweredOperation, isAnswered, type Operation } from "./history.ts";

const HEAD = 0;

/**
 * The calls and answers of one part of a history, in order of time, as a doubly linked list from which operations are
 * lifted as they are put in order (Wing & Gong; Lowe, "Testing for linearizability", §3).
 *
 * An answered operation is known by its rank: its place in the order of answers. Nodes of the list are numbers: 0 is the
 * head and the end, then come the calls, then the answers, both by rank.
 */
export class Timeline<Input, Output> {
  readonly answered: readonly AnsweredOperation<Input, Output>[];
  /** In order of their calls. */
  readonly unanswered: readonly Operation<Input, Output>[];
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #lifted: Uint8Array;
  readonly #slots: Int32Array;
  readonly #unansweredBefore: Int32Array;
  readonly #isRead: readonly boolean[];
  #slotCount = 0;
  #liftedCount = 0;

  constructor(
    operations: readonly Operation<Input, Output>[],
    isRead: (operation: AnsweredOperation<Input, Output>) => boolean,
  ) {
    this.answered = operations
      .filter((operation) => isAnswered(operation))
      .sort((a, b) => a.answer.at - b.answer.at || a.calledAt - b.calledAt);
    this.unanswered = operations.filter((operation) => !isAnswered(operation)).sort((a, b) => a.calledAt - b.calledAt);
    const count = this.answered.length;
    this.#next = new Int32Array(2 * count + 1);
    this.#previous = new Int32Array(2 * count + 1);
    this.#lifted = new Uint8Array(count);
    this.#slots = new Int32Array(count);
    this.#unansweredBefore = new Int32Array(count);
    this.#isRead = this.answered.map((operation) => isRead(operation));
    this.#link();
  }

  /** How many slots there are: as many as operations at most were under way at once. */
  get slotCount(): number {
    return this.#slotCount;
  }

  get liftedCount(): number {
    return this.#liftedCount;
  }

  /** A number that no operation shares that is under way at the same time. */
  slotOf(rank: number): number {
    return this.#slots[rank] ?? 0;
  }

  /** How many unanswered operations were called before this one was answered: the first so many. */
  unansweredBefore(rank: number): number {
    return this.#unansweredBefore[rank] ?? 0;
  }

  isRead(rank: number): boolean {
    return this.#isRead[rank] === true;
  }

  isLifted(rank: number): boolean {
    return this.#lifted[rank] === 1;
  }

  /**
   * The first operation that may be next in the order, or that follows `rank` among these: those that were called before
   * the first answer in the list. Undefined after the last one.
   */
  candidateAfter(rank: number | undefined): number | undefined {
    const node = this.#next[rank === undefined ? HEAD : callOf(rank)] ?? HEAD;
    return node === HEAD || node > this.answered.length ? undefined : node - 1;
  }

  lift(rank: number): void {
    this.#lifted[rank] = 1;
    this.#liftedCount += 1;
    this.#unlink(callOf(rank));
    this.#unlink(this.#answerOf(rank));
  }

  /** Undoes `lift`. What was lifted last must be put back first. */
  putBack(rank: number): void {
    this.#lifted[rank] = 0;
    this.#liftedCount -= 1;
    this.#relink(this.#answerOf(rank));
    this.#relink(callOf(rank));
  }

  #answerOf(rank: number): number {
    return 1 + this.answered.length + rank;
  }

  #unlink(node: number): void {
    const [previous, next] = [this.#previous[node] ?? HEAD, this.#next[node] ?? HEAD];
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  #relink(node: number): void {
    this.#next[this.#previous[node] ?? HEAD] = node;
    this.#previous[this.#next[node] ?? HEAD] = node;
  }

  /** Sweeps over time once. In one instant calls come before answers, so that what touches is concurrent. */
  #link(): void {
    const calls = this.answered
      .map(({ calledAt }, rank) => ({ calledAt, rank }))
      .sort((a, b) => a.calledAt - b.calledAt);
    const freeSlots: number[] = [];
    let last = HEAD;
    const append = (node: number): void => {
      this.#next[last] = node;
      this.#previous[node] = last;
      last = node;
    };
    let called = 0;
    let unanswered = 0;
    for (const [rank, { answer }] of this.answered.entries()) {
      for (let call = calls[called]; call !== undefined && call.calledAt <= answer.at; call = calls[++called]) {
        this.#slots[call.rank] = freeSlots.pop() ?? this.#slotCount++;
        append(callOf(call.rank));
      }
      while ((this.unanswered[unanswered]?.calledAt ?? Infinity) <= answer.at) unanswered += 1;
      this.#unansweredBefore[rank] = unanswered;
      append(this.#answerOf(rank));
      freeSlots.push(this.slotOf(rank));
    }
    this.#next[last] = HEAD;
    this.#previous[HEAD] = last;
  }
}

function callOf(rank: number): number {
  return 1 + rank;
}
