import { ConfigurationTable } from "./configuration-table.ts";
import { type AnsweredOperation, isAnswered, type Operation } from "./history.ts";
import type { Model } from "./model.ts";
import type { DeadEnd, Piece } from "./piece.ts";
import { Prospects } from "./prospects.ts";
import { relevant } from "./relevant.ts";
import { StateTable } from "./state-table.ts";
import { Timeline } from "./timeline.ts";

/** "undecided": more states than allowed. */
export type SearchOutcome = "found" | "none" | "undecided";

/** One answered operation put next in order, and all that may follow. */
interface Frame {
  /** The operation; none in the first frame. */
  readonly rank: number | undefined;
  /** Configurations with the same answered operations in order, from each of which the search goes on, one by one. */
  readonly rows: number[];
  at: number;
  /** The last operation tried next from `rows[at]`. */
  tried: number | undefined;
}

/** The configuration with most operations in order. */
interface Longest {
  readonly row: number;
  readonly count: number;
  /** The operation because of which the search did not go on from there. */
  readonly hopeless: number | undefined;
}

/**
 * Looks for an order of the operations that respects time and the model: depth first, without ever going twice into the
 * same set of ordered operations with the same state (Wing & Gong with Lowe's memory).
 *
 * These rules keep it short:
 * - A read that fits is taken at once, and nothing else is tried instead. It changes nothing, so whatever order there is
 *   can be changed to begin with it. The same goes for a write that nobody needs, over something that nobody needs.
 * - Unanswered operations are tried last, shortest runs first, and only if somebody needs them. What was in vain with some
 *   of them used up is in vain with more of them.
 * - Where an answer can be seen to be out of reach, the search does not go on.
 */
