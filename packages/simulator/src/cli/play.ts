import { Worker } from "node:worker_threads";
import { seedAfter } from "../engine/seed.ts";
import { drawPlan } from "../plan/plan.ts";
import { type Summary, summaryOf } from "../report/tally.ts";
import { simulate } from "../run/simulate.ts";
import type { Settings } from "./settings.ts";

/** Plays every seed once, one after the other, and tells of each as it ends. Stops early where `tell` returns false. */
async function playHere(settings: Settings, tell: (summary: Summary) => boolean): Promise<void> {
  const { from, seeds, profile, choices } = settings;
  for (let at = 0; at < seeds; at += 1) {
    const outcome = await simulate(drawPlan(seedAfter(from, at), profile, choices));
    if (!tell(summaryOf(outcome))) return;
  }
}

/** The same on several threads; in no particular order. */
async function playOnThreads(settings: Settings, tell: (summary: Summary) => boolean): Promise<void> {
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

export function play(settings: Settings, tell: (summary: Summary) => boolean): Promise<void> {
  return settings.jobs > 1 && settings.seeds > 1 ? playOnThreads(settings, tell) : playHere(settings, tell);
}
