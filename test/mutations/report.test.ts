import { describe, expect, test } from "vitest";
import type { Caught } from "./hunt.ts";
import { reportOf } from "./report.ts";
import { type Report, failureIn } from "./vitest-run.ts";

type Assertion = Report["testResults"][number]["assertionResults"][number];

const passed: Assertion = { status: "passed", fullName: "one that passes", failureMessages: [] };
const failed = (fullName: string, ...failureMessages: readonly string[]): Assertion => {
  return { status: "failed", fullName, failureMessages };
};
const timedOut = failed("one that waits", "Error: Test timed out in 15000ms.\nIf this is a long-running test …");

function reported(...assertionResults: readonly Assertion[]): Report {
  const name = "/copy/packages/raft-core/test/some.test.ts";
  return { testResults: [{ name, status: "failed", message: "", assertionResults }] };
}

describe("what a run of the tests has found", () => {
  test("is the first test that failed", () => {
    const wrong = failed("one that fails", "AssertionError: expected 1 to be 2");
    const found = failureIn(reported(passed, wrong, failed("another")), "/copy");
    expect(found).toEqual({ what: "raft-core/test/some.test.ts > one that fails", isTimeout: false });
  });

  test("is a timeout only where nothing else failed", () => {
    const wrong = failed("one that fails", "Error: not within 30000 ms: a leader");
    expect(failureIn(reported(timedOut, wrong), "/copy")).toMatchObject({ isTimeout: false });
    const found = failureIn(reported(passed, timedOut), "/copy");
    expect(found).toEqual({ what: "raft-core/test/some.test.ts > one that waits", isTimeout: true });
    const both = failed("one that waits", "Error: Hook timed out in 10 ms", "AssertionError: 1");
    expect(failureIn(reported(both), "/copy")).toMatchObject({ isTimeout: false });
  });

  test("is a file that does not load, or nothing", () => {
    const name = "/copy/packages/raft-core/test/some.test.ts";
    const broken = { name, status: "failed", message: "SyntaxError: no\n  at line 1", assertionResults: [] };
    const found = failureIn({ testResults: [broken] }, "/copy");
    expect(found).toEqual({ what: "raft-core/test/some.test.ts: SyntaxError: no", isTimeout: false });
    expect(failureIn(reported(passed), "/copy")).toBeUndefined();
  });
});

test("the report tells timeouts, and what survived, apart from what was caught", () => {
  const mutation = (file: string) => ({ file, old: "a", new: "b", breaks: "all" });
  const by = (file: string, isTimeout: boolean): Caught => {
    return { mutation: mutation(file), stage: "its own tests", by: { what: "some test", isTimeout }, seconds: 1 };
  };
  const caught = [by("one.ts", false), by("two.ts", true), by("three.ts", false)];
  const lines = reportOf({ caught, survivors: [mutation("four.ts")], leftOut: ["fuzz: broken"] }, 9.6);
  expect(lines).toEqual([
    "",
    "   2 caught by its own tests",
    "   1 ended by a timeout only",
    "left out: fuzz: broken",
    "TIMEOUT two.ts: all\n  its own tests: some test",
    "SURVIVED four.ts: all\n  - a\n  + b",
    "4 faults, 2 caught, 1 timeouts, 1 survivors, 10 s",
  ]);
});
