import { describe, expect, test } from "vitest";
import type { Entry } from "../src/index.ts";
import { Tail } from "../src/tail.ts";
import { fc } from "./harness/properties.ts";
import { commandAt, entriesOf } from "./harness/stored.ts";

const SIZE = commandAt(1, 1).sizeBytes;

/** `count` entries behind the tail's last one. */
function following(tail: Tail, count: number): readonly Entry[] {
  return entriesOf(
    Array.from({ length: count }, () => 1),
    tail.lastIndex + 1,
  );
}

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function tailOf(...counts: readonly number[]): {
  readonly tail: Tail;
  readonly batches: readonly (readonly Entry[])[];
} {
  const tail = new Tail(0);
  const batches = counts.map((count) => {
    const entries = following(tail, count);
    tail.append(entries);
    return entries;
  });
  return { tail, batches };
}

function indexesOf(entries: readonly Entry[] | undefined): readonly number[] | undefined {
  return entries?.map(({ index }) => index);
}

describe("Tail", () => {
  test("gives out the list that was appended, uncopied, to everybody who asks for all of it", () => {
    const { tail, batches } = tailOf(3, 4, 2);
    expect(tail.slice(4, 7, Infinity)).toBe(batches[1]);
    expect(tail.slice(8, 9, Infinity)).toBe(batches[2]);
    expect(tail.slice(8, 99, 2 * SIZE)).toBe(batches[2]);
  });

  test("gives out across lists, within lists, and no more than is wanted", () => {
    const { tail } = tailOf(3, 4, 2);
    expect(indexesOf(tail.slice(2, 8, Infinity))).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(indexesOf(tail.slice(4, 7, 3 * SIZE))).toEqual([4, 5, 6]);
    expect(indexesOf(tail.slice(4, 7, 0))).toEqual([4]);
    expect(tail.slice(10, 12, Infinity)).toEqual([]);
  });

  test("what it says of its bytes is what the entries say, after whatever was cut off at either end", () => {
    const step = fc.record({ what: fc.constantFrom("append", "truncate", "drop", "shrink"), at: fc.nat({ max: 30 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const tail = new Tail(0);
        for (const { what, at } of steps) {
          if (what === "append") tail.append(following(tail, at % 7));
          else if (what === "shrink") tail.shrink(at, (at * SIZE) / 2);
          else if (what === "drop") tail.dropUpTo(Math.min(at, tail.lastIndex));
          else if (at > 0 && at <= tail.lastIndex) tail.truncate(at);
          const all = tail.slice(tail.firstIndex, tail.lastIndex, Infinity) ?? [];
          expect(tail.sizeBytes).toBe(bytesOf(all));
          expect(tail.bytesOf(tail.firstIndex, tail.lastIndex)).toBe(tail.sizeBytes);
          const some = all.filter(({ index }) => index >= at && index <= at + 5);
          expect(tail.bytesOf(at, at + 5)).toBe(bytesOf(some));
          expect(indexesOf(all)).toEqual(all.map((_, i) => tail.firstIndex + i));
          expect(tail.firstIndex + all.length).toBe(tail.lastIndex + 1);
        }
      }),
    );
  });
});
