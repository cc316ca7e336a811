import { Entry, type HardState } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { LogMirror } from "../../src/invariants/log-mirror.ts";
import { NodeRecord } from "../../src/invariants/node-record.ts";
import { recoveryFault } from "../../src/invariants/recovery-check.ts";

const entry = (index: number, term: number): Entry => new Entry(index, term, "command", Uint8Array.of(index, term));

function logOf(...positions: readonly (readonly [number, number])[]): LogMirror {
  const log = new LogMirror();
  for (const [index, term] of positions) log.append(log.mirror([entry(index, term)]));
  return log;
}

/** A node that has entries 1 and 2 of term 1 durable, and two writes under way: 3 and 4, then a new term that replaces 2. */
function recordWithWrites(): NodeRecord {
  const record = new NodeRecord("n1", 1);
  record.recovered(logOf([1, 1], [2, 1]), { term: 1, votedFor: "n1" });
  const write = (entries: readonly Entry[], hardState?: HardState): void => {
    record.issue({ type: "append", hardState, entries: record.issued.mirror(entries) });
  };
  write([entry(3, 1), entry(4, 1)]);
  write([entry(2, 2), entry(3, 2)], { term: 2, votedFor: undefined });
  return record;
}

const ONE: HardState = { term: 1, votedFor: "n1" };
const TWO: HardState = { term: 2, votedFor: undefined };

describe("I18: what may be found after a crash", () => {
  test.each([
    ["what is durable, and no more", logOf([1, 1], [2, 1]), ONE],
    ["a part of the first write", logOf([1, 1], [2, 1], [3, 1]), ONE],
    ["the first write", logOf([1, 1], [2, 1], [3, 1], [4, 1]), ONE],
    ["the second write's term without its entries", logOf([1, 1], [2, 1], [3, 1], [4, 1]), TWO],
    ["a part of the second write", logOf([1, 1], [2, 2]), TWO],
    ["both writes", logOf([1, 1], [2, 2], [3, 2]), TWO],
  ] as const)("%s", (_name, found, hardState) => {
    expect(recoveryFault(recordWithWrites(), found, hardState)).toBeUndefined();
  });

  test.each([
    ["an entry that is durable is gone", logOf([1, 1]), ONE],
    ["the vote is forgotten", logOf([1, 1], [2, 1]), { term: 1, votedFor: undefined }],
    ["the second write without its term", logOf([1, 1], [2, 2], [3, 2]), ONE],
    ["a replaced entry behind a new one (S05)", logOf([1, 1], [2, 2], [3, 1]), TWO],
    ["another entry than was written", logOf([1, 1], [2, 3]), TWO],
    ["more than was ever written", logOf([1, 1], [2, 2], [3, 2], [4, 2]), TWO],
    ["a term from nowhere", logOf([1, 1], [2, 1]), { term: 7, votedFor: undefined }],
  ] as const)("not: %s", (_name, found, hardState) => {
    expect(recoveryFault(recordWithWrites(), found, hardState)).toMatch(/it promised a log up to 2/);
  });
});

describe("LogMirror", () => {
  test("two logs with one different entry differ from there on", () => {
    const a = logOf([1, 1], [2, 1], [3, 2]);
    const b = logOf([1, 1], [2, 2], [3, 2]);
    expect(a.chainAt(1)).toBe(b.chainAt(1));
    expect(a.chainAt(3)).not.toBe(b.chainAt(3));
  });

  test("compaction and reset keep what lies behind comparable", () => {
    const whole = logOf([1, 1], [2, 1], [3, 2]);
    const compacted = logOf([1, 1], [2, 1], [3, 2]);
    compacted.compact({ index: 2, term: 1 });
    expect(compacted.chainAt(3)).toBe(whole.chainAt(3));
    expect(compacted.get(2)).toBeUndefined();
    const reset = new LogMirror();
    reset.reset({ index: 2, term: 1 }, whole.chainAt(2) ?? 0);
    reset.append(reset.mirror([entry(3, 2)]));
    expect(reset.chainAt(3)).toBe(whole.chainAt(3));
  });
});
