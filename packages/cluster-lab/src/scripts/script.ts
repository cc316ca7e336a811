import type { Lab } from "../lab.ts";
import type { Action } from "../session/action.ts";
import type { GivenOptions } from "../session/options.ts";

/** One step of a script: what is done, and then what is waited for. */
export type ScriptStep = {
  /** A key for the words that go with it. */
  readonly name: string;
  readonly actions: (lab: Lab) => readonly Action[];
} & (
  | {
      readonly until: (lab: Lab) => boolean;
      /** It comes about within this time, whatever the seed. */
      readonly withinMs: number;
    }
  | { readonly lastsMs: number }
);

/** Something that happens to a cluster, in steps; the same whatever the seed. */
export interface Script {
  readonly name: string;
  readonly nodes: number;
  readonly options: GivenOptions;
  readonly steps: readonly ScriptStep[];
}

/** Plays one step; stops at a violation. Throws where an action is refused, or what is waited for does not come. */
export async function playStep(lab: Lab, step: ScriptStep): Promise<void> {
  const { name } = step;
  for (const action of step.actions(lab)) {
    const refusal = await lab.act(action);
    if (refusal !== undefined) throw new Error(`step ${name}: ${action.type} was refused: ${refusal.reason}`);
  }
  if ("lastsMs" in step) return void (await lab.runUntil(lab.nowMs + step.lastsMs));
  const { until, withinMs } = step;
  const hasCome = await lab.runUntilTrue(until, withinMs);
  if (!hasCome && lab.violation === undefined) throw new Error(`step ${name}: did not come about in ${withinMs} ms`);
}

/** Plays all of it. */
export async function playScript(lab: Lab, { steps }: Script): Promise<void> {
  for (const step of steps) {
    if (lab.violation !== undefined) return;
    await playStep(lab, step);
  }
}
