import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeMajorMin, objectionTo } from "../src/node-version.ts";

test("a Node that is too old is named, with the one that is needed", () => {
  expect(objectionTo("20.20.2")).toBe("quorate-server: Node 20.20.2 is too old: it needs Node 22 or later");
  expect([objectionTo("22.0.0"), objectionTo(process.versions.node)]).toEqual([undefined, undefined]);
});

test("that is asked for first of all, and is what the manifest asks for", async () => {
  const read = (path: string): Promise<string> => readFile(join(import.meta.dirname, "..", path), "utf8");
  expect(await read("src/main.ts")).toMatch(/^#!.*\nimport "\.\/require-node\.ts";\n/);
  expect(JSON.parse(await read("package.json"))).toMatchObject({ engines: { node: `>=${nodeMajorMin}` } });
});
