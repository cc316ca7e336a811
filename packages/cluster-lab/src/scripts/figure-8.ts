import type { Lab } from "../lab.ts";
import type { Action } from "../session/action.ts";
import { entryAt, leads, nodeIn } from "./look.ts";
import type { Script, ScriptStep } from "./script.ts";

/** Where the entries of figure 8's index 2 stand here: behind a configuration and an entry of term 1. */
export const FIGURE_8_INDEX = 3;

const cuts = (from: string, ...to: readonly string[]): readonly Action[] =>
  to.map((each) => ({ type: "cut", from, to: each }));
const holds = (lab: Lab, id: string, term: number): boolean => entryAt(lab, id, FIGURE_8_INDEX)?.term === term;
/** Dies, and what it has sent is gone: healed links would still bring it. */
const crash = (name: string, node: string): ScriptStep => ({
  name,
  actions: () => [{ type: "kill", node }],
  until: (lab) => lab.view().flights.every(({ from }) => from !== node),
  withinMs: 100,
});
/** S1 knows that the node has the entry. */
const matches = (lab: Lab, id: string): boolean => {
  const follower = nodeIn(lab, "n1").followers.find((each) => each.id === id);
  return (follower?.matchIndex ?? 0) >= FIGURE_8_INDEX;
};
const isUp = (lab: Lab, id: string): boolean => nodeIn(lab, id).condition === "up";

/** (a) S1 leads term 2 and replicates its entry to S2 only. */
const a: readonly ScriptStep[] = [
  { name: "a-elect", actions: () => [{ type: "force-election", node: "n1" }], until: leads("n1"), withinMs: 200 },
  {
    name: "a-replicate",
    actions: () => cuts("n1", "n3", "n4", "n5"),
    until: (lab) => holds(lab, "n2", 2) && holds(lab, "n1", 2) && nodeIn(lab, "n2").durableIndex === FIGURE_8_INDEX,
    withinMs: 200,
  },
];

/** (b) S1 crashes; S5 is elected for term 3 by S3, S4 and itself, and takes another entry at that index. */
const b: readonly ScriptStep[] = [
  crash("b-crash", "n1"),
  {
    name: "b-elect",
    actions: () => [{ type: "heal-all" }, { type: "force-election", node: "n5" }],
    until: leads("n5"),
    withinMs: 200,
  },
  {
    name: "b-append",
    actions: () => cuts("n5", "n1", "n2", "n3", "n4"),
    until: (lab) => nodeIn(lab, "n5").durableIndex === FIGURE_8_INDEX,
    withinMs: 100,
  },
];

/**
 * (c) S5 crashes; S1 restarts, is elected for term 4, and goes on replicating: its entry of term 2 is now on a majority,
 * and S1 knows it, but does not commit it. S2 is away meanwhile: it could be elected as well.
 */
const c: readonly ScriptStep[] = [
  crash("c-crash", "n5"),
  {
    name: "c-restart",
    actions: () => [{ type: "heal-all" }, { type: "partition", groups: [["n2"]] }, { type: "restart", node: "n1" }],
    until: leads("n1"),
    withinMs: 10_000,
  },
  {
    name: "c-replicate",
    actions: () => cuts("n1", "n4"),
    until: (lab) => matches(lab, "n3"),
    withinMs: 200,
  },
  {
    name: "c-majority",
    // The entry of term 4 is on its way to S3 by now: it does not arrive.
    actions: () => [...cuts("n1", "n3"), { type: "heal", from: "n1", to: "n2", both: true }],
    until: (lab) => matches(lab, "n2"),
    withinMs: 400,
  },
];

/** (d) S1 crashes; S5 is elected for term 5 by S3, S4 and itself, and overwrites the entry with its own of term 3. */
const d: readonly ScriptStep[] = [
  crash("d-crash", "n1"),
  {
    name: "d-elect",
    actions: () => [{ type: "heal-all" }, { type: "partition", groups: [["n2"]] }, { type: "restart", node: "n5" }],
    until: leads("n5"),
    withinMs: 10_000,
  },
  {
    name: "d-overwrite",
    actions: () => [{ type: "heal-all" }],
    until: (lab) => ["n2", "n3", "n4"].every((id) => holds(lab, id, 3)),
    withinMs: 2000,
  },
];

/** (e) If instead S1 brings an entry of its own term to a majority, both are committed, and S5 cannot win any more. */
const e: readonly ScriptStep[] = [
  {
    name: "e-commit",
    actions: () => [{ type: "heal-all" }],
    until: (lab) => nodeIn(lab, "n1").commitIndex > FIGURE_8_INDEX,
    withinMs: 1000,
  },
  {
    name: "e-return",
    actions: () => [
      { type: "kill", node: "n1" },
      { type: "restart", node: "n5" },
    ],
    until: (lab) => isUp(lab, "n5") && lab.leader !== undefined && lab.leader !== "n5" && holds(lab, "n5", 2),
    withinMs: 10_000,
  },
];

const start = { term: 1, terms: [1] };
const options = {
  logs: { n1: start, n2: start, n3: start, n4: start, n5: start },
  // One entry at a time, so that an old one can come alone.
  appendBytesMax: 1,
};

/** Figure 8, (a) to (d): why a leader does not commit entries of earlier terms by counting. S1 to S5 are n1 to n5. */
export const figure8: Script = { name: "figure-8", nodes: 5, options, steps: [...a, ...b, ...c, ...d] };

/** Figure 8, (a) to (c) and then (e). */
export const figure8e: Script = { name: "figure-8-e", nodes: 5, options, steps: [...a, ...b, ...c, ...e] };
