import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../cli/settings.ts";
import { fileSystemOf, memoryFileSystems } from "../machine/file-system.ts";
import { Children } from "./children.ts";

export interface GroundOptions {
  /** Where the scratch directory is made; by default that for temporary files. */
  readonly within?: string | undefined;
  /** What is under way, again and again; each time instead of what was said before. A step is not to be left out. */
  readonly progress: (text: string, kind?: "step") => void;
  /** Told of what takes the meaning from the figures. */
  readonly warn: (text: string) => void;
}

/** What a measurement stands on. Whoever opens one closes it, however the measurement ended. */
export class Ground {
  /** On a disk; removed with everything in it. */
  readonly directory: string;
  readonly children: Children = new Children();
  readonly progress: GroundOptions["progress"];
  readonly #stopping = new AbortController();

  private constructor(directory: string, progress: GroundOptions["progress"]) {
    this.directory = directory;
    this.progress = progress;
  }

  /** Rejects with a UsageError where no directory can be made in `within`. */
  static async open({ within = tmpdir(), progress, warn }: GroundOptions): Promise<Ground> {
    const fileSystem = await fileSystemOf(within);
    if (fileSystem !== undefined && memoryFileSystems.has(fileSystem)) {
      warn(
        `${within} is a ${fileSystem}: nothing is durable there and no sync takes time; remedy: --directory on a disk`,
      );
    }
    try {
      return new Ground(await mkdtemp(join(within, "quorate-bench-")), progress);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`no directory can be made in ${within}: ${reason}; remedy: --directory where one can`);
    }
  }

  /** Aborts when the run is to be stopped: whatever waits must reject then. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Ends every process at once, so that whatever waits for one comes to its end. */
  async stop(reason: Error): Promise<void> {
    this.#stopping.abort(reason);
    await this.children.endAll();
  }

  /** No process is left, and no file. */
  async close(): Promise<void> {
    await this.children.endAll();
    await rm(this.directory, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
