import type { StorageCase } from "./storage-bench.ts";
import { storageCrashCases } from "./storage-crash-cases.ts";
import { storageLoadCases } from "./storage-load-cases.ts";
import { storageLogCases } from "./storage-log-cases.ts";
import type { StorageMedium } from "./storage-medium.ts";
import { storageModelCases } from "./storage-model.ts";
import { type Test, giveCase } from "./suite.ts";

const storageCases: readonly StorageCase[] = [
  ...storageLogCases,
  ...storageLoadCases,
  ...storageCrashCases,
  ...storageModelCases,
].toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** The cases' names, with their numbers first. */
export const storageCaseNames: readonly string[] = storageCases.map(({ name }) => name);

/**
 * The contract of `Storage`, case by case. A case that does not apply to the medium is listed, saying why, and does
 * nothing.
 */
export function storageSuite(test: Test, medium: StorageMedium): void {
  for (const { name, run, missing } of storageCases) {
    giveCase(test, name, missing?.(medium), () => run(medium));
  }
}
