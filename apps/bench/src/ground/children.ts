import { spawn } from "node:child_process";
import type { ChildProcess, SpawnOptions } from "node:child_process";
import { once } from "node:events";

/** How a process ended: exactly one of the two is there. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Every process that a measurement starts. None outlives `endAll`, and none this process, even if that is killed. */
export class Children {
  readonly #running = new Map<ChildProcess, Promise<Ending>>();
  #isOver = false;

  /**
   * On Linux the kernel ends it with this process. In a session of its own: a Ctrl-C is not for it. Throws when
   * everything is being ended; a command that cannot be run shows in `ended`.
   */
  start(
    command: string,
    args: readonly string[],
    options: SpawnOptions,
  ): { child: ChildProcess; ended: Promise<Ending> } {
    if (this.#isOver) throw new Error(`${command} is not started: the run is being ended`);
    const [first = command, ...rest] = [...withParent, command, ...args];
    const child = spawn(first, rest, { ...options, detached: true });
    const ended = endingOf(child).finally(() => this.#running.delete(child));
    this.#running.set(child, ended);
    // Who started it may not look at its end any more.
    ended.catch(() => undefined);
    return { child, ended };
  }

  /** As `kill -9`, each by its id. Resolves when all have ended; idempotent. */
  async endAll(): Promise<void> {
    this.#isOver = true;
    const running = [...this.#running];
    for (const [child] of running) child.kill("SIGKILL");
    await Promise.allSettled(running.map(([, ended]) => ended));
  }
}

/** `setpriv` becomes the command, under the same process id. */
const withParent: readonly string[] = process.platform === "linux" ? ["setpriv", "--pdeathsig", "SIGKILL"] : [];

async function endingOf(child: ChildProcess): Promise<Ending> {
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
