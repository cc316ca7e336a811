import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { basename, join } from "node:path";
import type { Example } from "./markdown.ts";
import { type Outcome, compile, run, scratchFolder } from "./programs.ts";
import { root, workspaces } from "./workspace.ts";

export function titleOf(example: Example): string {
  return `${example.path}:${example.line}`;
}

/** Where the examples of a set lie as modules, every package of the workspace at hand under its name. */
export class ExampleFolder {
  readonly #folder: string;

  constructor(name: string, examples: readonly Example[]) {
    this.#folder = scratchFolder(name);
    mkdirSync(join(this.#folder, "node_modules/@quorate"), { recursive: true });
    for (const workspace of workspaces) {
      symlinkSync(join(root, workspace.folder), join(this.#folder, "node_modules/@quorate", workspace.name));
    }
    writeFileSync(join(this.#folder, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(this.#folder, "tsconfig.json"), JSON.stringify(configuration()));
    for (const example of examples) writeFileSync(join(this.#folder, fileOf(example)), `${example.code}\nexport {};\n`);
  }

  /** Type-checks all of them at once. */
  check(): Promise<Outcome> {
    return compile(["-p", "tsconfig.json", "--pretty", "false"], this.#folder);
  }

  /** Runs one under Node, in a folder of its own. */
  run(example: Example): Promise<Outcome> {
    // Node strips no types below a folder named node_modules, so they go before.
    const module = join(this.#folder, fileOf(example).replace(/\.ts$/, ".mjs"));
    writeFileSync(module, stripTypeScriptTypes(example.code));
    const cwd = join(this.#folder, `${basename(module)}.run`);
    mkdirSync(cwd);
    return run(process.execPath, [module], cwd);
  }
}

function fileOf(example: Example): string {
  return `${example.path.replaceAll(/[^\w]/g, "-")}-${example.line}.ts`;
}

function configuration(): unknown {
  return {
    extends: join(root, "tsconfig.test.json"),
    compilerOptions: { noUnusedLocals: false, incremental: false, tsBuildInfoFile: null },
    include: ["*.ts"],
    references: [],
  };
}
