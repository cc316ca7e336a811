import { Latency } from "./latency.ts";

const intervalMs = 20;

/** How late the event loop was in the last 5 to 10 s, whoever asks and how often. Measured between `begin` and `end`. */
export class LoopDelay {
  readonly #now: () => number;
  #latency: Latency;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#latency = new Latency(now);
  }

  /** Forgets what was before. */
  begin(): void {
    this.end();
    // What Node itself measures (`monitorEventLoopDelay`) cannot be forgotten half by half.
    const latency = new Latency(this.#now);
    this.#latency = latency;
    let dueMs = this.#now() + intervalMs;
    this.#timer = setInterval(() => {
      const nowMs = this.#now();
      latency.record(Math.max(0, nowMs - dueMs));
      dueMs = nowMs + intervalMs;
    }, intervalMs).unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  report(): { readonly p99Ms: number; readonly maxMs: number } {
    const { p99Ms, maxMs } = this.#latency.report();
    return { p99Ms: rounded(p99Ms), maxMs: rounded(maxMs) };
  }
}

/** To a tenth of a millisecond: timers are no more exact. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
