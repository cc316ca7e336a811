import type { ConfigurationTable } from "./configuration-table.ts";
import type { AnsweredOperation, Operation } from "./history.ts";
import type { Model, Traces } from "./model.ts";
import type { Timeline } from "./timeline.ts";

/** Who leaves something in the object, and who needs it there. Answered operations by rank, in order. */
interface Trace {
  readonly leaving: number[];
  readonly needing: number[];
  /** Unanswered operations and then ghosts, by their numbers. */
  readonly looseLeaving: number[];
  isNeededByLoose: boolean;
}

/** Of a model that does not tell. */
const UNKNOWN: Traces = { leaves: [], needs: "anything" };

/**
 * Looks ahead, so that the search need not run into what can be seen from afar: answers that can never come any more, and
 * unanswered operations that nobody waits for.
 */
export class Prospects<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #timeline: Timeline<Input, Output>;
  readonly #table: ConfigurationTable;
  readonly #traces = new Map<unknown, Trace>();
  /** The ranks of those that may need anything. */
  readonly #needingAnything: number[] = [];
  /** What the unanswered operations and the ghosts leave, by their numbers. */
  readonly #looseLeaves: (readonly unknown[])[] = [];
  #isAnythingNeededByLoose = false;
  /** By rank: the first read from there on. */
  readonly #readFrom: Int32Array;

  constructor(
    model: Model<State, Input, Output>,
    timeline: Timeline<Input, Output>,
    table: ConfigurationTable,
    ghosts: readonly Operation<Input, Output>[],
  ) {
    const { answered } = timeline;
    this.#model = model;
    this.#timeline = timeline;
    this.#table = table;
    this.#readFrom = new Int32Array(answered.length + 1).fill(answered.length);
    for (let rank = answered.length - 1; rank >= 0; rank--) {
      this.#readFrom[rank] = timeline.isRead(rank) ? rank : (this.#readFrom[rank + 1] ?? 0);
    }
    for (const [rank, { input, answer }] of answered.entries()) {
      const { leaves, needs } = model.traces?.(input, answer) ?? UNKNOWN;
      for (const what of leaves) this.#trace(what).leaving.push(rank);
      if (needs === "anything") this.#needingAnything.push(rank);
      else for (const what of needs) this.#trace(what).needing.push(rank);
    }
    for (const [i, { input }] of [...timeline.unanswered, ...ghosts].entries()) {
      const { leaves, needs } = model.traces?.(input, undefined) ?? UNKNOWN;
      this.#looseLeaves.push(leaves);
      for (const what of leaves) this.#trace(what).looseLeaving.push(i);
      if (needs === "anything") this.#isAnythingNeededByLoose = true;
      else for (const what of needs) this.#trace(what).isNeededByLoose = true;
    }
  }

  /**
   * The unanswered operations and ghosts, by their numbers, that may be of use next: that leave what the next read awaits,
   * and what some operation not in order yet may need.
   */
  useful(row: number, state: State): readonly number[] {
    const read = this.#nextRead(this.#table.baseOf(row));
    const awaited = read === undefined ? "anything" : this.#awaited(state, read);
    if (awaited === "never") return [];
    const isAny = awaited === "anything" || this.#model.traces === undefined;
    const candidates = isAny
      ? [...this.#looseLeaves.keys()]
      : [...new Set(awaited.flatMap((what) => this.#trace(what).looseLeaving))];
    if (this.#isAnythingNeeded()) return candidates;
    return candidates.filter((loose) => this.#looseLeaves[loose]?.some((what) => this.#isNeeded(what)));
  }

  /** Whether nothing that the state holds is needed by an operation not in order yet. */
  isIdle(state: State): boolean {
    if (this.#model.holds === undefined || this.#isAnythingNeeded()) return false;
    return !this.#model.holds(state).some((what) => this.#isNeeded(what));
  }

  /** Whether an answered operation may as well come at once in an idle state: it needs nothing, and nobody needs it. */
  isHarmless({ input, answer }: AnsweredOperation<Input, Output>): boolean {
    const traces = this.#model.traces?.(input, answer);
    return traces?.needs.length === 0 && !traces.leaves.some((what) => this.#isNeeded(what));
  }

  /** The rank of an operation that can never be answered as it was, now that `before` has become `after`. */
  hopeless(row: number, before: State, after: State): number | undefined {
    return this.#lost(row, before, after) ?? this.#missed(this.#table.baseOf(row), after);
  }

  /** An operation that needs what is gone and will not come back. */
  #lost(row: number, before: State, after: State): number | undefined {
    if (this.#model.holds === undefined) return undefined;
    const held = this.#model.holds(after);
    for (const what of this.#model.holds(before)) {
      if (held.includes(what)) continue;
      const trace = this.#trace(what);
      const needing = this.#lastUnlifted(trace.needing);
      if (needing !== undefined && !this.#mayComeBack(trace, row)) return needing;
    }
    return undefined;
  }

  #isAnythingNeeded(): boolean {
    return this.#isAnythingNeededByLoose || this.#lastUnlifted(this.#needingAnything) !== undefined;
  }

  #isNeeded(what: unknown): boolean {
    const { isNeededByLoose, needing } = this.#trace(what);
    return isNeededByLoose || this.#lastUnlifted(needing) !== undefined;
  }

  #mayComeBack({ leaving, looseLeaving }: Trace, row: number): boolean {
    const isAvailable = (loose: number): boolean =>
      loose >= this.#timeline.unanswered.length || !this.#table.isChosen(row, loose);
    return this.#lastUnlifted(leaving) !== undefined || looseLeaving.some(isAvailable);
  }

  /** The next read that is not in order, if the state has gone past it. */
  #missed(base: number, state: State): number | undefined {
    if (this.#model.awaits === undefined) return undefined;
    const rank = this.#nextRead(base);
    return rank !== undefined && this.#awaited(state, rank) === "never" ? rank : undefined;
  }

  #awaited(state: State, rank: number): readonly unknown[] | "anything" | "never" {
    const read = this.#timeline.answered[rank];
    return read === undefined
      ? "anything"
      : (this.#model.awaits?.(state, read.input, read.answer.output) ?? "anything");
  }

  #nextRead(base: number): number | undefined {
    const { length } = this.#timeline.answered;
    let rank = this.#readFrom[base] ?? length;
    while (this.#timeline.isLifted(rank)) rank = this.#readFrom[rank + 1] ?? length;
    return rank < length ? rank : undefined;
  }

  /** From the end, for what comes late in time is likely not to be in order yet. */
  #lastUnlifted(ranks: readonly number[]): number | undefined {
    return ranks.findLast((rank) => !this.#timeline.isLifted(rank));
  }

  #trace(what: unknown): Trace {
    let trace = this.#traces.get(what);
    if (trace === undefined) {
      trace = { leaving: [], needing: [], looseLeaving: [], isNeededByLoose: false };
      this.#traces.set(what, trace);
    }
    return trace;
  }
}
