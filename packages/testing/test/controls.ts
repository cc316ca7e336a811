import type { Test } from "../src/suite.ts";
import { type Outcome, failedNames, failedNumbers, runSuite } from "./run-suite.ts";

/** A suite's negative controls: what it says of each flaw, asked once. */
export class Controls<Flaw extends string> {
  readonly #flaws: ReadonlyMap<Flaw, readonly string[]>;
  readonly #suiteOf: (flaw: Flaw) => (test: Test) => void;
  readonly #outcomes: Map<Flaw, Promise<readonly Outcome[]>> = new Map();

  constructor(flaws: ReadonlyMap<Flaw, readonly string[]>, suiteOf: (flaw: Flaw) => (test: Test) => void) {
    this.#flaws = flaws;
    this.#suiteOf = suiteOf;
  }

  /** The numbers of the cases that fail. */
  async numbers(flaw: Flaw): Promise<readonly string[]> {
    return failedNumbers(await this.#run(flaw));
  }

  /** Those of the cases that fail for no flaw at all. */
  async unfailed(names: readonly string[]): Promise<readonly string[]> {
    const failed = new Set<string>();
    for (const flaw of this.#flaws.keys()) for (const name of failedNames(await this.#run(flaw))) failed.add(name);
    return names.filter((name) => !failed.has(name));
  }

  #run(flaw: Flaw): Promise<readonly Outcome[]> {
    const known = this.#outcomes.get(flaw) ?? runSuite(this.#suiteOf(flaw));
    this.#outcomes.set(flaw, known);
    return known;
  }
}
