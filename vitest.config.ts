import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "test/**/*.test.ts"],
    // A process per test file, so that none can lean on what another left behind.
    pool: "forks",
    maxWorkers: 2,
    // For tests in one process. Tests over real processes give their own limit, test by test.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    allowOnly: false,
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
