import { Ints } from "./ints.ts";
import type { Step } from "./step.ts";

/** How every state was first reached: from which one, by which step. */
export class Paths {
  readonly #parents: Ints = new Ints();
  readonly #steps: Ints = new Ints();

  add(parent: number, step: Step): void {
    this.#parents.push(parent);
    this.#steps.push(step);
  }

  /** The steps that lead to the state from the first one. */
  to(state: number): readonly Step[] {
    const path: Step[] = [];
    for (let at = state; at > 0; at = this.#parents.at(at)) path.push(this.#steps.at(at));
    return path.reverse();
  }
}
