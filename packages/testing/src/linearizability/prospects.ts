import type { ConfigurationTable } from "./configuration-table.ts";
import type { AnsweredOperation, Operation } from "./history.ts";
import type { Model } from "./model.ts";
import type { Timeline } from "./timeline.ts";

/** Who leaves something in the object, and who needs it there. Answered operations by rank, in order. */
interface Trace {
  readonly leaving: number[];
  readonly needing: number[];
  readonly unansweredLeaving: number[];
  isLeftByGhost: boolean;
  isNeededByLoose: boolean;
}

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
    if (model.traces === undefined) return;
    for (const [rank, { input, answer }] of answered.entries()) {
      const { leaves, needs } = model.traces(input, answer);
      for (const what of leaves) this.#trace(what).leaving.push(rank);
      if (needs === "anything") this.#needingAnything.push(rank);
      else for (const what of needs) this.#trace(what).needing.push(rank);
    }
    for (const [i, { input }] of [...timeline.unanswered, ...ghosts].entries()) {
      const { leaves, needs } = model.traces(input, undefined);
      for (const what of leaves) {
        if (i < timeline.unanswered.length) this.#trace(what).unansweredLeaving.push(i);
        else this.#trace(what).isLeftByGhost = true;
      }
      if (needs === "anything") this.#isAnythingNeededByLoose = true;
      else for (const what of needs) this.#trace(what).isNeededByLoose = true;
    }
  }

  /** Whether an operation not in order yet may need what this one, which has no answer, leaves. */
  isWanted(input: Input): boolean {
    if (this.#model.traces === undefined || this.#isAnythingNeeded()) return true;
    return this.#model.traces(input, undefined).leaves.some((what) => this.#isNeeded(what));
  }

  /** Whether nothing that the state holds is needed by an operation not in order yet. */
  isIdle(state: State): boolean {
    if (this.#model.traces === undefined || this.#model.holds === undefined || this.#isAnythingNeeded()) return false;
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
    if (this.#model.traces === undefined || this.#model.holds === undefined) return undefined;
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

  #mayComeBack({ leaving, unansweredLeaving, isLeftByGhost }: Trace, row: number): boolean {
    return (
      isLeftByGhost ||
      this.#lastUnlifted(leaving) !== undefined ||
      unansweredLeaving.some((unanswered) => !this.#table.isChosen(row, unanswered))
    );
  }

  /** The next read that is not in order, if the state has gone past it. */
  #missed(base: number, state: State): number | undefined {
    if (this.#model.mayStillRead === undefined) return undefined;
    const { answered } = this.#timeline;
    let rank = this.#readFrom[base] ?? answered.length;
    while (this.#timeline.isLifted(rank)) rank = this.#readFrom[rank + 1] ?? answered.length;
    const read = answered[rank];
    if (read === undefined || this.#model.mayStillRead(state, read.input, read.answer.output)) return undefined;
    return rank;
  }

  /** From the end, for what comes late in time is likely not to be in order yet. */
  #lastUnlifted(ranks: readonly number[]): number | undefined {
    return ranks.findLast((rank) => !this.#timeline.isLifted(rank));
  }

  #trace(what: unknown): Trace {
    let trace = this.#traces.get(what);
    if (trace === undefined) {
      trace = { leaving: [], needing: [], unansweredLeaving: [], isLeftByGhost: false, isNeededByLoose: false };
      this.#traces.set(what, trace);
    }
    return trace;
  }
}
