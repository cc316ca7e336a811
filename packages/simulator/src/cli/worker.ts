import { parentPort, workerData } from "node:worker_threads";
import type { ConfigurationChoices } from "../plan/draw-configuration.ts";
import { drawPlan } from "../plan/plan.ts";
import type { Profile } from "../plan/profile.ts";
import { summaryOf } from "../report/tally.ts";
import { simulate } from "../run/simulate.ts";

/** What a worker plays seeds with. */
export interface WorkerSettings {
  readonly profile: Profile;
  readonly choices: ConfigurationChoices;
}

const { profile, choices } = workerData as WorkerSettings;

parentPort?.on("message", (seed: bigint) => {
  simulate(drawPlan(seed, profile, choices)).then(
    (outcome) => parentPort?.postMessage(summaryOf(outcome), []),
    (error: unknown) => {
      throw error;
    },
  );
});