export class Search<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #timeline: Timeline<Input, Output>;
  readonly #ghosts: readonly Operation<Input, Output>[];
  readonly #statesMax: number;
  readonly #table: ConfigurationTable;
  readonly #states: StateTable<State>;
  readonly #prospects: Prospects<State, Input, Output>;
  #statesExplored = 1;
  #longest: Longest = { row: 0, count: 0, hopeless: undefined };

  constructor(model: Model<State, Input, Output>, piece: Piece<Input, Output>, statesMax: number) {
    const answered = piece.operations.filter((operation) => isAnswered(operation));
    const unanswered = piece.operations.filter((operation) => !isAnswered(operation));
    const loose = relevant(model, answered, [...unanswered, ...piece.ghosts]);
    const ghosts = new Set(piece.ghosts);
    this.#model = model;
    this.#timeline = new Timeline(
      [...answered, ...loose.filter((operation) => !ghosts.has(operation))],
      ({ input, answer }) => model.isRead?.(input, answer.output) ?? false,
    );
    this.#ghosts = loose.filter((operation) => ghosts.has(operation));
    this.#statesMax = statesMax;
    this.#table = new ConfigurationTable(this.#timeline.slotCount, this.#timeline.unanswered.length);
    this.#states = new StateTable(model);
    this.#prospects = new Prospects(model, this.#timeline, this.#table, this.#ghosts);
  }

  /** How often the search entered a state, be it for the first time or not. */
  get statesExplored(): number {
    return this.#statesExplored;
  }

  run(): SearchOutcome {
    const first = this.#table.draft(undefined, 0, this.#states.idOf(this.#model.initial()));
    this.#table.keep(first);
    const frames: Frame[] = [{ rank: undefined, rows: [first], at: 0, tried: undefined }];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      if (this.#timeline.liftedCount === this.#timeline.answered.length) return "found";
      if (this.#statesExplored > this.#statesMax) return "undecided";
      if (frame.at < frame.rows.length) {
        const next = this.#goOn(frame);
        if (next !== undefined) frames.push(next);
      } else {
        frames.pop();
        if (frame.rank !== undefined) this.#timeline.putBack(frame.rank);
      }
    }
    return "none";
  }

  /** Where the search came furthest. */
  deadEnd(): DeadEnd<State, Input, Output> {
    const { row, hopeless } = this.#longest;
    const moves: number[] = [];
    for (let at = row, parent = this.#table.parentOf(at); parent !== undefined; parent = this.#table.parentOf(at)) {
      moves.push(this.#table.moveOf(at));
      at = parent;
    }
    const done = new Set(moves);
    const left = this.#timeline.answered.filter((_, rank) => !done.has(rank));
    const deadline = left[0]?.answer.at ?? Infinity;
    return {
      order: moves.reverse().map((move) => this.#moved(move)),
      state: this.#states.get(this.#table.stateOf(row)),
      stuck: hopeless === undefined ? left.filter(({ calledAt }) => calledAt <= deadline) : [this.#operation(hopeless)],
      isForGood: hopeless !== undefined,
    };
  }

  /** The next thing to try from a frame: the frame that follows, or undefined where this try leads nowhere. */
  #goOn(frame: Frame): Frame | undefined {
    const row = frame.rows[frame.at] ?? 0;
    if (frame.tried === undefined) {
      const rank = this.#readThatFits(row) ?? this.#harmless(row);
      if (rank !== undefined) {
        frame.at += 1;
        return this.#takeAnswered(row, rank);
      }
    }
    const timeline = this.#timeline;
    for (let rank = timeline.candidateAfter(frame.tried); rank !== undefined; rank = timeline.candidateAfter(rank)) {
      frame.tried = rank;
      const next = timeline.isRead(rank) ? undefined : this.#takeAnswered(row, rank);
      if (next !== undefined) return next;
    }
    this.#takeUnanswered(row, frame.rows);
    frame.at += 1;
    frame.tried = undefined;
    return undefined;
  }

  #readThatFits(row: number): number | undefined {
    const id = this.#table.stateOf(row);
    const timeline = this.#timeline;
    for (let rank = timeline.candidateAfter(undefined); rank !== undefined; rank = timeline.candidateAfter(rank)) {
      if (!timeline.isRead(rank)) continue;
      const { input, answer } = this.#operation(rank);
      const states = this.#model.step(this.#states.get(id), input, answer);
      if (states.length === 0) continue;
      if (states.some((state) => this.#states.idOf(state) !== id)) {
        const shown = `${this.#model.showInput(input)} → ${this.#model.showOutput(answer.output, input)}`;
        throw new TypeError(`model.isRead says that "${shown}" is a read, but model.step changes the state`);
      }
      return rank;
    }
    return undefined;
  }

  /** An operation that changes nothing that matters. */
  #harmless(row: number): number | undefined {
    const state = this.#states.get(this.#table.stateOf(row));
    if (!this.#prospects.isIdle(state)) return undefined;
    const timeline = this.#timeline;
    for (let rank = timeline.candidateAfter(undefined); rank !== undefined; rank = timeline.candidateAfter(rank)) {
      const operation = this.#operation(rank);
      if (timeline.isRead(rank) || !this.#prospects.isHarmless(operation)) continue;
      if (this.#model.step(state, operation.input, operation.answer).length > 0) return rank;
    }
    return undefined;
  }

  #takeAnswered(row: number, rank: number): Frame | undefined {
    const { input, answer } = this.#operation(rank);
    const before = this.#states.get(this.#table.stateOf(row));
    const states = this.#model.step(before, input, answer);
    if (states.length === 0) return undefined;
    this.#timeline.lift(rank);
    const rows: number[] = [];
    for (const after of states) {
      const draft = this.#table.draft(row, rank, this.#states.idOf(after));
      this.#putInOrder(draft, rank);
      this.#enter(draft, before, rows);
    }
    if (rows.length > 0) return { rank, rows, at: 0, tried: undefined };
    this.#timeline.putBack(rank);
    return undefined;
  }

  /** Adds to `rows` what one unanswered operation can make of a configuration. */
  #takeUnanswered(row: number, rows: number[]): void {
    const { answered, unanswered } = this.#timeline;
    const before = this.#states.get(this.#table.stateOf(row));
    const called = this.#timeline.unansweredBefore(this.#table.baseOf(row));
    for (const loose of this.#prospects.useful(row, before)) {
      const isGhost = loose >= unanswered.length;
      if (!isGhost && (loose >= called || this.#table.isChosen(row, loose))) continue;
      const move = answered.length + loose;
      for (const after of this.#model.step(before, this.#moved(move).input, undefined)) {
        const draft = this.#table.draft(row, move, this.#states.idOf(after));
        if (!isGhost) this.#table.choose(draft, loose);
        this.#enter(draft, before, rows);
      }
    }
  }

  /** Marks a lifted operation as done: the base goes on to the first that is not. */
  #putInOrder(draft: number, rank: number): void {
    let base = this.#table.baseOf(draft);
    if (rank !== base) {
      this.#table.setSlot(draft, this.#timeline.slotOf(rank));
      return;
    }
    base += 1;
    while (base < this.#timeline.answered.length && this.#timeline.isLifted(base)) {
      this.#table.clearSlot(draft, this.#timeline.slotOf(base));
      base += 1;
    }
    this.#table.setBase(draft, base);
  }

  /** Adds a draft to `rows` if it is news and may lead to an order. */
  #enter(draft: number, before: State, rows: number[]): void {
    this.#statesExplored += 1;
    const state = this.#states.get(this.#table.stateOf(draft));
    if (this.#prospects.isIdle(state)) this.#table.setIdle(draft);
    if (!this.#table.keep(draft)) return;
    const hopeless = this.#prospects.hopeless(draft, before, state);
    if (hopeless === undefined) rows.push(draft);
    const count = this.#timeline.liftedCount;
    const isLonger = count > this.#longest.count;
    const isClearer = count === this.#longest.count && this.#longest.hopeless === undefined && hopeless !== undefined;
    if (isLonger || isClearer) this.#longest = { row: draft, count, hopeless };
  }

  #operation(rank: number): AnsweredOperation<Input, Output> {
    const operation = this.#timeline.answered[rank];
    if (operation === undefined) throw new RangeError(`no answered operation has rank ${rank}`);
    return operation;
  }

  /** Moves are numbers: first the answered operations by rank, then the unanswered ones, then the ghosts. */
  #moved(move: number): Operation<Input, Output> {
    const { answered, unanswered } = this.#timeline;
    const loose = move - answered.length;
    const operation = answered[move] ?? unanswered[loose] ?? this.#ghosts[loose - unanswered.length];
    if (operation === undefined) throw new RangeError(`no operation has number ${move}`);
    return operation;
  }
}
