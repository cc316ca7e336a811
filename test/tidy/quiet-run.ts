import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A file that cannot be loaded counts as one failure. */
export function countsOf(modules: readonly TestModule[]): Counts {
  const states = modules.flatMap((module) => [...module.children.allTests()].map((each) => each.result().state));
  const unloaded = modules.filter((module) => module.state() === "failed" && module.children.size === 0);
  const count = (...wanted: readonly string[]): number => states.filter((state) => wanted.includes(state)).length;
  return {
    passed: count("passed"),
    failed: count("failed") + unloaded.length,
    skipped: count("skipped", "pending"),
  };
}

/** What `npm test` shows of a run: failures and a summary; on a terminal, that something moves. Counts go to a file. */
export function quietReporters(countsPath: string): readonly (string | Reporter)[] {
  const counter: Reporter = {
    onTestRunEnd: (modules) => writeFileSync(countsPath, JSON.stringify(countsOf(modules))),
  };
  return [process.stdout.isTTY ? "dot" : "minimal", counter];
}
