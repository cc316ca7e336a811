import { describe, expect, test } from "vitest";
import { AssertionError } from "../src/index.ts";
import { TermRuns } from "../src/term-runs.ts";
import { fc } from "./harness/properties.ts";

/** The runs of a log whose entries, from 1 on, have these terms. */
function runsOf(terms: readonly number[]): TermRuns {
  const runs = new TermRuns([]);
  for (const [at, term] of terms.entries()) runs.append({ index: at + 1, term });
  return runs;
}

const logs = fc
  .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 })
  .map((terms) => terms.toSorted((a, b) => a - b));

describe("TermRuns", () => {
  test("knows every term", () => {
    fc.assert(
      fc.property(logs, (terms) => {
        const runs = runsOf(terms);
        expect(terms.map((_, at) => runs.termAt(at + 1))).toEqual(terms);
        expect(runs.termAt(0)).toBeUndefined();
      }),
    );
  });

  test("finds the last index of a term at most the one asked for", () => {
    fc.assert(
      fc.property(logs, fc.nat(10), fc.nat(29), (terms, term, at) => {
        const index = Math.min(at, terms.length - 1) + 1;
        const expected = terms.slice(0, index).findLastIndex((each) => each <= term) + 1;
        expect(runsOf(terms).lastWithTermAtMost(term, index)).toBe(expected === 0 ? undefined : expected);
      }),
    );
  });

  test("forgets a suffix, and goes on behind it", () => {
    fc.assert(
      fc.property(logs, fc.nat(29), (terms, at) => {
        const kept = Math.min(at, terms.length);
        const runs = runsOf(terms);
        runs.truncate(kept + 1);
        runs.append({ index: kept + 1, term: 10 });
        const expected = [...terms.slice(0, kept), 10];
        expect(expected.map((_, index) => runs.termAt(index + 1))).toEqual(expected);
      }),
    );
  });

  test("forgets a prefix", () => {
    fc.assert(
      fc.property(logs, fc.nat(29), (terms, at) => {
        const upTo = Math.min(at, terms.length - 1) + 1;
        const runs = runsOf(terms);
        runs.compact(upTo, terms.length);
        for (let index = upTo + 1; index <= terms.length; index += 1) {
          expect(runs.termAt(index)).toBe(terms[index - 1]);
        }
        expect(runs.termAt(upTo)).toBeUndefined();
      }),
    );
  });

  test("starts from stored runs, which stay the caller's", () => {
    const stored = [
      { index: 4, term: 2 },
      { index: 6, term: 5 },
    ];
    const runs = new TermRuns(stored);
    runs.truncate(0);
    expect(runs.termAt(6)).toBeUndefined();
    expect(stored).toHaveLength(2);
    expect(new TermRuns(stored).termAt(5)).toBe(2);
    expect(new TermRuns(stored).termAt(99)).toBe(5);
  });

  test("a term that falls within the log is a bug", () => {
    expect(() => runsOf([1, 3, 2])).toThrow(new AssertionError("term 2 follows term 3 in the log"));
    expect(() => runsOf([1, 2, 5, 3])).toThrow(new AssertionError("term 3 follows term 5 in the log"));
  });
});
