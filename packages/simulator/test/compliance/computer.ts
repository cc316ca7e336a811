import { type Scheduler, streamsOf } from "@quorate/virtual-time";
import type { CrashModel } from "../../src/disk/crash-model.ts";
import { SimulatedFileSystem } from "../../src/disk/simulated-file-system.ts";
import { Incarnation } from "../../src/process/incarnation.ts";
import { TrippingDisk } from "./tripping-disk.ts";

/** A process on a machine with a simulated disk; when the power is lost, the next process. */
export class Computer {
  readonly disk: TrippingDisk;
  readonly #scheduler: Scheduler;
  readonly #name: string;
  #lives = 0;
  #incarnation: Incarnation;
  files: SimulatedFileSystem;

  constructor(scheduler: Scheduler, name: string) {
    this.#scheduler = scheduler;
    this.#name = name;
    this.disk = new TrippingDisk(streamsOf(1n)("disk", name));
    [this.#incarnation, this.files] = this.#boot();
  }

  losePower(model: CrashModel): void {
    this.#incarnation.kill();
    this.disk.crash(model);
    [this.#incarnation, this.files] = this.#boot();
  }

  /** The names below a directory. */
  names(path: string): readonly string[] {
    return this.disk.has(path) ? this.disk.directory(path).names : [];
  }

  bytes(path: string): Uint8Array {
    const file = this.disk.file(path);
    const bytes = new Uint8Array(file.sizeBytes);
    file.read(bytes, 0);
    return bytes;
  }

  /** Durably, as if it had always been so. */
  replace(path: string, bytes: Uint8Array): void {
    const file = this.disk.file(path);
    file.truncate(0);
    file.write(bytes.slice(), 0);
    file.sync(file.changeCount);
  }

  #boot(): [Incarnation, SimulatedFileSystem] {
    this.#lives += 1;
    const incarnation = new Incarnation(this.#scheduler, 1, this.#lives);
    const files = new SimulatedFileSystem({
      disk: this.disk,
      incarnation,
      traits: { operationMs: 0.1, syncMs: 1 },
      dice: streamsOf(1n)("latency", this.#name, String(this.#lives)),
      nowMs: () => this.#scheduler.nowMs,
      observe: () => undefined,
    });
    return [incarnation, files];
  }
}
