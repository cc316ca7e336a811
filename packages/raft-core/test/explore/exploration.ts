import type { Step } from "./step.ts";
import { Violation } from "./violation.ts";

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  /** How many steps lead from the beginning to the state that is being left. */
  readonly depth: number;
  /** States that were reached but not left yet. */
  readonly waiting: number;
}

export interface FoundViolation {
  readonly sentence: string;
  /** Leads there from nodes that have never run. */
  readonly path: readonly Step[];
  /** How many of these steps led to where the exploration begins. */
  readonly begins: number;
}

export interface Exploration extends Progress {
  readonly exhausted: boolean;
  readonly violation: FoundViolation | undefined;
}

/** A way to go through all states. */
export interface Search {
  readonly progress: Progress;
  /** The steps that lead to where the exploration begins. */
  readonly prefix: readonly Step[];
  /** The steps from there to what is being tried. */
  path(): readonly Step[];
  /** Goes through all states; stops now and then to tell how far it has come. */
  explore(): Generator<Progress, void>;
}

/** One that is not asked to go on is not exhausted. */
export function* run(search: Search): Generator<Progress, Exploration> {
  try {
    yield* search.explore();
    return { ...search.progress, exhausted: true, violation: undefined };
  } catch (error) {
    if (!(error instanceof Error) || !(error instanceof Violation || error.name === "AssertionError")) throw error;
    const path = [...search.prefix, ...search.path()];
    const violation = { sentence: error.message, path, begins: search.prefix.length };
    return { ...search.progress, exhausted: false, violation };
  }
}
