import { Scheduler, streamsOf } from "@quorate/virtual-time";
import type { CrashModel } from "../../src/disk/crash-model.ts";
import { Disk } from "../../src/disk/disk.ts";
import { SimulatedFileSystem } from "../../src/disk/simulated-file-system.ts";
import { Incarnation } from "../../src/process/incarnation.ts";

/** A machine with a disk, whose processes come and go. */
export class Machine {
  readonly scheduler = new Scheduler();
  readonly disk: Disk;
  readonly #seed: bigint;
  #lives = 0;
  incarnation: Incarnation;
  files: SimulatedFileSystem;

  constructor(seed = 1n) {
    this.#seed = seed;
    this.disk = new Disk(streamsOf(seed)("disk"));
    [this.incarnation, this.files] = this.#boot();
  }

  /** Performs events until `promise` has settled. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (;;) {
      for (let hop = 0; hop < 20; hop += 1) await Promise.resolve();
      if (isSettled) return promise;
      const event = this.scheduler.next();
      if (event === undefined) throw new Error("it will never settle");
      event.action();
    }
  }

  async write(path: string, text: string, offsetBytes = 0): Promise<void> {
    const file = await this.wait(this.files.open(path, "write"));
    await this.wait(file.write([Buffer.from(text)], offsetBytes));
    await this.wait(file.close());
  }

  async sync(path: string): Promise<void> {
    const file = await this.wait(this.files.open(path, "write"));
    await this.wait(file.sync());
    await this.wait(file.close());
  }

  async read(path: string): Promise<string> {
    const file = await this.wait(this.files.open(path, "read"));
    const bytes = new Uint8Array(await this.wait(file.sizeBytes()));
    await this.wait(file.read(bytes, 0));
    await this.wait(file.close());
    return Buffer.from(bytes).toString();
  }

  /** A file of this name and content, durable with its name. */
  async make(path: string, text: string): Promise<void> {
    const file = await this.wait(this.files.open(path, "create"));
    await this.wait(file.write([Buffer.from(text)], 0));
    await this.wait(file.sync());
    await this.wait(file.close());
    await this.wait(this.files.syncDirectory("/"));
  }

  kill(): void {
    this.incarnation.kill();
    this.disk.abandoned();
    [this.incarnation, this.files] = this.#boot();
  }

  losePower(model: CrashModel): void {
    this.incarnation.kill();
    this.disk.crash(model);
    [this.incarnation, this.files] = this.#boot();
  }

  #boot(): [Incarnation, SimulatedFileSystem] {
    this.#lives += 1;
    const incarnation = new Incarnation(this.scheduler, 1, this.#lives);
    const files = new SimulatedFileSystem({
      disk: this.disk,
      incarnation,
      traits: { operationMs: 0.1, syncMs: 1 },
      dice: streamsOf(this.#seed)("latency", String(this.#lives)),
      nowMs: () => this.scheduler.nowMs,
      observe: () => undefined,
    });
    return [incarnation, files];
  }
}
