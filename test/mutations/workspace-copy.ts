import { rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, sep } from "node:path";
import { root } from "../tidy/workspace.ts";
import { type Mutation, applyTo } from "./mutation.ts";

const COPIED = ["packages", "package.json", "tsconfig.base.json", "vitest.config.ts", "test/tidy/quiet-run.ts"];
const LEFT_OUT = new Set(["dist", ".turbo", ".cache"]);

/** What was killed a moment ago may still be writing. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 } as const;

/** A copy of the workspace, so that faults are never planted in the repository itself. */
export class WorkspaceCopy implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    process.once("exit", this.#remove);
  }

  /** Copies the sources and their tests; what is installed is linked, but the packages find each other's copies. */
  static async make(): Promise<WorkspaceCopy> {
    const copy = new WorkspaceCopy(await realpath(await mkdtemp(join(tmpdir(), "quorate-mutate-"))));
    try {
      for (const name of COPIED) {
        const filter = (path: string): boolean => !LEFT_OUT.has(basename(path));
        await cp(join(root, name), join(copy.folder, name), { recursive: true, verbatimSymlinks: true, filter });
      }
      await copy.#linkInstalled();
      await copy.#checkLinks();
      return copy;
    } catch (error) {
      await copy[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs `work` while the fault is planted. */
  async with<T>(mutation: Mutation, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, mutation.file);
    const text = await readFile(path, "utf8");
    await writeFile(path, applyTo(text, mutation));
    try {
      return await work();
    } finally {
      await writeFile(path, text);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.removeListener("exit", this.#remove);
    await rm(this.folder, REMOVAL);
  }

  /** Also where the program is ended in the middle. */
  readonly #remove = (): void => rmSync(this.folder, REMOVAL);

  /** The folder itself is real: caches are written into it. */
  async #linkInstalled(): Promise<void> {
    await mkdir(join(this.folder, "node_modules"));
    const names = await readdir(join(root, "node_modules"));
    for (const name of names.filter((each) => each === ".pnpm" || !each.startsWith("."))) {
      await symlink(join(root, "node_modules", name), join(this.folder, "node_modules", name));
    }
  }

  /** Else a fault would be planted in one place, and another be tested. */
  async #checkLinks(): Promise<void> {
    for (const name of await readdir(join(this.folder, "packages"))) {
      const links = join(this.folder, "packages", name, "node_modules/@quorate");
      for (const link of await readdir(links).catch(() => [])) {
        const target = await realpath(join(links, link));
        if (!target.startsWith(join(this.folder, "packages") + sep)) {
          throw new Error(`packages/${name} would be tested against ${target}, outside of the copy`);
        }
      }
    }
  }
}
