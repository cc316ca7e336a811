import { describe, expect, test } from "vitest";
import { FAULT_COUNT, faultViolations, faultsOf } from "./tidy/faults.ts";
import { read, workspaces } from "./tidy/workspace.ts";

const testFiles = workspaces.flatMap((workspace) => workspace.tests);

describe("docs/FAULTS.md", () => {
  test("tells every fault and its tests, and every test that carries a fault's number", () => {
    const files = new Map(testFiles.map((file) => [file, read(file)]));
    expect(faultViolations(faultsOf(read("docs/FAULTS.md")), files)).toEqual([]);
  });

  test("what is wrong with it is found", () => {
    const told = Array.from({ length: FAULT_COUNT - 3 }, (_, i) => {
      const number = `F${String(i + 1).padStart(2, "0")}`;
      return `**${number}** Bad.\n\n- \`a.test.ts\`: ${number} a test\n`;
    });
    const files = new Map([
      ["a.test.ts", told.map((_, i) => `test("F${String(i + 1).padStart(2, "0")} a test", f);`).join("\n")],
      ["b.test.ts", 'test("F01 which nobody tells of", f); describe("F77 no such", f);'],
    ]);
    const text = `${told.join("\n")}
**F25** Twice.

**F26** None.

**F27** Gone.

- \`c.test.ts\`: F27 a test
- \`a.test.ts\`: F02 a test

**F29** Unknown.

- \`a.test.ts\`: F01 a test
`;
    expect(faultViolations(faultsOf(text), files)).toEqual([
      "F25 is told 2 times",
      "F28 is told 0 times",
      "F25 has no test",
      "F26 has no test",
      'F27: c.test.ts has no test "F27 a test"',
      'F27: "F02 a test" does not carry the number',
      "F29 is no fault",
      'F29: "F01 a test" does not carry the number',
      'F01 does not name "F01 which nobody tells of" of b.test.ts',
      'F77 does not name "F77 no such" of b.test.ts',
    ]);
  });
});
