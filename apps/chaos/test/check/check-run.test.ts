import { describe, expect, test } from "vitest";
import { checkRun } from "../../src/check/check-run.ts";
import type { FinalState, RunRecord, StruckProcess } from "../../src/check/record.ts";
import { unreadable } from "../../src/history/operation.ts";
import type { HistoryLine } from "../../src/history/operation.ts";
import { soundRun } from "./sound-run.ts";
import type { StoredRun } from "./sound-run.ts";

/** The checks that fail, by name. */
function failing({ record, history }: StoredRun): readonly string[] {
  return checkRun(record, history).flatMap(({ check, holds }) => (holds ? [] : [check]));
}

function withRecord(more: Partial<RunRecord>): StoredRun {
  const { record, history } = soundRun();
  return { record: { ...record, ...more }, history };
}

/** The run with something else in one line of its history. */
function withLine(at: number, change: (line: HistoryLine) => HistoryLine): StoredRun {
  const { record, history } = soundRun();
  return { record, history: history.map((line, i) => (i === at ? change(line) : line)) };
}

/** What the last node held at the end, changed. */
function withFinal(change: (state: FinalState) => FinalState): StoredRun {
  const { finalStates } = soundRun().record;
  return withRecord({ finalStates: finalStates.map((state, i) => (i === 2 ? change(state) : state)) });
}

/** Another end of the process whose log has failed; undefined where it goes on. */
function withEnd(end: StruckProcess["end"]): StoredRun {
  const calls = [{ call: "fdatasync", file: "log/1" }];
  return withRecord({ struck: [{ node: "n2", pid: 7, atMs: 1900, calls, mustEnd: true, ...(end && { end }) }] });
}

const use = { node: "n1", rssBytes: 1, descriptors: 41 };

