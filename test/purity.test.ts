import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, scratchFolder } from "./tidy/programs.ts";
import { root } from "./tidy/workspace.ts";

const impure = [
  'console.log("a");',
  "setTimeout(() => undefined, 1);",
  "setInterval(() => undefined, 1);",
  "queueMicrotask(() => undefined);",
  "process.exit();",
  'Buffer.from("a");',
  'await fetch("/");',
  "performance.now();",
  "crypto.randomUUID();",
  'import "node:fs";',
  'new WebSocket("/");',
  "structuredClone({});",
];

/** Type-checks a module with the settings of a package's src/; resolves with the lines at fault. */
async function linesAtFault(name: string, code: string): Promise<readonly number[]> {
  const folder = scratchFolder(`purity-${name}`);
  writeFileSync(join(folder, "module.ts"), `${code}\nexport {};\n`);
  const compilerOptions = { noEmit: true, composite: false, rootDir: ".", tsBuildInfoFile: null };
  const configuration = {
    extends: join(root, "packages", name, "tsconfig.json"),
    compilerOptions,
    files: ["module.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...configuration, include: [], references: [] }));
  const { output } = await compile(["-p", "tsconfig.json", "--pretty", "false"], folder);
  const lines = [...output.matchAll(/^module\.ts\((\d+),\d+\): error/gm)].map((match) => Number(match[1]));
  return [...new Set(lines)].toSorted((a, b) => a - b);
}

test.each(["raft-core", "statemachine-kv"])("I/O does not compile in %s", async (name) => {
  expect(await linesAtFault(name, impure.join("\n"))).toEqual(impure.map((_, index) => index + 1));
});

test("what is pure compiles in raft-core", async () => {
  const pure = 'export const m: ReadonlyMap<string, Uint8Array> = new Map([["a", Uint8Array.of(Math.max(1, 2))]]);';
  expect(await linesAtFault("raft-core", pure)).toEqual([]);
});
