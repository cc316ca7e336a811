import type { Action, StartLog } from "@quorate/cluster-lab";
import type { ClusterView } from "@quorate/drawing";
import { leaderIn } from "../state/leader-in.ts";
import { type Move, act, allApplied, nodeIn, pass, until } from "../state/moves.ts";

/** Logs of nodes that have all met before: none has to hear from every other one first. */
export function haveMet(nodes: number): Readonly<Record<string, StartLog>> {
  return Object.fromEntries(Array.from({ length: nodes }, (_, at) => [`n${at + 1}`, { term: 1, terms: [1] }]));
}

/** The node leads, and everybody knows it. */
export const elect = (node: string): readonly Move[] => [
  act({ type: "force-election", node }),
  until((view) => leads(view, node)),
  pass(300),
];

export const leads = (view: ClusterView, id: string): boolean => nodeIn(view, id)?.role === "leader";
export const isUp = (view: ClusterView, id: string): boolean => nodeIn(view, id)?.condition === "up";
export const leaderName = (view: ClusterView): { readonly leader: string } => ({ leader: leaderIn(view)?.id ?? "?" });
export const highlightLeader = (view: ClusterView): readonly string[] => Object.values(leaderName(view));

export const put = (via: string, value: string): Action => ({ type: "put", via, key: "x", value });
export const putByLeader =
  (value: string) =>
  (view: ClusterView): Action =>
    put(leaderIn(view)?.id ?? "n1", value);

/** Where the entry that writes this value stands in the log of a node. */
export function indexOf(view: ClusterView, id: string, value: string): number | undefined {
  const entries = nodeIn(view, id)?.log.entries ?? [];
  return entries.find(({ kind, text }) => kind === "command" && text === `x = ${value}`)?.index;
}

export function isCommitted(view: ClusterView, value: string): boolean {
  const leader = leaderIn(view);
  if (leader === undefined) return false;
  return leader.commitIndex >= (indexOf(view, leader.id, value) ?? Infinity);
}

/** Everybody who runs follows the leader, and has applied all that it has. */
export function isSettled(view: ClusterView): boolean {
  const leader = leaderIn(view);
  if (leader === undefined) return false;
  const follow = view.nodes.every(({ condition, leader: its }) => condition !== "up" || its === leader.id);
  return follow && leader.commitIndex === leader.log.lastIndex && allApplied(view, leader.commitIndex);
}

/** The terms of a node's entries, from the first one that is shown on. */
export const termsOf = (view: ClusterView, id: string): readonly number[] =>
  (nodeIn(view, id)?.log.entries ?? []).map(({ term }) => term);
