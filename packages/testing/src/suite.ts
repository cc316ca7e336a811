import { during } from "./check.ts";

/** How a suite hands its cases to a test runner. `test` of Vitest and of node:test fit; what it returns is not looked at. */
export type Test = (name: string, body: () => Promise<void>) => unknown;

/** Gives a case to the runner; one that does not apply is listed with the reason, and does nothing. */
export function giveCase(test: Test, name: string, lacking: string | undefined, body: () => Promise<void>): void {
  if (lacking === undefined) test(name, () => during("a call that must not fail", body));
  else test(`${name} (does not apply: ${lacking})`, () => Promise.resolve());
}
