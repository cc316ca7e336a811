import { describe, expect, test } from "vitest";
import { AssertionError, type Entry, type Position } from "../src/index.ts";
import { Log } from "../src/log.ts";
import { fc } from "./harness/properties.ts";
import { commandAt, entriesOf } from "./harness/stored.ts";

const SIZE = commandAt(1, 1).sizeBytes;

/** The model: a plain array of entries behind a base, and how much of its end is in memory. */
class ArrayLog {
  base: Position = { index: 0, term: 0 };
  entries: Entry[] = [];
  /** The first index that is in memory. */
  memoryFirst = 1;
  unsaved: readonly Entry[] = [];

  get lastIndex(): number {
    return this.base.index + this.entries.length;
  }

  at(index: number): Position | undefined {
    return index === this.base.index ? this.base : this.entries.find((entry) => entry.index === index);
  }

  append(entries: readonly Entry[]): void {
    this.entries.push(...entries);
    this.unsaved = [...this.unsaved, ...entries];
  }

  truncate(from: number): void {
    this.entries = this.entries.filter((entry) => entry.index < from);
    this.unsaved = this.unsaved.filter((entry) => entry.index < from);
    this.memoryFirst = Math.min(this.memoryFirst, from);
  }

  compact(index: number): void {
    const base = this.at(index);
    if (base === undefined) throw new Error(`nothing at ${index}`);
    this.base = { index: base.index, term: base.term };
    this.entries = this.entries.filter((entry) => entry.index > index);
    this.memoryFirst = Math.max(this.memoryFirst, index + 1);
  }

  reset(base: Position): void {
    this.base = base;
    this.entries = [];
    this.unsaved = [];
    this.memoryFirst = base.index + 1;
  }

  lastAgreement(index: number, term: number): number {
    const from = Math.min(index, this.lastIndex);
    if (from <= this.base.index) return from;
    const found = this.entries.findLast((entry) => entry.index <= from && entry.term <= term);
    return found?.index ?? this.base.index;
  }
}

interface Pair {
  readonly log: Log;
  readonly model: ArrayLog;
}

/** One random operation, with two numbers to draw its arguments from. */
interface Operation {
  readonly type: "append" | "overwrite" | "compact" | "reset" | "save" | "evict";
  readonly a: number;
  readonly b: number;
}

const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc.record({
    type: fc.constantFrom("append", "append", "append", "overwrite", "compact", "reset", "save", "evict"),
    a: fc.nat(20),
    b: fc.nat(3),
  }),
  { maxLength: 40 },
);

/** An index of the log's own entries, drawn by `draw`; undefined where it has none. */
function drawIndex({ base, entries }: ArrayLog, draw: number): number | undefined {
  return entries.length === 0 ? undefined : base.index + 1 + (draw % entries.length);
}

function append({ log, model }: Pair, { a, b }: Operation): void {
  const term = (model.at(model.lastIndex)?.term ?? 0) + (b === 0 ? 1 : 0);
  const entries = entriesOf(
    Array.from({ length: a % 5 }, () => term),
    model.lastIndex + 1,
  );
  log.append(entries);
  model.append(entries);
}

function perform(pair: Pair, operation: Operation): void {
  const { log, model } = pair;
  const { type, a } = operation;
  const index = drawIndex(model, a);
  if (type === "append") append(pair, operation);
  else if (type === "overwrite" && index !== undefined) {
    const term = (model.at(model.lastIndex)?.term ?? 0) + 1;
    log.truncate(index);
    model.truncate(index);
    log.append([commandAt(index, term)]);
    model.append([commandAt(index, term)]);
  } else if (type === "save") {
    expect(log.takeUnsaved()).toEqual(model.unsaved);
    model.unsaved = [];
  } else if (type === "compact" && index !== undefined && model.unsaved.every((entry) => entry.index > index)) {
    expect(log.compact(index)).toEqual({ index, term: model.at(index)?.term });
    model.compact(index);
  } else if (type === "reset" && a < 4) {
    const base = { index: model.lastIndex + 3, term: (model.at(model.lastIndex)?.term ?? 0) + 1 };
    log.reset(base);
    model.reset(base);
  } else if (type === "evict") {
    const saved = (model.unsaved[0]?.index ?? model.lastIndex + 1) - 1;
    log.evict(saved, 2 * SIZE);
    while (log.slice(model.memoryFirst, model.lastIndex, Infinity) === undefined) model.memoryFirst += 1;
    expect(model.memoryFirst).toBeLessThanOrEqual(saved + 1);
  }
}

function compare({ log, model }: Pair): void {
  const { base, lastIndex } = model;
  expect(log.base).toEqual(base);
  expect(log.firstIndex).toBe(base.index + 1);
  expect(log.lastIndex).toBe(lastIndex);
  expect(log.lastTerm).toBe(model.at(lastIndex)?.term);
  expect(log.hasUnsaved).toBe(model.unsaved.length > 0);
  for (let index = base.index - 1; index <= lastIndex + 1; index += 1) {
    expect(log.termAt(index), `term at ${index}`).toBe(model.at(index)?.term);
    const inMemory = index >= model.memoryFirst;
    const expected = inMemory ? model.entries.filter((entry) => entry.index >= index) : undefined;
    expect(log.slice(index, lastIndex, Infinity), `from ${index}`).toEqual(expected);
    for (const term of [0, log.lastTerm - 1, log.lastTerm]) {
      expect(log.lastAgreement(index, term), `at most ${index}/${term}`).toBe(model.lastAgreement(index, term));
    }
  }
}

