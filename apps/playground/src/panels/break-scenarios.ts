import type { InvariantName, NewLab } from "@quorate/cluster-lab";
import { leaderIn } from "../state/leader-in.ts";
import { type Move, act, allApplied, followerIn, nodeIn, pass, until } from "../state/moves.ts";

/** A cluster with something taken away, and what it takes for that to be noticed. */
export interface Scenario {
  readonly name: "forgets-vote" | "acknowledges-early" | "no-pre-vote" | "not-random";
  readonly start: NewLab;
  /** As many times real time. */
  readonly speed: number;
  readonly moves: readonly Move[];
  /** Which invariant fails. */
  readonly breaks: InvariantName;
}

/** All have met before: a cluster that is only being founded needs all of them. */
const haveMet = Object.fromEntries(["n1", "n2", "n3"].map((id) => [id, { term: 1, terms: [1] }]));

const network = { delayMinMs: 15, delayMaxMs: 35 } as const;

export const scenarios: readonly Scenario[] = [
  {
    name: "forgets-vote",
    start: { seed: "b1", nodes: 3, options: { ...network, logs: haveMet, storage: "forgets-vote", preVote: false } },
    speed: 1 / 10,
    breaks: "one-vote",
    moves: [
      pass(60),
      act({ type: "cut", from: "n1", to: "n2", both: true }),
      act({ type: "force-election", node: "n1" }),
      until((view) => nodeIn(view, "n1")?.role === "leader"),
      // Before n3 hears of the new leader's first entry, so that its log is no reason to refuse n2.
      act({ type: "cut", from: "n1", to: "n3", both: true }),
      pass(20),
      act({ type: "kill", node: "n3" }),
      pass(60),
      act({ type: "restart", node: "n3" }),
      until((view) => nodeIn(view, "n3")?.role === "follower"),
      act({ type: "force-election", node: "n2" }),
    ],
  },
  {
    name: "acknowledges-early",
    start: { seed: "b2", nodes: 3, options: { ...network, storage: "acknowledges-early", flushMs: 500 } },
    speed: 1 / 5,
    breaks: "committed-never-lost",
    moves: [
      until((view) => leaderIn(view) !== undefined),
      // Until the election is on the disks: what is lost is to be the value.
      pass(600),
      act((view) => ({ type: "put", via: leaderIn(view)?.id ?? "n1", key: "x", value: "1" })),
      until((view) => allApplied(view, (leaderIn(view)?.log.lastIndex ?? 0) || 1)),
      pass(100),
      act((view) => ({ type: "kill", node: leaderIn(view)?.id ?? "n1" })),
      pass(30),
      act((view) => ({ type: "kill", node: followerIn(view)?.id ?? "n2" })),
    ],
  },
  {
    name: "no-pre-vote",
    start: { seed: "b3", nodes: 5, options: { ...network, preVote: false } },
    speed: 1 / 2,
    breaks: "no-disruption",
    moves: [
      until((view) => leaderIn(view) !== undefined),
      pass(400),
      act((view) => {
        const lonely = followerIn(view)?.id ?? "n1";
        return { type: "partition", groups: [[lonely], view.nodes.map(({ id }) => id).filter((id) => id !== lonely)] };
      }),
      pass(1500),
      act({ type: "heal-all" }),
    ],
  },
  {
    name: "not-random",
    // Links as regular as the timeouts: else their delays would do what chance is for.
    start: { seed: "b4", nodes: 5, options: { delayMinMs: 25, delayMaxMs: 25, randomTimeouts: false } },
    speed: 2,
    breaks: "elections-succeed",
    moves: [],
  },
];
