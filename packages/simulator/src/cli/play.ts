import { Worker } from "node:worker_threads";
import { seedAfter } from "@quorate/virtual-time";
import type { Hooks } from "../process/hooks.ts";
import { drawPlan } from "../plan/plan.ts";
import { type Summary, summaryOf } from "../report/tally.ts";
import { simulate } from "../run/simulate.ts";
import type { Settings } from "./settings.ts";

/** Hears of each run as it ends; false: that is enough. */
type Tell = (summary: Summary) => boolean;

/** Plays every seed once, one after the other. */
async function playHere(settings: Settings, tell: Tell, hooks: Hooks | undefined): Promise<void> {
  const { from, seeds, profile, choices } = settings;
  for (let at = 0; at < seeds; at += 1) {
    const outcome = await simulate(drawPlan(seedAfter(from, at), profile, choices), { hooks });
    if (!tell(summaryOf(outcome))) return;
  }
}

/** The same on several threads; in no particular order. */
async function playOnThreads(settings: Settings, tell: Tell): Promise<void> {
  const { from, seeds, profile, choices, jobs } = settings;
  const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  let next = 0;
  const playThread = async (): Promise<void> => {
    const worker = new Worker(new URL(file, import.meta.url), { workerData: { profile, choices } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const give = (): void => {
      if (next >= seeds) return resolve();
      worker.postMessage(seedAfter(from, next), []);
      next += 1;
    };
    worker.on("error", reject);
    worker.on("message", (summary: Summary) => {
      if (!tell(summary)) next = seeds;
      give();
    });
    give();
    try {
      await promise;
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, seeds) }, playThread));
}

/** Plays every seed once; on several threads where that is asked for, unless there are hooks, which no thread can send. */
export function play(settings: Settings, tell: Tell, hooks?: Hooks): Promise<void> {
  const isSpread = settings.jobs > 1 && settings.seeds > 1 && hooks === undefined;
  return isSpread ? playOnThreads(settings, tell) : playHere(settings, tell, hooks);
}
