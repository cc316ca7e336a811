import { expect, test } from "vitest";
import { nameOf, valueOf } from "../../src/history/value.ts";

test("a value is known by its name, and one that was damaged by nobody's", () => {
  for (let n = 0; n < 200; n++) expect(nameOf(valueOf(`3.${n}`))).toBe(`3.${n}`);
  const value = Array.from({ length: 50 }, (_, n) => valueOf(`1.${n}`)).find((each) => each.length > 100) ?? "";
  for (const damaged of [value.slice(0, -1), `${value}x`, value.replace("1.", "2."), `${value.slice(0, -1)}?`, ""]) {
    expect(nameOf(damaged)).toMatch(/^damaged: /);
  }
});