describe("Log, against a plain array", () => {
  test("behaves as one under any operations", () => {
    fc.assert(
      fc.property(operations, (list) => {
        const pair = {
          log: new Log({ base: { index: 0, term: 0 }, lastIndex: 0, termRuns: [] }),
          model: new ArrayLog(),
        };
        for (const operation of list) {
          perform(pair, operation);
          compare(pair);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("§5.4.1 isUpToDate compares the last term, then the length", () => {
    const log = logOf([1, 1, 3]);
    expect(log.isUpToDate({ index: 1, term: 4 })).toBe(true);
    expect(log.isUpToDate({ index: 3, term: 3 })).toBe(true);
    expect(log.isUpToDate({ index: 2, term: 3 })).toBe(false);
    expect(log.isUpToDate({ index: 9, term: 2 })).toBe(false);
  });
});

function logOf(terms: readonly number[]): Log {
  const log = new Log({ base: { index: 0, term: 0 }, lastIndex: 0, termRuns: [] });
  log.append(entriesOf(terms));
  return log;
}

describe("the log's tail in memory", () => {
  test("a slice holds about as many bytes as asked for, but at least one entry", () => {
    const log = logOf([1, 1, 1, 1]);
    expect(log.slice(1, 4, 2 * SIZE)).toHaveLength(2);
    expect(log.slice(1, 4, 2 * SIZE + 1)).toHaveLength(2);
    expect(log.slice(2, 4, 1)).toEqual([commandAt(2, 1)]);
    expect(log.slice(2, 3, Infinity)).toEqual([commandAt(2, 1), commandAt(3, 1)]);
    expect(log.slice(5, 9, Infinity)).toEqual([]);
  });

  test("what storage holds is known by term, but not in memory", () => {
    const stored = { base: { index: 4, term: 2 }, lastIndex: 9, termRuns: [{ index: 5, term: 2 }] };
    const log = new Log(stored);
    expect(log.termAt(7)).toBe(2);
    expect(log.slice(7, 9, Infinity)).toBeUndefined();
    expect(log.slice(10, 9, Infinity)).toEqual([]);
  });

  test("eviction stops at half the limit, and never passes what must stay", () => {
    const log = logOf([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    log.evict(9, 8 * SIZE);
    expect(log.slice(5, 9, Infinity)).toBeUndefined();
    expect(log.slice(6, 9, Infinity)).toHaveLength(4);
    const kept = logOf([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    kept.evict(2, SIZE);
    expect(kept.slice(3, 9, Infinity)).toHaveLength(7);
    expect(kept.slice(2, 9, Infinity)).toBeUndefined();
  });

  test("eviction measures what is left in the same way, time after time", () => {
    const log = logOf([1, 1, 1, 1, 1]);
    log.evict(5, 4 * SIZE);
    expect(log.slice(4, 5, Infinity)).toHaveLength(2);
    log.append(entriesOf([1, 1, 1], 6));
    log.evict(8, 4 * SIZE);
    expect(log.slice(6, 8, Infinity)).toBeUndefined();
    expect(log.slice(7, 8, Infinity)).toHaveLength(2);
  });

  test("what was cut weighs nothing any more", () => {
    const log = logOf([1, 1, 1, 1]);
    log.truncate(3);
    log.append([commandAt(3, 2)]);
    log.evict(3, 3 * SIZE);
    expect(log.slice(1, 3, Infinity)).toHaveLength(3);
  });

  test("below the limit nothing is evicted", () => {
    const log = logOf([1, 1, 1]);
    log.evict(3, 3 * SIZE);
    expect(log.slice(1, 3, Infinity)).toHaveLength(3);
  });
});

describe("what only a bug can ask of the log", () => {
  const saveWhatWasEvicted = (log: Log): unknown => {
    log.evict(3, 0);
    return log.takeUnsaved();
  };

  test.each<[string, (log: Log) => unknown, string]>([
    ["a gap", (log) => log.append([commandAt(5, 2)]), "entry 5 appended behind entry 3"],
    ["an overlap", (log) => log.append([commandAt(3, 2)]), "entry 3 appended behind entry 3"],
    ["a cut at the base", (log) => log.truncate(0), "the log cannot be cut at 0"],
    ["a cut behind the end", (log) => log.truncate(4), "the log cannot be cut at 4"],
    ["compaction behind the end", (log) => log.compact(4), "the log cannot be compacted to 4"],
    ["compaction to the base", (log) => log.compact(0), "the log cannot be compacted to 0"],
    ["a save of what has left memory", saveWhatWasEvicted, "entry 1 left memory before it was saved"],
  ])("%s", (_, ask, message) => {
    expect(() => ask(logOf([1, 1, 1]))).toThrow(new AssertionError(message));
  });
});
