import type { SnapshotStoreCase } from "./snapshot-store-bench.ts";
import { faultCases } from "./snapshot-store-faults.ts";
import type { SnapshotStoreMedium } from "./snapshot-store-medium.ts";
import { receivingCases } from "./snapshot-store-receiving.ts";
import { savingCases } from "./snapshot-store-saving.ts";
import { type Test, giveCase } from "./suite.ts";

const snapshotStoreCases: readonly SnapshotStoreCase[] = [...savingCases, ...faultCases, ...receivingCases].toSorted(
  (a, b) => (a.name < b.name ? -1 : 1),
);

/** The cases' names, with their numbers first. */
export const snapshotStoreCaseNames: readonly string[] = snapshotStoreCases.map(({ name }) => name);

/**
 * The contract of `SnapshotStore`, case by case. A case that the medium lacks the means for is listed, saying what is
 * missing, and does nothing.
 */
export function snapshotStoreSuite(test: Test, medium: SnapshotStoreMedium): void {
  for (const { name, needs = [], run } of snapshotStoreCases) {
    const missing = needs.filter((need) => !medium.offers.includes(need));
    const lacking = missing.length === 0 ? undefined : `the medium has no ${missing.join(", no ")}`;
    giveCase(test, name, lacking, () => run(medium));
  }
}
