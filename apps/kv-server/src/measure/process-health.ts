import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { HealthReport } from "@quorate/dashboard/report";

const resolutionMs = 20;
const stallCheckMs = 250;
const stallMsMin = 200;

/** While a process begins it has much to read and to compile, and nobody to serve. */
const beginningMs = 2000;
const diskIntervalMs = 5000;

/** How this process is: whether it comes to its work, and what it takes of memory and disk. */
export class ProcessHealth {
  readonly #data: string;
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
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
    this.#delay.reset();
    this.#delay.enable();
    void this.#measureDisk();
    this.#diskTimer = setInterval(() => void this.#measureDisk(), diskIntervalMs).unref();
    return () => {
      this.#delay.disable();
      clearInterval(this.#diskTimer);
    };
  }

  report(): HealthReport {
    const { rss: rssBytes, heapUsed: heapBytes } = process.memoryUsage();
    // It measures how long the loop took to come back to a timer of `resolutionMs`.
    const late = (ns: number): number => Math.max(0, Math.round((ns / 1e6 - resolutionMs) * 10) / 10);
    const isEmpty = this.#delay.count === 0;
    const eventLoopP99Ms = isEmpty ? 0 : late(this.#delay.percentile(99));
    const eventLoopMaxMs = isEmpty ? 0 : late(this.#delay.max);
    this.#delay.reset();
    return { eventLoopP99Ms, eventLoopMaxMs, rssBytes, heapBytes, ...this.#disk };
  }

  close(): void {
    clearInterval(this.#stallCheck);
    clearInterval(this.#diskTimer);
    this.#delay.disable();
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
