import { Ints } from "./ints.ts";

/** What was reached and not left yet: the least advanced first, of equals the latest. */
export class Frontier {
  readonly #stacks: Ints[] = [];
  #lowest = 0;
  size = 0;

  add(state: number, advance: number): void {
    while (this.#stacks.length <= advance) this.#stacks.push(new Ints(16));
    this.#stacks[advance]?.push(state);
    this.#lowest = Math.min(this.#lowest, advance);
    this.size += 1;
  }

  /** Undefined when there is none left. */
  take(): number | undefined {
    for (; this.#lowest < this.#stacks.length; this.#lowest += 1) {
      const state = this.#stacks[this.#lowest]?.pop();
      if (state === undefined) continue;
      this.size -= 1;
      return state;
    }
    return undefined;
  }
}
