import type { NodeView } from "@quorate/drawing";
import type { InvariantName } from "../invariants/invariant.ts";
import type { Lab } from "../lab.ts";
import { leads, nodeIn } from "./look.ts";
import type { Script, ScriptStep } from "./script.ts";

/** A script in which something is broken that Raft relies on, and what comes of it. */
export interface BrokenScript extends Script {
  readonly breaks: InvariantName;
}

/** All of them have met before, so that nobody waits for anybody. */
const start = { term: 1, terms: [1] };
const logs = { n1: start, n2: start, n3: start };

const elect: ScriptStep = {
  name: "elect",
  actions: () => [{ type: "force-election", node: "n1" }],
  until: leads("n1"),
  withinMs: 300,
};

const SLOW_MS = 200;

/**
 * n1 and n3 ask at once whether they could be elected for term 2; n3 hears the answer late. Meanwhile n2 votes for n1,
 * dies, and comes back without its vote: n3 gets it as well.
 */
export const forgottenVote: BrokenScript = {
  name: "forgotten-vote",
  breaks: "one-vote",
  nodes: 3,
  options: { logs, storage: "forgets-vote" },
  steps: [
    {
      name: "stand",
      actions: () => [
        { type: "link", from: "n2", to: "n3", delayMinMs: SLOW_MS, delayMaxMs: SLOW_MS },
        { type: "cut", from: "n1", to: "n3" },
        { type: "force-election", node: "n1" },
        { type: "force-election", node: "n3" },
      ],
      until: leads("n1"),
      withinMs: SLOW_MS,
    },
    {
      name: "forget",
      actions: () => [
        { type: "cut", from: "n1", to: "n2" },
        { type: "kill", node: "n2" },
        { type: "restart", node: "n2" },
      ],
      until: (lab) => nodeIn(lab, "n3").role === "candidate",
      withinMs: 2 * SLOW_MS,
    },
    { name: "vote", actions: () => [], lastsMs: SLOW_MS / 2 },
  ],
};

/** A write is acknowledged by n1 and n2, and then both die at once: their disks had not been told yet. */
export const earlyAcknowledgement: BrokenScript = {
  name: "early-acknowledgement",
  breaks: "committed-never-lost",
  nodes: 3,
  options: { logs, storage: "acknowledges-early" },
  steps: [
    elect,
    { name: "settle", actions: () => [], lastsMs: 1000 },
    {
      name: "put",
      actions: () => [{ type: "put", via: "n1", key: "x", value: "7" }],
      until: (lab) => lab.calls.at(-1)?.state === "done",
      withinMs: 200,
    },
    {
      name: "crash",
      actions: () => [
        { type: "kill", node: "n1" },
        { type: "kill", node: "n2" },
      ],
      until: (lab) => nodeIn(lab, "n2").condition === "down",
      withinMs: 100,
    },
    {
      name: "restart",
      actions: () => [
        { type: "restart", node: "n1" },
        { type: "restart", node: "n2" },
      ],
      until: (lab) => lab.leader !== undefined,
      withinMs: 5000,
    },
  ],
};

function follower(lab: Lab): NodeView {
  const found = lab.view().nodes.find(({ id }) => id !== lab.leader);
  if (found === undefined) throw new TypeError("there is no follower");
  return found;
}

const PASSES_MS = 3000;

/** A follower is cut off for a while. Without PreVote it comes back with a term that deposes the leader. */
export const noPreVote: BrokenScript = {
  name: "no-pre-vote",
  breaks: "no-disruption",
  nodes: 3,
  options: { logs, preVote: false },
  steps: [
    elect,
    { name: "settle", actions: () => [], lastsMs: PASSES_MS },
    {
      name: "cut-off",
      actions: (lab) => [{ type: "partition", groups: [[follower(lab).id]] }],
      lastsMs: PASSES_MS,
    },
    {
      name: "return",
      actions: () => [{ type: "heal-all" }],
      lastsMs: PASSES_MS,
    },
  ],
};

/** Nobody's election timeout differs from anybody else's, and all messages take the same time: every vote is split. */
export const equalTimeouts: BrokenScript = {
  name: "equal-timeouts",
  breaks: "elections-succeed",
  nodes: 3,
  options: { logs, randomTimeouts: false, delayMinMs: 15, delayMaxMs: 15 },
  steps: [{ name: "elect", actions: () => [], until: (lab) => lab.leader !== undefined, withinMs: 20_000 }],
};

export const brokenScripts: readonly BrokenScript[] = [forgottenVote, earlyAcknowledgement, noPreVote, equalTimeouts];
