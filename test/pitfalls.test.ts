import { describe, expect, test } from "vitest";
import { cites, pitfallViolations, pitfallsOf } from "./tidy/pitfalls.ts";
import { filesBelow, read, workspaces } from "./tidy/workspace.ts";

const testFiles = new Set([...workspaces.flatMap((workspace) => workspace.tests), ...filesBelow("test")]);

const page = "docs/PITFALLS.md";

describe("docs/PITFALLS.md", () => {
  test("tells every pitfall, and of those that concern what is built the tests and what they play", () => {
    const textOf = (file: string): string | undefined => (testFiles.has(file) ? read(file) : undefined);
    expect(pitfallViolations(pitfallsOf(read(page)), textOf)).toEqual([]);
  });

  test("no test carries the number of a pitfall that there is none of", () => {
    const numbers = new Set(pitfallsOf(read(page)).map((pitfall) => pitfall.number));
    for (const file of testFiles) {
      const titles = read(file).matchAll(/\b(?:test|describe)(?:\.each\([^)]*\))?\(\s*"([^"]*)"/g);
      for (const [, title = ""] of titles) {
        for (const [, number] of title.matchAll(/\bP(\d+)[a-h]?\b/g)) {
          expect(numbers, `${file}: ${title}`).toContain(Number(number));
        }
      }
    }
  });

  test("what is wrong with it is found", () => {
    const text = `${Array.from({ length: 52 }, (_, i) => `**P${i + 1}** Bad. Comes with time.\n`).join("\n")}
**P52** Twice. Comes with time.

**P53** Worse.

Played: all of it.

- \`a.test.ts\`: P53 a test
- \`a.test.ts\`: P53 a test that is not there
- \`b.test.ts\`: P53 a test in no file

**P54** Worst.

- \`a.test.ts\`: P5 of another

**P55** None.
`;
    const files = new Map([["a.test.ts", 'test("P53 a test", f); test("P5 of another", f);']]);
    expect(pitfallViolations(pitfallsOf(text), (file) => files.get(file))).toEqual([
      "P52 is told 2 times",
      'P53: a.test.ts has no test "P53 a test that is not there"',
      "P53: there is no b.test.ts",
      "P54 has tests, or says what they play, not both",
      "P54 is said to be covered, but no test of it carries its number",
      "P55 is no pitfall",
      "P55 is said to be covered, but no test of it carries its number",
    ]);
  });

  test("numbers are not taken for parts of others", () => {
    expect(cites("P54b: a timer", 54)).toBe(true);
    expect(cites("P54b: a timer", 5)).toBe(false);
    expect(cites("F06 P45 zeros", 45)).toBe(true);
  });
});
