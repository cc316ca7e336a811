import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Job } from "../enclosed.ts";
import { spawnEnclosed } from "../world/enclosure.ts";
import { endingOf } from "../world/ending.ts";
import type { Ending } from "../world/ending.ts";

const module = join(import.meta.dirname, "../enclosed.ts");

/** A run in an enclosure of its own. */
export class EnclosedRun {
  /** How it ended; everything that it has made is gone by then, but its directory. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;

  constructor(job: Job, { isQuiet }: { readonly isQuiet: boolean }) {
    this.#child = spawnEnclosed(module, [JSON.stringify(job)], isQuiet ? "ignore" : "inherit");
    this.ended = endingOf(this.#child);
  }

  /** At once. */
  stop(): void {
    if (this.#child.connected) this.#child.send({ type: "stop" });
  }

  /** For one that does not hear. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
