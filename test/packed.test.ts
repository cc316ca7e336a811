import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, run, scratchFolder } from "./tidy/programs.ts";
import { type Manifest, root, workspaces } from "./tidy/workspace.ts";

const [core] = workspaces.filter((workspace) => workspace.name === "raft-core");

/** The files that a target of `publishConfig.exports` names. */
function targetsOf(manifest: Manifest): readonly string[] {
  return Object.values(manifest.publishConfig?.exports ?? {}).flatMap((target) =>
    typeof target === "object" && target !== null ? Object.values(target).map(String) : [],
  );
}

test(
  "a packed package has the files that its exports name, and loads without the workspace",
  { timeout: 180_000 },
  async () => {
    if (core === undefined) throw new Error("packages/raft-core is not there");
    const source = join(root, core.folder);
    expect(await compile(["-b"], source)).toEqual({ code: 0, output: "" });

    const folder = scratchFolder("packed");
    const packed = await run("npm", ["pack", source, "--ignore-scripts", "--silent", "--offline"], folder);
    expect(packed.code).toBe(0);
    const archive = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "no archive";
    const installed = join(folder, "node_modules/@quorate/raft-core");
    mkdirSync(installed, { recursive: true });
    const unpacked = await run("tar", ["-xzf", archive, "--strip-components=1", "-C", installed], folder);
    expect(unpacked).toEqual({ code: 0, output: "" });

    expect(readdirSync(join(installed, "dist")).filter((name) => name.startsWith("."))).toEqual([]);
    const targets = targetsOf(core.manifest);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect(readFileSync(join(installed, target), "utf8")).not.toBe("");

    // As pnpm does when it publishes.
    const published = { ...core.manifest, exports: core.manifest.publishConfig?.exports };
    writeFileSync(join(installed, "package.json"), JSON.stringify(published));
    writeFileSync(
      join(folder, "use.mjs"),
      'import { RaftError } from "@quorate/raft-core"; console.log(RaftError.name);',
    );
    expect(await run(process.execPath, ["use.mjs"], folder)).toEqual({ code: 0, output: "RaftError\n" });
  },
);
