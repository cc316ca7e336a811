import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockHolder, nodeFileSystem } from "@quorate/file-system";
import type { FileLock } from "@quorate/raft-core";

const prefix = "quorate-chaos-";

/** Held by the runner, and there until it is decided what becomes of the directory. */
const mark = "RUNNER";

/** The directory of a run, in the folder for temporary files. */
export class RunDirectory {
  readonly path: string;
  readonly #lock: FileLock;

  private constructor(path: string, lock: FileLock) {
    this.path = path;
    this.#lock = lock;
  }

  static async create(): Promise<RunDirectory> {
    const path = await mkdtemp(join(tmpdir(), prefix));
    return new RunDirectory(path, await nodeFileSystem.lock(join(path, mark)));
  }

  /** It is for whoever looks at it from now on. */
  async keep(): Promise<void> {
    await this.#lock.release();
    await rm(join(this.path, mark));
  }

  async remove(): Promise<void> {
    await this.#lock.release();
    await rm(this.path, { recursive: true, force: true });
  }
}

/** What a runner has left that was ended before it could decide. */
export interface Leftover {
  readonly path: string;
  /** When something was last made in it. */
  readonly changedAt: Date;
  /** The run itself came to its end, and its record can be checked. */
  readonly hasRecord: boolean;
}

/**
 * Directories of runs whose runner is gone and has not said whether they held, oldest first. They are not removed: such a
 * run was never judged, and may have been ended because something was wrong.
 */
export async function leftovers(): Promise<readonly Leftover[]> {
  const folder = tmpdir();
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  const found = await Promise.all(names.map((name) => leftoverAt(join(folder, name))));
  return found.filter((each) => each !== undefined).toSorted((a, b) => a.changedAt.getTime() - b.changedAt.getTime());
}

async function leftoverAt(path: string): Promise<Leftover | undefined> {
  const file = join(path, mark);
  try {
    const { mtime: changedAt } = await stat(file);
    if ((await lockHolder(file)) !== undefined) return undefined;
    return { path, changedAt, hasRecord: existsSync(join(path, "record.json")) };
  } catch (error) {
    // One that was decided on, or belongs to somebody else.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "EACCES" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

export function leftoverInWords({ path, changedAt, hasRecord }: Leftover): string {
  const advice = hasRecord ? `--check ${path} judges it` : "look at it, or remove it";
  return `left by a run of ${changedAt.toISOString()} that was ended before it was judged: ${path} (${advice})`;
}
