import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../tidy/workspace.ts";
import { mutations } from "./list.ts";
import { applyTo } from "./mutation.ts";

function mutated(mutation: (typeof mutations)[number]): { readonly before: string; readonly after: string } {
  const before = readFileSync(join(root, mutation.file), "utf8");
  return { before, after: applyTo(before, mutation) };
}

describe("the list of faults", () => {
  test.each(mutations)("fits $file: $breaks", (mutation) => {
    const { before, after } = mutated(mutation);
    expect(after).not.toBe(before);
    expect(mutation.breaks).not.toBe("");
  });

  test("has at least fifty, each of them once", () => {
    expect(mutations.length).toBeGreaterThanOrEqual(50);
    expect(new Set(mutations.map((each) => `${each.file}\n${each.old}\n${each.new}`)).size).toBe(mutations.length);
  });

  test("a text that is there twice, or not at all, is refused", () => {
    const mutation = { file: "some.ts", old: "a", new: "b", breaks: "all" };
    expect(() => applyTo("x", mutation)).toThrow("some.ts holds this 0 times");
    expect(() => applyTo("a-a", mutation)).toThrow("some.ts holds this 2 times");
    expect(applyTo("x-a-x", mutation)).toBe("x-b-x");
  });
});
