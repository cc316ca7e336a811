import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type Mutation, packageFolderOf } from "./mutation.ts";
import { runNode } from "./run-process.ts";
import { type Failure, firstFailure } from "./vitest-run.ts";

/** One way of looking for faults. Stages are tried in turn; each has to deal with what the one before it has missed. */
export interface Stage {
  readonly name: string;
  /** It is known from the start that these tests pass without a fault. */
  readonly isAmongPackageTests: boolean;
  /** What to run against the fault: equal for faults that the same run looks for. Undefined where there is nothing. */
  targetOf(folder: string, mutation: Mutation): string | undefined;
  /** The first thing that fails, or undefined. */
  run(folder: string, target: string): Promise<Failure | undefined>;
  /** Why nobody can tell what this stage would find; it is then left out, with a word about it. */
  missing(folder: string): string | undefined;
}

/** A fault often makes a test wait for what never comes. */
const TEST_TIMEOUT_MS = 15_000;
const FUZZ_TIMEOUT_MS = 60_000;
const FUZZ_SEEDS = 200;

/** The test files that are named after the source file. */
const ownTests: Stage = {
  name: "its own tests",
  isAmongPackageTests: true,
  missing: () => undefined,
  targetOf(folder, mutation) {
    const tests = join(packageFolderOf(mutation), "test");
    const stem = basename(mutation.file, ".ts");
    const own = readdirSync(join(folder, tests)).filter((name) => name === `${stem}.test.ts`);
    return own[0] && join(tests, own[0]);
  },
  run: (folder, target) => firstFailure({ folder, tests: [target], testTimeoutMs: TEST_TIMEOUT_MS }),
};

/** Everything that its package tests. */
export const packageTests: Stage = {
  name: "its package's tests",
  isAmongPackageTests: true,
  missing: () => undefined,
  targetOf: (_, mutation) => join(packageFolderOf(mutation), "test/"),
  run: (folder, target) => firstFailure({ folder, tests: [target], testTimeoutMs: TEST_TIMEOUT_MS }),
};

/** Cores under every kind of fault, with seeds that the package's own run does not use. */
const fuzz: Stage = {
  name: "raft-core's fuzz",
  isAmongPackageTests: false,
  missing: () => undefined,
  targetOf: (_, mutation) =>
    packageFolderOf(mutation) === "packages/raft-core" ? "packages/raft-core/test/fuzz/" : undefined,
  run: (folder, target) =>
    firstFailure({
      folder,
      tests: [target],
      environment: { FUZZ_FIRST: "1001", FUZZ_SEEDS: String(FUZZ_SEEDS) },
      testTimeoutMs: FUZZ_TIMEOUT_MS,
    }),
};

const SIMULATOR = "packages/simulator/src/cli/main.ts";

/** Whole clusters on simulated time, network and disks. */
function simulator(seeds: number): Stage {
  return {
    name: `${seeds} simulated clusters`,
    isAmongPackageTests: false,
    missing: (folder) => (existsSync(join(folder, SIMULATOR)) ? undefined : `there is no ${SIMULATOR}`),
    targetOf: () => SIMULATOR,
    async run(folder, target) {
      const args = [target, "--seeds", String(seeds), "--from", "1", "--profile", "swarm"];
      const line = /SIM FAIL .*\n/;
      const { code, output, isTimedOut } = await runNode({ args, folder, until: line, timeoutMs: 6000 * seeds });
      const failure = line.exec(output)?.[0].trim();
      if (failure !== undefined) return { what: failure, isTimeout: false };
      if (isTimedOut) return { what: `no end within ${6 * seeds} s`, isTimeout: true };
      if (code === 0) return undefined;
      return { what: `the simulator ended with ${code}: ${output.trim().slice(-300)}`, isTimeout: false };
    },
  };
}

export function stagesWith(seeds: number): readonly Stage[] {
  return [ownTests, packageTests, fuzz, simulator(seeds)];
}
