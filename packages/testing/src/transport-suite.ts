import { type Test, giveCase } from "./suite.ts";
import type { TransportCase } from "./transport-case.ts";
import { deliveryCases } from "./transport-delivery.ts";
import { lifecycleCases } from "./transport-lifecycle.ts";
import { loadCases } from "./transport-load.ts";
import type { TransportMedium } from "./transport-medium.ts";
import { strangerCases } from "./transport-strangers.ts";

const transportCases: readonly TransportCase[] = [
  ...deliveryCases,
  ...lifecycleCases,
  ...strangerCases,
  ...loadCases,
].toSorted((a, b) => (a.name < b.name ? -1 : 1));

/**
 * The contract of `Transport`, case by case, and what the medium declares beyond it. A case that does not apply to the
 * medium is listed, saying why, and does nothing.
 */
export function transportSuite(test: Test, medium: TransportMedium): void {
  for (const { name, run, missing } of transportCases) {
    giveCase(test, name, missing?.(medium), () => run(medium));
  }
}

/** The cases' names, with their numbers first. */
export const transportCaseNames: readonly string[] = transportCases.map(({ name }) => name);
