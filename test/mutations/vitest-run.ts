import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { runNode } from "./run-process.ts";

/** What is read of vitest's own report. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** That something went wrong with a fault planted. */
export interface Failure {
  readonly what: string;
  /** Nothing was found wrong, but something took too long: the fault's doing, most likely, but a busy machine's perhaps. */
  readonly isTimeout: boolean;
}

export interface VitestRun {
  readonly folder: string;
  /** Files or folders of tests. */
  readonly tests: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Of any one test; of the whole run ten times that. */
  readonly testTimeoutMs: number;
}

/** Runs tests up to the first one that fails; that one, or how else the run failed, or undefined. */
export async function firstFailure({
  folder,
  tests,
  environment = {},
  testTimeoutMs,
}: VitestRun): Promise<Failure | undefined> {
  const reportPath = join(folder, `report-${randomUUID()}.json`);
  const timeoutMs = 10 * testTimeoutMs;
  const vitest = "node_modules/vitest/vitest.mjs";
  const limits = ["--bail=1", `--testTimeout=${testTimeoutMs}`, `--hookTimeout=${testTimeoutMs}`];
  const args = [vitest, "run", ...tests, ...limits, "--reporter=json", `--outputFile=${reportPath}`];
  const { code, output, isTimedOut } = await runNode({ args, folder, environment, timeoutMs });
  try {
    if (isTimedOut) return { what: `no end within ${timeoutMs / 1000} s: ${tests.join(" ")}`, isTimeout: true };
    if (code === 0) return undefined;
    const report: Report | undefined = existsSync(reportPath)
      ? JSON.parse(await readFile(reportPath, "utf8"))
      : undefined;
    const what = `vitest ended with ${code}: ${output.trim().slice(-300)}`;
    return (report && failureIn(report, folder)) ?? { what, isTimeout: false };
  } finally {
    await rm(reportPath, { force: true });
  }
}

const TIMEOUT = /\b(?:Test|Hook) timed out in \d+ ?ms/;

/** A test that found something wrong, else one that took too long. */
export function failureIn({ testResults }: Report, folder: string): Failure | undefined {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }): readonly Failure[] => {
    const file = relative(join(folder, "packages"), name);
    const failed = assertionResults.filter((each) => each.status === "failed");
    if (failed.length === 0 && status === "failed" && message !== "") {
      return [{ what: `${file}: ${message.split("\n", 1)[0]}`, isTimeout: TIMEOUT.test(message) }];
    }
    return failed.map(({ fullName, failureMessages }) => {
      const isTimeout = failureMessages.length > 0 && failureMessages.every((each) => TIMEOUT.test(each));
      return { what: `${file} > ${fullName}`, isTimeout };
    });
  });
  return failures.find(({ isTimeout }) => !isTimeout) ?? failures[0];
}
