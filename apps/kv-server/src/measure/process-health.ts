import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { HealthReport } from "@quorate/dashboard/report";
import { LoopDelay } from "./loop-delay.ts";

const stallCheckMs = 250;
const stallMsMin = 200;

/** While a process begins it has much to read and to compile, and nobody to serve. */
const beginningMs = 2000;
const diskIntervalMs = 5000;

/** How this process is: whether it comes to its work, and what it takes of memory and disk. */
export class ProcessHealth {
  readonly #data: string;
  readonly #delay = new LoopDelay();
  readonly #stallCheck: NodeJS.Timeout;
  #diskTimer: NodeJS.Timeout | undefined;
  #disk: Pick<HealthReport, "logBytes" | "snapshotBytes"> = {};

  /** `stalled` is told of every time for which the process did nothing, be anybody listening or not. */
  constructor(data: string, stalled: (ms: number) => void) {
    this.#data = data;
    const begunMs = performance.now() + beginningMs;
    let dueMs = performance.now() + stallCheckMs;
    this.#stallCheck = setInterval(() => {
      const lateMs = performance.now() - dueMs;
      dueMs = performance.now() + stallCheckMs;
      if (lateMs >= stallMsMin && dueMs > begunMs) stalled(Math.round(lateMs));
    }, stallCheckMs).unref();
  }

  /** From now on until the returned function is called somebody wants reports. */
  watch(): () => void {
    this.#delay.begin();
    void this.#measureDisk();
    this.#diskTimer = setInterval(() => void this.#measureDisk(), diskIntervalMs).unref();
    return () => {
      this.#delay.end();
      clearInterval(this.#diskTimer);
    };
  }

  report(): HealthReport {
    const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
    const { p99Ms: eventLoopP99Ms, maxMs: eventLoopMaxMs } = this.#delay.report();
    return { eventLoopP99Ms, eventLoopMaxMs, rssBytes, heapBytes, ...this.#disk };
  }

  close(): void {
    clearInterval(this.#stallCheck);
    clearInterval(this.#diskTimer);
    this.#delay.end();
  }

  async #measureDisk(): Promise<void> {
    const [logBytes, snapshotBytes] = await Promise.all(
      ["log", "snapshots"].map((name) => sizeOf(join(this.#data, name))),
    );
    this.#disk = { logBytes, snapshotBytes };
  }
}

/** Of all files in `directory`; undefined where they cannot be looked at. One that goes meanwhile has no size. */
async function sizeOf(directory: string): Promise<number | undefined> {
  try {
    const names = await readdir(directory);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(directory, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return undefined;
  }
}
