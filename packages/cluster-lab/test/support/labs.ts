import type { NodeView } from "@quorate/drawing";
import { type Action, type GivenOptions, Lab } from "../../src/index.ts";

/** Logs with which three nodes have met before. */
export const metBefore = {
  logs: { n1: { term: 1, terms: [1] }, n2: { term: 1, terms: [1] }, n3: { term: 1, terms: [1] } },
} as const satisfies GivenOptions;

/** A lab whose leader is n1, and where everything is committed and known to be. */
export async function ledByN1(options: GivenOptions = {}, nodes = 3): Promise<Lab> {
  const lab = await Lab.open({ nodes, options });
  await until(lab, () => node(lab, "n1").condition === "up");
  await act(lab, { type: "force-election", node: "n1" });
  await until(lab, () => lab.leader === "n1");
  await lab.runUntil(1000);
  const ends = lab.view().nodes.map(({ commitIndex, log }) => [commitIndex, log.lastIndex]);
  if (lab.leader !== "n1" || new Set(ends.flat()).size > 1)
    throw new Error(`n1 leads no calm cluster: ${ends.join("; ")}`);
  return lab;
}

/** Does what must not be refused. */
export async function act(lab: Lab, action: Action): Promise<void> {
  const refusal = await lab.act(action);
  if (refusal !== undefined) throw new Error(`${action.type} was refused: ${refusal.reason}`);
}

export function node(lab: Lab, id: string): NodeView {
  const found = lab.view().nodes.find((each) => each.id === id);
  if (found === undefined) throw new Error(`there is no node ${id}`);
  return found;
}

/** Waits for what must come about. */
export async function until(lab: Lab, isTrue: () => boolean, withinMs = 3000): Promise<void> {
  if (await lab.runUntilTrue(isTrue, withinMs)) return;
  throw new Error(`did not come about within ${withinMs} ms; ${lab.violation?.sentence ?? "nothing is violated"}`);
}
