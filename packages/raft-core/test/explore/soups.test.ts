import { expect, test } from "vitest";
import { seededRandom } from "../../src/index.ts";
import { Frontier } from "./frontier.ts";
import { Ints } from "./ints.ts";
import { Soups } from "./soups.ts";

function listOf(items: Iterable<number>): Ints {
  const list = new Ints(2);
  for (const item of items) list.addSorted(item);
  return list;
}

test("Soups: equal sets have one number, and know which of them hold which", () => {
  const random = seededRandom(1);
  const soups = new Soups();
  const sets = new Map<string, readonly [number, ReadonlySet<number>]>();
  for (let round = 0; round < 300; round += 1) {
    const items = Array.from({ length: Math.floor(random.next() * 5) }, () => Math.floor(random.next() * 6) * 17);
    const set = new Set(items.toSorted((a, b) => a - b));
    const number = soups.numberOf(listOf(items));
    expect(sets.get([...set].join(" "))?.[0] ?? number).toBe(number);
    expect([...soups.items(number)]).toEqual([...set]);
    sets.set([...set].join(" "), [number, set]);
  }
  expect(soups.size).toBe(sets.size);
  for (const [one, has] of sets.values()) {
    for (const [other, wants] of sets.values()) {
      expect(soups.includes(one, other)).toBe([...wants].every((item) => has.has(item)));
    }
  }
});

test("Frontier: the least advanced first, of equals the latest", () => {
  const frontier = new Frontier();
  frontier.add(1, 5);
  frontier.add(2, 3);
  frontier.add(3, 3);
  expect(frontier.take()).toBe(3);
  frontier.add(4, 0);
  expect(frontier.size).toBe(3);
  expect([frontier.take(), frontier.take(), frontier.take(), frontier.take()]).toEqual([4, 2, 1, undefined]);
  expect(frontier.size).toBe(0);
});