describe("a run", () => {
  test("in which everything held passes, with its figures", () => {
    const { record, history } = soundRun();
    const findings = checkRun(record, history);
    expect(failing({ record, history })).toEqual([]);
    expect(findings.find(({ check }) => check === "linearizable")?.words).toBe("80 operations, 40 of them reads");
    expect(findings.find(({ check }) => check === "acknowledged writes")?.words).toMatch(/^40, each there/);
  });

  test.each<[string, StoredRun, readonly string[]]>([
    [
      "a stale read",
      withLine(21, (line) => ({ ...line, output: "v7", revisions: { revision: 12, changed: false, modRevision: 9 } })),
      ["linearizable", "revisions"],
    ],
    [
      "a stale read that claims to be of now",
      withLine(21, (line) => ({ ...line, output: "v7", revisions: { revision: 12, changed: false, modRevision: 12 } })),
      ["linearizable", "revisions"],
    ],
    [
      "a stale state for a key that nobody writes meanwhile",
      withLine(21, (line) => ({
        ...line,
        input: { type: "get", key: "z" },
        output: null,
        revisions: { revision: 3, changed: false },
      })),
      ["revisions"],
    ],
    [
      "a value that is gone",
      withLine(21, (line) => ({ ...line, output: null, revisions: { revision: 12, changed: false } })),
      ["linearizable", "revisions"],
    ],
    [
      "an answer that says nothing of its revision",
      withLine(21, (line) => ({ ...line, revisions: { revision: NaN, changed: false, modRevision: 12 } })),
      ["revisions"],
    ],
    [
      "an answer that is none",
      withLine(20, (line) => ({
        ...line,
        ...{ outcome: "unknown", output: undefined, revisions: undefined },
        ...{ why: unreadable, answer: "HTTP 200: {}" },
      })),
      ["answers"],
    ],
    ["a damaged value", withLine(21, (line) => ({ ...line, output: "damaged: v1" })), ["linearizable"]],
    [
      "two changes of one revision",
      withLine(22, (line) => ({ ...line, revisions: { revision: 12, changed: true } })),
      ["revisions"],
    ],
    [
      "an acknowledged write that is lost on a node",
      withFinal((state) => ({ ...state, keys: state.keys.slice(1) })),
      ["acknowledged writes"],
    ],
    [
      "a node that holds an older value at the end",
      withFinal((state) => ({ ...state, keys: state.keys.map((key) => ({ ...key, modRevision: 5 })) })),
      ["acknowledged writes"],
    ],
    [
      "a node that holds another value of the same revision",
      withFinal((state) => ({ ...state, keys: state.keys.map((key) => ({ ...key, value: "other" })) })),
      ["acknowledged writes"],
    ],
    ["a node that is behind at the end", withFinal((state) => ({ ...state, revision: 30 })), ["acknowledged writes"]],
    ["states that differ", withFinal((state) => ({ ...state, hash: "xyz" })), ["equal states"]],
    ["members that differ", withFinal((state) => ({ ...state, membersHash: "xyz" })), ["equal states"]],
    ["a member without its vote", withFinal((state) => ({ ...state, voters: ["n1", "n3"] })), ["equal states"]],
    [
      "a node whose state is not known",
      withRecord({ finalStates: soundRun().record.finalStates.slice(1) }),
      ["equal states"],
    ],
    ["no state at all", withRecord({ finalStates: [] }), ["acknowledged writes", "equal states"]],
    ["a cluster that did not come back", withRecord({ recoveredAfterMs: undefined }), ["recovery"]],
    ["one that came back too late", withRecord({ recoveredAfterMs: 10_001 }), ["recovery"]],
    [
      "a process that ended by itself",
      withRecord({ selfEndings: [{ node: "n1", atMs: 1, code: null, signal: "SIGSEGV", isExpected: false }] }),
      ["processes"],
    ],
    [
      "a process that did not end in order",
      withRecord({ badStops: ["n1 ended with SIGKILL on SIGTERM"] }),
      ["processes"],
    ],
    ["a process that goes on although its log has failed", withEnd(undefined), ["failed disks"]],
    ["one that ends with another exit code", withEnd({ by: "itself", code: 1, signal: null }), ["failed disks"]],
    ["one that ends with a signal", withEnd({ by: "itself", code: null, signal: "SIGABRT" }), ["failed disks"]],
    ["one that was killed before it could", withEnd({ by: "run", code: null, signal: "SIGKILL" }), []],
    ["an unhandled rejection", withRecord({ complaints: ["n1: unhandled"] }), ["standard error"]],
    [
      "memory without bounds",
      withRecord({ resources: { before: [use], most: [{ ...use, rssBytes: 1e9 }], after: [use] } }),
      ["resources"],
    ],
    [
      "memory without bounds at the last look alone",
      withRecord({ resources: { before: [use], most: [use], after: [{ ...use, rssBytes: 1e9 }] } }),
      ["resources"],
    ],
    [
      "descriptors that stay open",
      withRecord({ resources: { before: [use], most: [use], after: [{ ...use, descriptors: 90 }] } }),
      ["resources"],
    ],
    ["a log that does not verify", withRecord({ logs: [{ node: "n1", isSound: false, words: "damaged" }] }), ["logs"]],
    ["logs that nobody verified", withRecord({ logs: undefined }), ["logs"]],
    ["a log that nobody verified", withRecord({ logs: soundRun().record.logs?.slice(1) }), ["logs"]],
    ["a fault that was never there", withRecord({ faults: { kill: { planned: 1, installed: 1 } } }), ["coverage"]],
    [
      "hardly any reads",
      { ...soundRun(), history: soundRun().history.filter((_, i) => i < 20 || i % 2 === 0) },
      ["coverage"],
    ],
  ])("with %s fails that check and no other", (_, run, checks) => {
    expect(failing(run)).toEqual(checks);
  });

  test("in which no write was acknowledged fails, although nothing is lost and nothing stale", () => {
    const { record, history } = soundRun();
    const blind = history.map((line): HistoryLine => {
      if (line.input.type === "get") return { ...line, output: null, revisions: { revision: 1, changed: false } };
      return { ...line, outcome: "failed", output: undefined, revisions: undefined, why: "NO_LEADER" };
    });
    const finalStates = record.finalStates.map((state) => ({ ...state, revision: 1, keys: [] }));
    expect(failing({ record: { ...record, finalStates }, history: blind })).toEqual(["coverage"]);
  });

  test("of a minute in which the lead hardly changes hands fails", () => {
    const plan = { ...soundRun().record.plan, seconds: 60, kinds: ["kill", "pause", "partition", "oneway"] as const };
    const count = { planned: 9, installed: 9 };
    const faults = { kill: count, pause: count, partition: count, oneway: count };
    const { history } = soundRun();
    const long = Array.from({ length: 30 }, () => history).flat();
    const of = (leaderChanges: number): readonly string[] =>
      checkRun({ ...soundRun().record, plan, faults, leaderChanges }, [...history, ...long])
        .filter(({ check, holds }) => check === "coverage" && !holds)
        .map(({ words }) => words);
    expect(of(4)).toEqual(["the lead changed hands only 4 times, not 5"]);
    expect(of(5)).toEqual([]);
  });

  test("does not hold what nobody knows against the cluster", () => {
    const { record, history } = soundRun();
    const lost: HistoryLine = {
      client: 9,
      node: "n1",
      input: { type: "delete", key: "a" },
      calledAt: 900,
      endedAt: 950,
      outcome: "unknown",
      why: "TimeoutError",
    };
    const finalStates = record.finalStates.map((state) => ({ ...state, keys: state.keys.slice(1) }));
    expect(failing({ record: { ...record, finalStates }, history: [...history, lost] })).toEqual([]);
    expect(failing({ record, history: [...history, { ...lost, outcome: "failed" }] })).toEqual([]);
  });
});

test("the most of memory is not less than that of the last look", () => {
  const after = [{ ...use, rssBytes: 193 * 1024 * 1024 }];
  const { record, history } = withRecord({ resources: { before: [use], most: [use], after } });
  const words = checkRun(record, history).find(({ check }) => check === "resources")?.words;
  expect(words).toBe("at most 193 MiB and 41 descriptors; when all was over 193 MiB and 41 descriptors");
});
