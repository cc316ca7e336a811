import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ExampleFolder, titleOf } from "./tidy/examples.ts";
import { type Example, examplesOf, fenceViolations, linkViolations } from "./tidy/markdown.ts";
import { filesBelow, read, root, workspaces } from "./tidy/workspace.ts";

const pages = filesBelow(".").filter((path) => path.endsWith(".md"));
const documented = pages.filter((path) => /^(?:[^/]+|(?:packages|apps)\/[^/]+\/README|docs\/.+)\.md$/.test(path));
const examples = documented.flatMap((path) => examplesOf(path, read(path)));
const checked = examples.filter((example) => example.mode !== "fragment");

/** A page's text; the empty text of a folder, which has no headings; undefined where there is nothing. */
function readTarget(path: string): string | undefined {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return undefined;
  return statSync(absolute).isDirectory() ? "" : readFileSync(absolute, "utf8");
}

describe("links", () => {
  test("inside the repository lead somewhere", () => {
    expect(pages.flatMap((path) => linkViolations(path, read(path), readTarget))).toEqual([]);
  });

  test("that lead nowhere are found", () => {
    const files: Record<string, string> = { "docs/a.md": "# One & Two\n", "README.md": "" };
    const violations = (markdown: string): readonly string[] =>
      linkViolations("docs/b.md", markdown, (path) => files[path]);
    expect(violations("[a](a.md), [b](a.md#one--two), [c](../README.md), [d](https://a.org/x), `[e](f.md)`")).toEqual(
      [],
    );
    expect(violations("[a](c.md)")).toEqual(["docs/b.md: the link c.md leads nowhere"]);
    expect(violations("[a](a.md#three)")).toEqual(["docs/b.md: the link a.md#three names a heading that is not there"]);
    expect(violations("[a](../../README.md)")).toEqual([]);
  });
});

describe("architecture.md", () => {
  test.each(workspaces)("names $name in its table", ({ name }) => {
    expect(read("docs/architecture.md")).toContain(`| \`${name}\``);
  });
});

describe("examples", () => {
  test("are fenced as one of the three kinds", () => {
    expect(documented.flatMap((path) => fenceViolations(path, read(path)))).toEqual([]);
    expect(fenceViolations("a.md", "```typescript\na\n```\n")).toHaveLength(1);
    expect(fenceViolations("a.md", "```ts run\na\n```\n```sh\nls\n```\n")).toEqual([]);
  });

  test("type-check", { timeout: 180_000 }, async () => {
    const { code, output } = await new ExampleFolder("examples", checked).check();
    expect(output).toBe("");
    expect(code).toBe(0);
  });

  const runnable = checked.filter((example) => example.mode === "run");
  test.each(runnable.map((example) => ({ title: titleOf(example), example })))(
    "$title runs",
    { timeout: 30_000 },
    async ({ example }) => {
      const { code, output } = await new ExampleFolder(`example-${runnable.indexOf(example)}`, [example]).run(example);
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    },
  );

  test("that are wrong are found", { timeout: 180_000 }, async () => {
    const page = [
      '```ts\nimport { RaftError } from "@quorate/raft-core";\nexport const e: number = RaftError;\n```',
      "```ts run\nconst n: number = 1;\nprocess.exit(n + 2);\n```",
      "```ts fragment\nnot TypeScript\n```",
    ].join("\n");
    const wrong = examplesOf("wrong.md", page);
    expect(wrong.map(({ line, mode }) => `${line} ${mode}`)).toEqual(["1 check", "5 run", "9 fragment"]);
    const [mistyped, failing] = wrong as [Example, Example];
    const folder = new ExampleFolder("examples-wrong", [mistyped, failing]);
    const { code, output } = await folder.check();
    expect(output).toMatch(/^wrong-md-1\.ts\(2,14\): error TS2322/);
    expect(code).not.toBe(0);
    expect(await folder.run(failing)).toMatchObject({ code: 3 });
  });
});
