import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { runNode } from "./run-process.ts";

/** What is read of vitest's own report. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export interface VitestRun {
  readonly folder: string;
  /** Files or folders of tests. */
  readonly tests: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Of any one test; of the whole run six times that. */
  readonly testTimeoutMs: number;
}

/** Runs tests up to the first one that fails; its name, or how else the run failed, or undefined. */
export async function firstFailure({
  folder,
  tests,
  environment = {},
  testTimeoutMs,
}: VitestRun): Promise<string | undefined> {
  const reportPath = join(folder, `report-${randomUUID()}.json`);
  const timeoutMs = 6 * testTimeoutMs;
  const vitest = "node_modules/vitest/vitest.mjs";
  const limits = ["--bail=1", `--testTimeout=${testTimeoutMs}`, `--hookTimeout=${testTimeoutMs}`];
  const args = [vitest, "run", ...tests, ...limits, "--reporter=json", `--outputFile=${reportPath}`];
  const { code, output, isTimedOut } = await runNode({ args, folder, environment, timeoutMs });
  try {
    if (isTimedOut) return `no end within ${timeoutMs / 1000} s: ${tests.join(" ")}`;
    if (code === 0) return undefined;
    const report: Report | undefined = existsSync(reportPath)
      ? JSON.parse(await readFile(reportPath, "utf8"))
      : undefined;
    return (report && failureIn(report, folder)) ?? `vitest ended with ${code}: ${output.trim().slice(-300)}`;
  } finally {
    await rm(reportPath, { force: true });
  }
}

function failureIn({ testResults }: Report, folder: string): string | undefined {
  for (const { name, status, message, assertionResults } of testResults) {
    const failed = assertionResults.find((each) => each.status === "failed");
    const file = relative(join(folder, "packages"), name);
    if (failed !== undefined) return `${file} > ${failed.fullName}`;
    if (status === "failed" && message !== "") return `${file}: ${message.split("\n", 1)[0]}`;
  }
  return undefined;
}
