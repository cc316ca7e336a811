import { describe, expect, test } from "vitest";
import { importTable } from "./tidy/import-table.ts";
import { dependencyViolations, importViolation, importsOf } from "./tidy/imports.ts";
import { machineTraces } from "./tidy/machine-traces.ts";
import { indexViolations, lengthViolations, sourceViolations } from "./tidy/source-rules.ts";
import { splitSource } from "./tidy/source-text.ts";
import { filesBelow, read, root, workspaces } from "./tidy/workspace.ts";

const isCode = (path: string): boolean => /\.m?tsx?$|\.mjs$/.test(path);
const code = filesBelow(".").filter(isCode);
const styles = filesBelow(".").filter((path) => path.endsWith(".css"));
const rulesFor = (path: string): "source" | "test" => (/\.test\.tsx?$/.test(path) ? "test" : "source");

describe("imports", () => {
  test.each(workspaces)("$folder imports what the table allows, and ships what it imports", (workspace) => {
    const imports = workspace.sources.flatMap((path) =>
      importsOf(splitSource(read(path))).map((found) => ({ ...found, path })),
    );
    const violations = imports.flatMap(({ path, line, specifier }) => {
      const violation = importViolation(workspace, specifier);
      return violation === undefined ? [] : [`${path}:${line}: ${violation}`];
    });
    const specifiers = imports.map((found) => found.specifier);
    expect([...violations, ...dependencyViolations(workspace, specifiers)]).toEqual([]);
  });

  test("the table names packages that exist", () => {
    const packages = workspaces.filter((workspace) => workspace.kind === "package").map((workspace) => workspace.name);
    expect(Object.keys(importTable).toSorted()).toEqual(packages);
  });

  test("finds every form of import, and none in strings and comments", () => {
    const text = [
      'import { a } from "a";',
      'export type { b } from "b";',
      'import "c";',
      'const d = await import("d");',
      'type E = import("e").E;',
      'const no = `import "x"; ${"y"} from "z"`;',
      '// import "w";',
      'const pattern = /from "v"/;',
      'Array.from("u");',
    ].join("\n");
    const found = importsOf(splitSource(text));
    expect(found.map(({ specifier, line }) => `${specifier}:${line}`)).toEqual(["a:1", "b:2", "c:3", "d:4", "e:5"]);
  });

  test("refuses what the table does not allow", () => {
    const core = { kind: "package", name: "raft-core", manifest: { dependencies: { zod: "1" } } } as const;
    const node = {
      kind: "package",
      name: "raft-node",
      manifest: { dependencies: { "@quorate/raft-core": "1", "@quorate/kv-server": "1" } },
    } as const;
    expect(importViolation(core, "./log.ts")).toBeUndefined();
    expect(importViolation(core, "zod")).toBe("raft-core may not import zod");
    expect(importViolation(core, "node:fs")).toContain("raft-core runs in browsers");
    expect(importViolation(node, "@quorate/raft-core")).toBeUndefined();
    expect(importViolation(node, "@quorate/storage-file")).toBe("raft-node may not import @quorate/storage-file");
    expect(importViolation(node, "@quorate/kv-server")).toBe("raft-node may not import @quorate/kv-server");
    expect(importViolation(node, "zod")).toContain("has no dependency zod");
    expect(importViolation({ ...node, name: "unheard-of" }, "@quorate/raft-core")).toContain("may not import");
    expect(importViolation({ ...node, kind: "app" }, "@quorate/kv-server")).toContain("may not import");
    expect(dependencyViolations(core, [])).toEqual(["raft-core may not import zod"]);
    expect(dependencyViolations({ ...node, manifest: { dependencies: { "@quorate/raft-core": "1" } } }, [])).toEqual([
      "raft-node depends on @quorate/raft-core, but nothing in its src/ imports it",
    ]);
  });
});

describe("source files", () => {
  test("keep the rules that every file keeps", () => {
    const violations = code.flatMap((path) =>
      sourceViolations(splitSource(read(path)), rulesFor(path)).map(({ line, rule }) => `${path}:${line}: ${rule}`),
    );
    expect(violations).toEqual([]);
  });

  test("styles are no longer than a source file may be", () => {
    expect(styles.flatMap((path) => lengthViolations(read(path)).map(({ rule }) => `${path}: ${rule}`))).toEqual([]);
    expect(styles.length).toBeGreaterThan(0);
    expect(lengthViolations("a {}\n".repeat(401))).toHaveLength(1);
  });

  test.each([
    ["// TODO: later", "open work noted in a comment"],
    ["/* FIXME */", "open work noted in a comment"],
    ["// @ts-expect-error", "a check switched off"],
    ["// oxlint-disable-next-line", "a check switched off"],
    ["// oxfmt-ignore", "a formatter switched off"],
    ["// @boundaries-ignore because", "boundaries switched off"],
    ["const a: any = 1;", "the type any"],
    ["const a = b as any;", "the type any"],
    ["let a: Map<string, any>;", "the type any"],
    ["let a: any[];", "the type any"],
    ["const a = b as unknown as C;", "a cast through unknown"],
    [`${"\n".repeat(400)}a`, "more than 400 lines"],
  ])("%j is found: %s", (text, rule) => {
    expect(sourceViolations(splitSource(text), "source").map((violation) => violation.rule)).toContain(rule);
  });

  test.each(["test.skip('a', f)", "describe.only('a', f)", "it.todo('a')", "context.skip()", "xtest('a', f)"])(
    "%s is found in tests",
    (text) => {
      expect(sourceViolations(splitSource(text), "test")).toHaveLength(1);
      expect(sourceViolations(splitSource(`"${text}"`), "test")).toEqual([]);
    },
  );

  test("prose and strings are left alone", () => {
    const text = "// any node, as unknown as ever\nconst a = 'TODO: any';\nconst many = { any: 1 };\n";
    expect(sourceViolations(splitSource(text), "test")).toEqual([]);
  });
});

describe("index.ts", () => {
  test.each(workspaces)("of $folder names its exports and holds nothing else", (workspace) => {
    const path = `${workspace.folder}/src/index.ts`;
    expect(workspace.sources).toContain(path);
    expect(indexViolations(splitSource(read(path)))).toEqual([]);
  });

  test("anything else in it is found", () => {
    expect(indexViolations(splitSource('// Why.\nexport { a } from "./a.ts";\n'))).toEqual([]);
    for (const text of ['export * from "./a.ts";', "export {};", "export const a = 1;", 'import "./a.ts";']) {
      expect(indexViolations(splitSource(`export type { B } from "./b.ts";\n${text}`))).toHaveLength(1);
    }
  });
});

describe("the repository", () => {
  test.each(workspaces)("$folder has a README.md and at least one test", (workspace) => {
    expect(filesBelow(workspace.folder)).toContain(`${workspace.folder}/README.md`);
    expect(workspace.tests.filter((path) => /\.test\.tsx?$/.test(path))).not.toEqual([]);
  });

  test("bears no traces of the machine that it was written on", () => {
    expect(filesBelow(".").flatMap((path) => machineTraces(path, read(path), root))).toEqual([]);
  });

  // In pieces, so that the test above does not find them here.
  const slash = "/";
  const dot = ".";
  test.each(["/src/quorate/a.ts", "/src/other", `${slash}home/ada/x`, `${slash}Users/ada/x`, `registry${dot}a.org`])(
    "%s is found as such a trace",
    (text) => {
      expect(machineTraces("a.md", `see ${text}`, "/src/quorate")).toHaveLength(1);
      expect(machineTraces("a.md", "see docs/src/quorate and ./src/other", "/src/quorate")).toEqual([]);
    },
  );
});
