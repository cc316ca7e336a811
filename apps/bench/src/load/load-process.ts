import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Ground } from "../ground/ground.ts";
import type { System } from "../systems/system.ts";
import type { LoadJob, LoadMessage } from "./job.ts";
import { samplesOf } from "./sample.ts";
import type { Sample } from "./sample.ts";

type Progress = Extract<LoadMessage, { type: "progress" }>;

const complaintBytesMax = 4096;

/** A load generator's process, from outside: see `job.ts`. */
export class LoadProcess {
  readonly pid: number;
  readonly #job: LoadJob;
  readonly #tell: (line: string) => void;
  readonly #hangUp: () => void;
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<Readonly<Record<string, number>>>();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly ended: Promise<void>;

  private constructor(system: System, ground: Ground, job: LoadJob) {
    this.#job = job;
    const { command, args } = system.loadCommand(job);
    const { child, ended } = ground.children.start(command, args, { stdio: "pipe" });
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("a child with pipes has them");
    this.pid = child.pid ?? 0;
    // Whoever writes to one that has ended learns that from its end.
    stdin.on("error", () => undefined);
    this.#tell = (line) => void stdin.write(`${line}\n`);
    this.#hangUp = () => void stdin.end();
    let complaint = "";
    stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-complaintBytesMax);
    });
    createInterface({ input: stdout }).on("line", (line) => this.#hear(JSON.parse(line) as LoadMessage));
    for (const { promise } of [this.#ready, this.#done]) promise.catch(() => undefined);
    this.ended = this.#watch(ended, () => complaint);
  }

  /** Resolves when everything is prepared and the load may begin. Rejects where it cannot be, in the generator's words. */
  static async open(system: System, ground: Ground, job: LoadJob): Promise<LoadProcess> {
    const load = new LoadProcess(system, ground, job);
    await load.#ready.promise;
    return load;
  }

  begin(): void {
    this.#tell("go");
  }

  /** Of a load with a pace: begins no more operations. */
  stop(): void {
    this.#tell("stop");
  }

  /** Calls `listener` until the returned function is called. */
  on(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when it is over, with its errors by code; the process still runs. Rejects where it has ended before. */
  done(): Promise<Readonly<Record<string, number>>> {
    return this.#done.promise;
  }

  /** Once it is over. */
  async samples(): Promise<Iterable<Sample>> {
    return samplesOf(await readFile(this.#job.samples));
  }

  async close(): Promise<void> {
    this.#hangUp();
    await this.ended;
  }

  #hear(message: LoadMessage): void {
    if (message.type === "ready") this.#ready.resolve();
    else if (message.type === "done") this.#done.resolve(message.errors);
    else for (const listener of this.#listeners) listener(message);
  }

  async #watch(ended: Promise<unknown>, complaint: () => string): Promise<void> {
    let reason = "";
    try {
      await ended;
    } catch (error) {
      reason = String(error);
    }
    const failure = new Error(`the load generator has ended before its time: ${reason}${complaint()}`);
    // They are settled where it has ended at its time.
    this.#ready.reject(failure);
    this.#done.reject(failure);
  }
}
