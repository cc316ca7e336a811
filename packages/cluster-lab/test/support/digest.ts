import type { Lab } from "../../src/index.ts";

/** All that can be seen of a lab right now, as text. */
export function digest(lab: Lab): string {
  return JSON.stringify([lab.step, lab.view(), lab.marks(), lab.calls, lab.violation]);
}
