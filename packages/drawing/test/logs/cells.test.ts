import { describe, expect, test } from "vitest";
import { cellsOf, conflictsBetween } from "../../src/logs/cells.ts";
import { type Columns, columnsOf } from "../../src/logs/columns.ts";
import { ConflictTracer } from "../../src/logs/traces.ts";
import { logOf, nodeOf } from "../support/views.ts";

const columns = (first: number, last: number): Columns => ({ first, last, hasEarlier: false, hasLater: false });

describe("cellsOf", () => {
  test("entries carry what is known of them", () => {
    const node = nodeOf("n1", { log: logOf([1, 1, 2]), commitIndex: 2, appliedIndex: 1, durableIndex: 2 });
    const cells = cellsOf(node, columns(1, 4));
    expect(cells.map((cell) => (cell.type === "entry" ? cell.marks : cell.type))).toEqual([
      { isCommitted: true, isApplied: true, isDurable: true },
      { isCommitted: true, isApplied: false, isDurable: true },
      { isCommitted: false, isApplied: false, isDurable: false },
      "nothing",
    ]);
  });

  test("a snapshot is one block over what it has replaced", () => {
    const node = nodeOf("n1", { log: logOf([2, 2], 4) });
    expect(cellsOf(node, columns(1, 5))).toMatchObject([
      { type: "snapshot", index: 3, term: 1, span: 3 },
      { type: "entry" },
      { type: "entry" },
    ]);
    expect(cellsOf(node, columns(3, 5))).toMatchObject([
      { type: "snapshot", span: 1 },
      { type: "entry" },
      { type: "entry" },
    ]);
    expect(cellsOf(node, columns(4, 5)).map(({ type }) => type)).toEqual(["entry", "entry"]);
    expect(cellsOf(node, columns(1, 2))).toMatchObject([{ type: "snapshot", span: 2 }]);
  });

  test("entries that a snapshot covers but that are still there are shown as entries", () => {
    const log = { ...logOf([1, 1, 1]), snapshot: { index: 2, term: 1 } };
    expect(cellsOf(nodeOf("n1", { log }), columns(1, 3)).map(({ type }) => type)).toEqual(["entry", "entry", "entry"]);
  });

  test("what a view has left out is not taken for nothing", () => {
    const log = { ...logOf([1, 1], 5), snapshot: undefined, firstIndex: 1 };
    expect(cellsOf(nodeOf("n1", { log }), columns(3, 7)).map(({ type }) => type)).toEqual([
      "unseen",
      "unseen",
      "entry",
      "entry",
      "nothing",
    ]);
  });
});

describe("columnsOf", () => {
  const nodes = [nodeOf("n1", { log: logOf(Array.from({ length: 20 }, () => 1)) }), nodeOf("n2")];

  test("follow the longest log", () => {
    expect(columnsOf({ nodes }, 8, undefined)).toEqual({ first: 13, last: 20, hasEarlier: true, hasLater: false });
    expect(columnsOf({ nodes }, 30, undefined)).toEqual({ first: 1, last: 20, hasEarlier: false, hasLater: false });
  });

  test("can be turned back as far as entries are known", () => {
    expect(columnsOf({ nodes }, 8, 12)).toEqual({ first: 5, last: 12, hasEarlier: true, hasLater: true });
    expect(columnsOf({ nodes }, 8, 2)).toEqual({ first: 1, last: 8, hasEarlier: false, hasLater: true });
  });

  test("of empty logs are none", () => {
    const { first, last } = columnsOf({ nodes: [nodeOf("n1")] }, 8, undefined);
    expect(last).toBeLessThan(first);
  });
});

describe("conflicts", () => {
  test("an entry of another term in the same place was overwritten; a log that became shorter lost its end", () => {
    const { overwritten, removed } = conflictsBetween(logOf([1, 1, 2, 2]), logOf([1, 1, 3]));
    expect(overwritten).toEqual([3]);
    expect(removed.map(({ index }) => index)).toEqual([4]);
  });

  test("growing, and compaction, are no conflicts", () => {
    expect(conflictsBetween(logOf([1, 1]), logOf([1, 1, 1]))).toEqual({ overwritten: [], removed: [] });
    expect(conflictsBetween(logOf([1, 1, 1]), logOf([1], 3))).toEqual({ overwritten: [], removed: [] });
  });

  test("each is traced by a number of its own, until time goes back", () => {
    const tracer = new ConflictTracer();
    tracer.see(logOf([1, 1]), 0);
    const once = tracer.see(logOf([1, 2]), 10).overwritten.get(2);
    const twice = tracer.see(logOf([1, 3]), 20).overwritten.get(2);
    expect(once).toBeDefined();
    expect(twice).not.toBe(once);
    expect(tracer.see(logOf([1, 1]), 5).overwritten.size).toBe(0);
  });

  test("what was removed is forgotten when something stands there again", () => {
    const tracer = new ConflictTracer();
    tracer.see(logOf([1, 1]), 0);
    expect(tracer.see(logOf([1]), 10).removed.has(2)).toBe(true);
    expect(tracer.see(logOf([1, 2]), 20).removed.has(2)).toBe(false);
  });
});
