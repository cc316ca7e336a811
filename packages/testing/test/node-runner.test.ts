import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { snapshotStoreCaseNames, stateMachineCaseNames, storageCaseNames, transportCaseNames } from "../src/index.ts";

interface Report {
  readonly code: unknown;
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Runs files of other packages under `node --test`. */
async function underNode(...paths: readonly string[]): Promise<Report> {
  const files = paths.map((path) => fileURLToPath(new URL(`../../${path}`, import.meta.url)));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = ["--test", "--test-reporter=tap", "--test-concurrency=1", ...files];
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, args, { env, timeout: 60_000, maxBuffer: 2 ** 24 }, (error, stdout) =>
      resolve({ code: error === null ? 0 : error.code, output: stdout }),
    );
  });
  const namesOf = (verdict: string): string[] =>
    [...output.matchAll(new RegExp(`^${verdict} \\d+ - (.*)$`, "gm"))].map(([, name = ""]) => name);
  return { code, passed: namesOf("ok"), failed: namesOf("not ok") };
}

const reasonLeftOut = (name: string): string => name.replace(/ \(does not apply: .*\)$/, "");

test("all four suites run under node --test, every case of them", { timeout: 90_000 }, async () => {
  const { code, passed, failed } = await underNode(
    "storage-memory/test/under-node.ts",
    "transport-memory/test/under-node.ts",
    "snapshot/test/under-node.ts",
    "statemachine-kv/test/under-node.ts",
  );
  expect({ code, failed }).toEqual({ code: 0, failed: [] });
  expect(passed.map(reasonLeftOut).toSorted()).toEqual(
    [...storageCaseNames, ...transportCaseNames, ...snapshotStoreCaseNames, ...stateMachineCaseNames].toSorted(),
  );
});

test("a fault fails its case there, and the run", { timeout: 90_000 }, async () => {
  const { code, failed } = await underNode("testing/test/broken-under-node.ts");
  expect(code).toBe(1);
  expect(failed.map((name) => name.slice(0, 3))).toEqual(["S19", "T01", "N12", "M07"]);
});
