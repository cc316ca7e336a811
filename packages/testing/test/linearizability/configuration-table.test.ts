import { expect, test } from "vitest";
import { ConfigurationTable } from "../../src/linearizability/configuration-table.ts";

function add(
  table: ConfigurationTable,
  {
    state = 0,
    base = 0,
    slots = [],
    chosen = [],
  }: Partial<Record<"state" | "base", number>> & Partial<Record<"slots" | "chosen", readonly number[]>>,
): boolean {
  const row = table.draft(undefined, 0, state);
  table.setBase(row, base);
  for (const slot of slots) table.setSlot(row, slot);
  for (const unanswered of chosen) table.choose(row, unanswered);
  return table.keep(row);
}

test("the same configuration is kept once", () => {
  const table = new ConfigurationTable(100, 100);
  expect(add(table, { state: 1, base: 2, slots: [3, 40, 99], chosen: [5, 63, 64] })).toBe(true);
  expect(add(table, { state: 1, base: 2, slots: [99, 40, 3], chosen: [64, 63, 5] })).toBe(false);
  expect(table.count).toBe(1);
});

test.each([{ state: 2 }, { base: 3 }, { slots: [3, 40] }, { slots: [3, 40, 98] }, { slots: [31, 40, 99] }])(
  "another one is news: %o",
  (difference) => {
    const table = new ConfigurationTable(100, 100);
    const one = { state: 1, base: 2, slots: [3, 40, 99], chosen: [] };
    expect(add(table, one)).toBe(true);
    expect(add(table, { ...one, ...difference })).toBe(true);
  },
);

test("one that used up more unanswered operations is no news, one that used fewer or others is", () => {
  const table = new ConfigurationTable(4, 100);
  expect(add(table, { chosen: [5, 70] })).toBe(true);
  expect(add(table, { chosen: [5, 70, 99] })).toBe(false);
  expect(add(table, { chosen: [5, 99] })).toBe(true);
  expect(add(table, { chosen: [5] })).toBe(true);
  expect(add(table, { chosen: [5, 31] })).toBe(false);
});

test("idle states are all the same", () => {
  const table = new ConfigurationTable(4, 0);
  for (const [state, isNews] of [
    [1, true],
    [2, false],
  ] as const) {
    const row = table.draft(undefined, 0, state);
    table.setIdle(row);
    expect(table.keep(row)).toBe(isNews);
  }
});

test("a row is drafted from its parent and remembers the way", () => {
  const table = new ConfigurationTable(40, 40);
  const first = table.draft(undefined, 0, 7);
  table.setSlot(first, 39);
  table.choose(first, 33);
  table.keep(first);
  const second = table.draft(first, 5, 8);
  table.clearSlot(second, 39);
  table.keep(second);
  expect(table.parentOf(first)).toBeUndefined();
  expect(table.parentOf(second)).toBe(first);
  expect(table.moveOf(second)).toBe(5);
  expect([table.stateOf(first), table.stateOf(second)]).toEqual([7, 8]);
  expect(table.isChosen(second, 33)).toBe(true);
  expect(add(table, { state: 8, chosen: [33] })).toBe(false);
});

test("ten thousand rows are all found again", () => {
  const table = new ConfigurationTable(33, 0);
  const rows = Array.from({ length: 10_000 }, (_, i) => ({ state: i % 7, base: i >> 3, slots: [i % 33] }));
  expect(rows.filter((row) => add(table, row))).toHaveLength(10_000);
  expect(rows.filter((row) => add(table, row))).toHaveLength(0);
});
