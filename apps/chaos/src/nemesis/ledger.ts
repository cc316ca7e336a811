import type { StruckProcess } from "../check/record.ts";
import type { Kind } from "../plan/fault.ts";

/** What became of a fault that was planned. */
export type FaultOutcome = "installed" | "skipped";

export interface FaultCount {
  readonly planned: number;
  readonly installed: number;
}

export interface RunEvent {
  /** After the start of the run. */
  readonly atMs: number;
  readonly what: string;
  readonly text: string;
}

/** What happens in a run, told as it happens, and counted. */
export class Ledger {
  readonly events: RunEvent[] = [];
  readonly struck: StruckProcess[] = [];
  readonly #print: (line: string) => void;
  #startedMs = performance.now();
  readonly #counts = new Map<Kind, { planned: number; installed: number }>();

  constructor(print: (line: string) => void, planned: readonly Kind[]) {
    this.#print = print;
    for (const kind of planned) {
      const count = this.#counts.get(kind) ?? { planned: 0, installed: 0 };
      this.#counts.set(kind, { ...count, planned: count.planned + 1 });
    }
  }

  /** Time counts from here on. */
  begin(): void {
    this.#startedMs = performance.now();
  }

  get nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  get counts(): Readonly<Partial<Record<Kind, FaultCount>>> {
    return Object.fromEntries(this.#counts);
  }

  installed(kind: Kind): void {
    const count = this.#counts.get(kind);
    if (count !== undefined) count.installed += 1;
  }

  tell(what: string, text: string): void {
    const atMs = Math.round(this.nowMs);
    this.events.push({ atMs, what, text });
    this.#print(`${(atMs / 1000).toFixed(1).padStart(7)} s  ${what.padEnd(9)}  ${text}`);
  }
}
