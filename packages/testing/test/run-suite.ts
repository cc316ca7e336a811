import type { Test } from "../src/suite.ts";

export interface Outcome {
  readonly name: string;
  readonly error: unknown;
}

/**
 * Runs the cases of a suite, or those with this number, one after the other; what each one threw, undefined where it
 * passed.
 */
export async function runSuite(suite: (test: Test) => void, number = ""): Promise<readonly Outcome[]> {
  const cases: { name: string; body: () => Promise<void> }[] = [];
  suite((name, body) => {
    if (name.startsWith(number)) cases.push({ name, body });
  });
  const outcomes: Outcome[] = [];
  for (const { name, body } of cases) {
    const error: unknown = await body().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    outcomes.push({ name, error });
  }
  return outcomes;
}

export function failedNames(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.filter(({ error }) => error !== undefined).map(({ name }) => name);
}

/** The numbers of the cases that found the subject at fault, or were stopped by it. */
export function failedNumbers(outcomes: readonly Outcome[]): readonly string[] {
  return [...new Set(failedNames(outcomes).map((name) => name.slice(0, 3)))].toSorted();
}
