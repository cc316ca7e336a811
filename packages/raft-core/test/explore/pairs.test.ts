import { expect, test } from "vitest";
import { seededRandom } from "../../src/index.ts";
import { HashSet, Pairs } from "./pairs.ts";

test("Pairs and HashSet hold what Map and Set hold, beyond their first size", () => {
  const random = seededRandom(1);
  const [pairs, map] = [new Pairs(4), new Map<string, number>()];
  const [hashes, set] = [new HashSet(4), new Set<string>()];
  for (let value = 0; value < 5000; value += 1) {
    const first = Math.floor(random.next() * 60) - 30;
    const second = Math.floor(random.next() * 60) - 30;
    const key = `${first} ${second}`;
    expect(pairs.get(first, second)).toBe(map.get(key) ?? -1);
    pairs.set(first, second, value);
    map.set(key, value);
    // Two zeros are taken for zero and one.
    const isNew = !set.has(key === "0 0" ? "0 1" : key);
    expect(hashes.add(first, second)).toBe(isNew);
    set.add(key === "0 0" ? "0 1" : key);
  }
  expect(pairs.size).toBe(map.size);
  expect(hashes.size).toBe(set.size);
});
