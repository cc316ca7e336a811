import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  changesetViolations,
  exportViolations,
  manifestViolations,
  readChangesetConfig,
  versionViolations,
} from "./tidy/manifests.ts";
import { type Manifest, type Workspace, read, root, workspaces } from "./tidy/workspace.ts";

const exists = (path: string): boolean => existsSync(join(root, path));
const manifests = workspaces.map((workspace) => workspace.manifest);

const sound: Manifest = {
  name: "@quorate/sound",
  version: "1.0.0",
  description: "Sound",
  license: "Apache-2.0",
  type: "module",
  sideEffects: false,
  files: ["dist", "!dist/.tsbuildinfo", "src", "README.md"],
  engines: { node: ">=22" },
  exports: { ".": "./src/index.ts" },
  publishConfig: {
    access: "public",
    provenance: true,
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  },
};

const workspaceOf = (manifest: Manifest): Workspace => ({
  kind: "package",
  name: "sound",
  folder: "packages/sound",
  manifest,
  sources: [],
  tests: [],
});

describe("package.json", () => {
  test.each(workspaces)("of $folder has what each must have", (workspace) => {
    expect(manifestViolations(workspace, exists)).toEqual([]);
  });

  test("a sound one passes", () => {
    expect(manifestViolations(workspaceOf(sound), () => true)).toEqual([]);
  });

  test.each(["name", "description", "license", "type", "sideEffects", "files", "engines", "publishConfig"] as const)(
    "one without %s is found",
    (field) => {
      const { [field]: _, ...rest } = sound;
      expect(manifestViolations(workspaceOf(rest), () => true)).not.toEqual([]);
    },
  );
});

test.each(
  workspaces.flatMap(({ folder, manifest }) =>
    Object.values(manifest.bin ?? {}).map((target) => target.replace("./dist/", `${folder}/src/`).replace(/js$/, "ts")),
  ),
)("the first line of %s asks no more than every env understands: some know no -S", (module) => {
  expect(read(module).split("\n", 1)).toEqual(["#!/usr/bin/env node"]);
});

test("the README installs with the pnpm that the workspace names", () => {
  const { packageManager } = JSON.parse(read("package.json")) as { readonly packageManager: string };
  const named = [...read("README.md").matchAll(/pnpm@[\d.]+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(new Set(named)).toEqual(new Set([packageManager]));
});

describe("exports and publishConfig.exports", () => {
  test.each<[string, Manifest]>([
    ["a subpath that is not published", { ...sound, exports: { ...sound.exports, "./b": "./src/b.ts" } }],
    ["a published subpath that is not exported", { ...sound, exports: {} }],
    ["an export that is not from src", { ...sound, exports: { ".": "./lib/index.ts" } }],
    ["an export of another module than is published", { ...sound, exports: { ".": "./src/other.ts" } }],
    [
      "a style sheet that is published from elsewhere",
      { ...sound, exports: { ...sound.exports, "./a.css": "./src/a.css" } },
    ],
    ["a command without a source", { ...sound, bin: { sound: "./bin/sound.js" } }],
  ])("disagree: %s", (_, manifest) => {
    expect(exportViolations("packages/sound", manifest, () => true)).toHaveLength(1);
  });

  test("name files that are there", () => {
    expect(exportViolations("packages/sound", sound, () => false)).toHaveLength(1);
    expect(
      exportViolations("packages/sound", { ...sound, bin: { sound: "./dist/main.js" } }, () => false),
    ).toHaveLength(2);
  });
});

describe("releases", () => {
  test("every package has the same version", () => {
    expect(versionViolations(manifests)).toEqual([]);
    expect(versionViolations([sound, { ...sound, version: "1.0.1" }])).toEqual(["versions differ: 1.0.0, 1.0.1"]);
  });

  test("changesets releases every public package in one fixed group", () => {
    expect(changesetViolations(readChangesetConfig(), manifests)).toEqual([]);
    expect(changesetViolations({ fixed: [["@quorate/other-*"]] }, [sound])).toEqual([
      "@quorate/sound is not in the fixed group",
    ]);
    expect(changesetViolations({ fixed: [["@quorate/other-*"]] }, [{ ...sound, private: true }])).toEqual([]);
    expect(changesetViolations({ fixed: [["@quorate/*"], ["others"]] }, [sound])).toHaveLength(1);
  });
});
