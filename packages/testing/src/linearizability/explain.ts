import type { Operation } from "./history.ts";
import type { Model } from "./model.ts";
import type { DeadEnd, Piece } from "./piece.ts";
import { Search } from "./search.ts";

const LINES_MAX = 40;
const STEPS_MAX = 10;

/** A piece of history without an order, in words: what the clients saw, and where the longest order ends. */
export function explain<State, Input, Output>(
  model: Model<State, Input, Output>,
  piece: Piece<Input, Output>,
  statesMax: number,
): string {
  const search = new Search(model, piece, statesMax);
  search.run();
  return new Teller(model, piece).tell(search.deadEnd());
}

class Teller<State, Input, Output> {
  readonly #model: Model<State, Input, Output>;
  readonly #piece: Piece<Input, Output>;

  constructor(model: Model<State, Input, Output>, piece: Piece<Input, Output>) {
    this.#model = model;
    this.#piece = piece;
  }

  tell(end: DeadEnd<State, Input, Output>): string {
    const { operations, ghosts } = this.#piece;
    const rows = operations
      .toSorted((a, b) => a.calledAt - b.calledAt)
      .map((operation) => [
        `  client ${operation.client}`,
        this.#model.showInput(operation.input),
        `from ${operation.calledAt}${operation.answer === undefined ? "" : ` to ${operation.answer.at}`}`,
        this.#answer(operation),
      ]);
    const lines = align(rows);
    // The violation is where they end.
    if (lines.length > LINES_MAX) lines.splice(0, lines.length - LINES_MAX, `  … ${lines.length - LINES_MAX} before …`);
    lines.push(this.#whyNot(end));
    if (ghosts.length > 0) {
      lines.push("No other operation called until then can help, whenever it took effect.");
    }
    return lines.join("\n");
  }

  #whyNot({ order, state, stuck, isForGood }: DeadEnd<State, Input, Output>): string {
    const held = this.#model.showState(state);
    const steps = order.slice(-STEPS_MAX).map((operation) => this.#step(operation));
    if (order.length > STEPS_MAX) steps.unshift(`${order.length - STEPS_MAX} others`);
    const from =
      steps.length === 0 ? `It begins as ${held}` : `The longest order is ${steps.join(", ")}; it leaves ${held}`;
    const [first, ...others] = stuck.map((operation) => {
      const what = `the ${this.#model.showInput(operation.input)} of client ${operation.client}`;
      return `${what} cannot ${isForGood ? "any longer " : ""}be answered ${this.#answer(operation)}`;
    });
    if (first === undefined) return `${from}.`;
    if (isForGood) return `${from}, after which ${first}.`;
    if (others.length === 0) return `${from}, but ${first}, and nothing else may come before it.`;
    return `${from}. What may come next does not fit: ${[first, ...others].join("; ")}.`;
  }

  #step(operation: Operation<Input, Output>): string {
    const isListed = !this.#piece.ghosts.includes(operation);
    return `${this.#model.showInput(operation.input)} (client ${operation.client}${isListed ? "" : ", not listed"})`;
  }

  #answer({ input, answer }: Operation<Input, Output>): string {
    return answer === undefined ? "no answer yet" : this.#model.showOutput(answer.output, input);
  }
}

/** Rows of cells as lines with columns. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("   ")
      .trimEnd(),
  );
}
