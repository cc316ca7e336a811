import { defineConfig } from "vitest/config";
import { quietReporters } from "./test/tidy/quiet-run.ts";

/** `npm test` says so, and wants it of this run only: not of those that tests start. */
const countsPath = process.env["QUORATE_TEST_COUNTS"];
delete process.env["QUORATE_TEST_COUNTS"];

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["packages/*/test/**/*.test.{ts,tsx}", "apps/*/test/**/*.test.{ts,tsx}", "test/**/*.test.ts"],
    // A process per test file, so that none can lean on what another left behind.
    pool: "forks",
    maxWorkers: 2,
    // For tests in one process. Tests over real processes give their own limit, test by test.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    ...(countsPath === undefined ? {} : { reporters: [...quietReporters(countsPath)], silent: "passed-only" }),
    allowOnly: false,
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
