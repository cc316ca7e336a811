import { describe, expect, test } from "vitest";
import { referenceViolations, rootReferenceViolations } from "./tidy/references.ts";
import { type Workspace, read, workspaces } from "./tidy/workspace.ts";

const workspaceOf = (name: string, dependencies: readonly string[]): Workspace => ({
  kind: "package",
  name,
  folder: `packages/${name}`,
  manifest: { name: `@quorate/${name}`, dependencies: Object.fromEntries(dependencies.map((key) => [key, "1"])) },
  sources: [],
  tests: [],
});

describe("tsc -b", () => {
  test.each(["tsconfig.json", "tsconfig.test.json"])("%s refers to every package and app", (path) => {
    expect(rootReferenceViolations(path, read(path), workspaces)).toEqual([]);
  });

  test.each(workspaces)("$folder refers to the packages that it depends on, and to no others", (workspace) => {
    expect(referenceViolations(workspace, workspaces)).toEqual([]);
  });

  test("a reference that is missing or too many is found", () => {
    const [a, b] = [workspaceOf("a", ["@quorate/b", "zod"]), workspaceOf("b", [])];
    const text = JSON.stringify({ references: [{ path: "../c" }] });
    expect(referenceViolations(a, [a, b], text)).toEqual([
      "packages/a/tsconfig.json has no reference to packages/b",
      "packages/a/tsconfig.json refers to packages/c for nothing",
    ]);
    expect(referenceViolations(a, [a, b], JSON.stringify({ references: [{ path: "../b" }] }))).toEqual([]);
    expect(rootReferenceViolations("tsconfig.json", '{ "references": [{ "path": "packages/a" }] }', [a, b])).toEqual([
      "tsconfig.json has no reference to packages/b",
    ]);
  });
});

describe("turbo boundaries", () => {
  const tagsOf = (text: string): unknown => JSON.parse(text).tags;

  test.each(workspaces)("$folder has a tag, and that of an app exactly if it is one", (workspace) => {
    const tags = tagsOf(read(`${workspace.folder}/turbo.json`));
    expect(Array.isArray(tags) && tags.length > 0).toBe(true);
    expect(Array.isArray(tags) && tags.includes("app")).toBe(workspace.kind === "app");
  });
});
