import type { InvariantName } from "./invariants/invariant.ts";
import type { Session } from "./session/session.ts";

export interface ExportOptions {
  /** What the session leads to; undefined: nothing is broken up to its last step. */
  readonly invariant?: InvariantName | undefined;
  /** The test's name. */
  readonly name?: string | undefined;
}

/**
 * A test file for Vitest that plays the session again and expects what came of it. Runs wherever `@quorate/cluster-lab` and
 * `vitest` are installed.
 */
export function vitestFileOf(session: Session, { invariant, name }: ExportOptions = {}): string {
  const expected = invariant === undefined ? "undefined" : JSON.stringify(invariant);
  const title = name ?? (invariant === undefined ? "every invariant holds" : `${invariant} is broken`);
  return `// Runs in a package that depends on @quorate/cluster-lab and vitest: npx vitest run FILE
import { Lab } from "@quorate/cluster-lab";
import { expect, test } from "vitest";

const session = ${JSON.stringify(session, undefined, 2)} as const;

test(${JSON.stringify(title)}, async () => {
  const lab = await Lab.resume(session);
  expect(lab.violation?.invariant).toBe(${expected});
  expect(lab.step).toBe(session.step);
});
`;
}
