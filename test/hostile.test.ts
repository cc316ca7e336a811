import { describe, expect, test } from "vitest";
import { HOSTILE_COUNT, hostileInputsOf, hostileViolations } from "./tidy/hostile.ts";
import { filesBelow, read, workspaces } from "./tidy/workspace.ts";

const testFiles = new Set([...workspaces.flatMap((workspace) => workspace.tests), ...filesBelow("test")]);

describe("docs/HOSTILE.md", () => {
  test("tells every kind of hostile input, and of those that concern what is built the tests", () => {
    const textOf = (file: string): string | undefined => (testFiles.has(file) ? read(file) : undefined);
    expect(hostileViolations(hostileInputsOf(read("docs/HOSTILE.md")), textOf)).toEqual([]);
  });

  test("what is wrong with it is found", () => {
    const later = Array.from({ length: HOSTILE_COUNT - 3 }, (_, i) => String(i + 1).padStart(2, "0"));
    const text = `${later.map((number) => `**W${number}** Bad. Comes with time.\n`).join("\n")}
**W23** Worse.

Expected: nothing.

- \`a.test.ts\`: W23 a test
- \`a.test.ts\`: W23 a test that is not there
- \`b.test.ts\`: W23 a test in no file

**W24** Worst.

- \`a.test.ts\`: W2 of another
`;
    const files = new Map([["a.test.ts", 'test("W23 a test", f); test("W2 of another", f);']]);
    expect(hostileViolations(hostileInputsOf(text), (file) => files.get(file))).toEqual([
      `the numbers are ${later.map(Number).join()},23,24`,
      'W23: a.test.ts has no test "W23 a test that is not there"',
      "W23: there is no b.test.ts",
      "W24 has tests, or says what comes of it, not both",
      "W24 is said to be covered, but no test of it carries its number",
    ]);
  });
});
