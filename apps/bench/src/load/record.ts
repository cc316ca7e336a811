import type { Operation } from "./operations.ts";
import { Samples, monotonicUs } from "./sample.ts";

/** What a load has come to so far. */
export class LoadRecord {
  readonly samples: Samples = new Samples();
  readonly errors: Record<string, number> = {};
  done = 0;
  failed = 0;
  /** Those that were due and not begun. */
  skipped = 0;
  /** The latest begin of an operation that has succeeded; 0 for none. */
  acknowledgedUs = 0;

  add(begunUs: number, failure: string | undefined): void {
    this.samples.add(begunUs, monotonicUs() - begunUs, failure === undefined);
    this.done += 1;
    if (failure === undefined) {
      if (begunUs > this.acknowledgedUs) this.acknowledgedUs = begunUs;
      return;
    }
    this.failed += 1;
    this.errors[failure] = (this.errors[failure] ?? 0) + 1;
  }

  omit(dueUs: number): void {
    this.samples.omit(dueUs);
    this.skipped += 1;
  }
}

/** `total` operations by `callers`, each of which begins the next one when it has its answer. */
export async function closedLoop(
  perform: Operation,
  { callers, total, record }: { readonly callers: number; readonly total: number; readonly record: LoadRecord },
): Promise<void> {
  let next = 0;
  const caller = async (own: number): Promise<void> => {
    while (next < total) {
      const number = next;
      next += 1;
      const begunUs = monotonicUs();
      record.add(begunUs, await perform(own, number));
    }
  };
  await Promise.all(Array.from({ length: Math.min(callers, total) }, (_, i) => caller(i)));
}

export interface OpenLoopOptions {
  readonly paceMs: number;
  readonly signal: AbortSignal;
  readonly record: LoadRecord;
  /** While so many have no answer, what is due is not begun. */
  readonly underWayMax?: number;
}

/**
 * An operation every `paceMs`, whatever those before have come to, until `signal` aborts and all have been answered. It
 * counts from when it was due: what waited because this process was not in time has waited all the same.
 */
export async function openLoop(
  perform: Operation,
  { paceMs, signal, record, underWayMax = 50_000 }: OpenLoopOptions,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const startedUs = monotonicUs();
  let number = 0;
  const beginDue = (): void => {
    const due = 1 + Math.floor((monotonicUs() - startedUs) / 1000 / paceMs);
    for (; number < due; number += 1) {
      const dueUs = startedUs + number * paceMs * 1000;
      if (underWay.size >= underWayMax) {
        record.omit(dueUs);
        continue;
      }
      const one = perform(number, number).then((failure) => {
        underWay.delete(one);
        record.add(dueUs, failure);
      });
      underWay.add(one);
    }
  };
  const timer = setInterval(beginDue, Math.max(1, paceMs));
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  clearInterval(timer);
  await Promise.all(underWay);
}
