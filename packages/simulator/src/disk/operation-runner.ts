import type { Dice } from "@quorate/virtual-time";
import type { Incarnation } from "../process/incarnation.ts";
import type { Disk, DiskOperation } from "./disk.ts";
import { DiskError } from "./disk-error.ts";

/** How long a disk takes when nothing is wrong with it. */
export interface DiskTraits {
  readonly operationMs: number;
  readonly syncMs: number;
}

export interface Operation<T> {
  readonly type: DiskOperation;
  readonly doing: string;
  /** The operation is asked for, or its turn in its lane has come. */
  begin?(): void;
  /** Takes effect, or throws. */
  perform(): T;
  /** What an I/O error leaves behind. */
  fail?(): void;
  /** What is left behind if the process dies meanwhile. */
  interrupt?(): void;
}

/** Watches, and may end the process at, every call that a process makes of its disk. */
export type OperationObserver = (type: DiskOperation, doing: string, error: unknown) => void;

export interface RunnerOptions {
  readonly disk: Disk;
  readonly incarnation: Incarnation;
  readonly traits: DiskTraits;
  readonly dice: Dice;
  readonly nowMs: () => number;
  /** An operation has ended, well or not. */
  observe: OperationObserver;
}

/** How often an operation that hangs looks whether it may go on: a disk can be healed before its time. */
const HUNG_LOOK_MS = 50;

/** Never settles: what a dead process is told. */
function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}

/** Lets operations take their time, and fail. One lane for each file handle: its operations go one after the other. */
export class OperationRunner {
  readonly options: RunnerOptions;

  constructor(options: RunnerOptions) {
    this.options = options;
  }

  lane(): Lane {
    return new Lane(this.options);
  }

  /** An operation that waits for no other one. */
  run<T>(operation: Operation<T>): Promise<T> {
    return this.lane().run(operation);
  }
}

interface Waiting {
  begin(): void;
}

export class Lane {
  readonly #options: RunnerOptions;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  run<T>(operation: Operation<T>): Promise<T> {
    const { incarnation } = this.#options;
    if (!incarnation.alive) return never();
    return new Promise<T>((resolve, reject) => {
      const begin = (): void => this.#begin(operation, resolve, reject);
      if (!this.#busy) return begin();
      incarnation.pending += 1;
      this.#waiting.push({
        begin: () => {
          incarnation.pending -= 1;
          begin();
        },
      });
    });
  }

  #begin<T>(operation: Operation<T>, resolve: (value: T) => void, reject: (reason: unknown) => void): void {
    const { disk, incarnation } = this.#options;
    this.#busy = true;
    operation.begin?.();
    const ended = disk.begin(() => operation.interrupt?.());
    const end = (): void => {
      if (this.#isHung(operation)) {
        incarnation.post(Math.min(disk.hungUntilMs - this.#options.nowMs(), HUNG_LOOK_MS), "disk", end);
        return;
      }
      ended();
      this.#end(operation, resolve, reject);
      this.#busy = false;
      this.#waiting.shift()?.begin();
    };
    incarnation.post(this.#drawDelayMs(operation.type), "disk", end);
  }

  #end<T>(operation: Operation<T>, resolve: (value: T) => void, reject: (reason: unknown) => void): void {
    const { disk, observe } = this.#options;
    try {
      if (disk.fails(operation.type)) {
        operation.fail?.();
        throw new DiskError("EIO", operation.doing);
      }
      const value = operation.perform();
      observe(operation.type, operation.doing, undefined);
      resolve(value);
    } catch (error) {
      observe(operation.type, operation.doing, error);
      reject(error);
    }
  }

  #isHung({ type }: Operation<unknown>): boolean {
    const { disk, nowMs } = this.#options;
    return (type === "sync" || type === "sync-directory") && disk.hungUntilMs > nowMs();
  }

  #drawDelayMs(type: DiskOperation): number {
    const { disk, dice, traits } = this.#options;
    const isSync = type === "sync" || type === "sync-directory";
    return disk.slowness * dice.exponential(isSync ? traits.syncMs : traits.operationMs);
  }
}
