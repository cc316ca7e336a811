import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeProcess } from "../../src/ground/node-process.ts";

const source = join(import.meta.dirname, "../../src");

test("a module is started with the flags that its first line asks for", () => {
  const module = join(source, "load/generator.ts");
  expect(nodeProcess(module, ["a", "b c"])).toEqual({
    command: process.execPath,
    args: ["--max-semi-space-size=32", module, "a", "b c"],
  });
});

test("and without any where it asks for none", () => {
  for (const module of [join(source, "main.ts"), join(source, "index.ts")]) {
    expect(nodeProcess(module, []).args).toEqual([module]);
  }
});
