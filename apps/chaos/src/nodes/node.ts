import { setTimeout as pause } from "node:timers/promises";
import { exitCannotStart, exitFailed } from "../world/ending.ts";
import type { Ending } from "../world/ending.ts";
import { ServerProcess } from "./server-process.ts";
import type { Resources, ServerProcessOptions } from "./server-process.ts";

const restartAfterMs = 400;
const stopTimeoutMs = 20_000;
/** How long after a fault of its disk a process may still end because of it. */
const excuseLingersMs = 5000;

/** How a process came to its end, and whether the run has ended it. */
export interface Fate {
  readonly by: "itself" | "run";
  readonly ending: Ending;
}

export interface NodeWatcher {
  /** A process has ended because its disk was made to fail, as it should; it is started again. */
  gaveUp(node: Node, ending: Ending): void;
  /** A process has ended that nobody has ended and whose disk worked; it is started again. */
  ended(node: Node, ending: Ending): void;
}

/** A node of the cluster, with its directory: a process, when it is up, that is started again when it gives up. */
export class Node {
  readonly id: string;
  readonly url: string;
  readonly directory: string;
  readonly #options: ServerProcessOptions;
  readonly #watcher: NodeWatcher;
  #process: ServerProcess | undefined;
  #fate: PromiseWithResolvers<Fate> | undefined;
  #isServing = false;
  #isPaused = false;
  /** Faults of the disk that are under way. */
  #excuses = 0;
  #excusedUntilMs = 0;
  #isTraced = false;
  #isMoved = false;
  /** It is to be down. */
  #isHeldDown = true;
  #restarting: Promise<void> | undefined;

  constructor(id: string, url: string, options: ServerProcessOptions, watcher: NodeWatcher) {
    this.id = id;
    this.url = url;
    this.directory = options.directory;
    this.#options = options;
    this.#watcher = watcher;
  }

  /** A process is there and serves, or stands still while it does. */
  get isUp(): boolean {
    return this.#process !== undefined && this.#isServing;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Something traces its process, and nothing else can. */
  get isTraced(): boolean {
    return this.#isTraced;
  }

  /** Something changes what it is to the cluster, and nothing else should. */
  get isMoved(): boolean {
    return this.#isMoved;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** What becomes of the process that is there now; undefined where none is. */
  get fate(): Promise<Fate> | undefined {
    return this.#fate?.promise;
  }

  /** Resolves when it serves, or when its process has ended again, which the watcher was told. */
  async start(): Promise<void> {
    this.#isHeldDown = false;
    if (this.#process !== undefined) return;
    const started = new ServerProcess(this.#options);
    this.#process = started;
    this.#fate = Promise.withResolvers<Fate>();
    this.#isServing = false;
    void started.ended.then((ending) => this.#onEnd(started, ending));
    await started.serving;
    if (this.#process === started) this.#isServing = true;
  }

  /** As `kill -9`; it stays down until it is started. */
  async kill(): Promise<void> {
    this.#isHeldDown = true;
    const running = this.#process;
    running?.signal("SIGKILL");
    await running?.ended;
    await this.#restarting;
  }

  pause(): boolean {
    this.#isPaused = this.#process?.signal("SIGSTOP") === true;
    return this.#isPaused;
  }

  resume(): void {
    if (this.#isPaused) this.#process?.signal("SIGCONT");
    this.#isPaused = false;
  }

  /** Until what is returned is called, and a while longer, it may end by itself. */
  excuse(): () => void {
    this.#excuses += 1;
    return () => {
      this.#excuses -= 1;
      this.#excusedUntilMs = performance.now() + excuseLingersMs;
    };
  }

  /** Nothing else is to trace its process until what is returned is called. */
  trace(): () => void {
    this.#isTraced = true;
    return () => {
      this.#isTraced = false;
    };
  }

  /** Nothing else is to change what it is to the cluster until what is returned is called. */
  move(): () => void {
    this.#isMoved = true;
    return () => {
      this.#isMoved = false;
    };
  }

  /** In order, with SIGTERM. Resolves with how it ended; undefined where it was not up. */
  async stop(): Promise<Ending | undefined> {
    this.#isHeldDown = true;
    await this.#restarting;
    const running = this.#process;
    if (running === undefined) return undefined;
    running.signal("SIGTERM");
    const timer = setTimeout(() => running.signal("SIGKILL"), stopTimeoutMs);
    const ending = await running.ended;
    clearTimeout(timer);
    return ending;
  }

  async resources(): Promise<Resources | undefined> {
    return this.isUp ? this.#process?.resources() : undefined;
  }

  get #isExcused(): boolean {
    return this.#excuses > 0 || performance.now() < this.#excusedUntilMs;
  }

  #onEnd(ended: ServerProcess, ending: Ending): void {
    if (this.#process !== ended) return;
    this.#fate?.resolve({ by: this.#isHeldDown ? "run" : "itself", ending });
    this.#process = undefined;
    this.#fate = undefined;
    this.#isServing = false;
    this.#isPaused = false;
    if (this.#isHeldDown) return;
    const isOwnCode = ending.code === exitFailed || ending.code === exitCannotStart;
    if (this.#isExcused && isOwnCode) this.#watcher.gaveUp(this, ending);
    else this.#watcher.ended(this, ending);
    this.#restarting = this.#restart();
  }

  async #restart(): Promise<void> {
    await pause(restartAfterMs);
    if (!this.#isHeldDown) void this.start();
  }
}
