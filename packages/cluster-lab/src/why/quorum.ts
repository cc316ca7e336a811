import type { ClusterView, MembershipView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";

/** So many of a group are a majority. */
export function majority(of: readonly NodeId[]): number {
  return Math.floor(of.length / 2) + 1;
}

/** How many of its voters a decision takes; of a joint configuration, of the new ones. */
export function neededOf({ isFounding, voters }: MembershipView): number {
  return isFounding === true ? voters.length : majority(voters);
}

/** Whether these are a quorum: in a joint configuration a majority of either, and all of those that found a cluster. */
export function isQuorum({ isFounding, voters, outgoing }: MembershipView, ids: readonly NodeId[]): boolean {
  if (isFounding === true) return voters.every((id) => ids.includes(id));
  const has = (of: readonly NodeId[]): boolean => of.filter((id) => ids.includes(id)).length >= majority(of);
  return voters.length > 0 && has(voters) && (outgoing.length === 0 || has(outgoing));
}

/** Everybody who has a vote, each once. */
export function allVoters({ voters, outgoing }: MembershipView): readonly NodeId[] {
  return [...new Set([...voters, ...outgoing])];
}

export function nodeOf(view: ClusterView, id: NodeId | undefined): NodeView | undefined {
  return view.nodes.find((node) => node.id === id);
}

export function isRunning(node: NodeView | undefined): node is NodeView {
  return node?.condition === "up";
}

export function isCut({ cuts }: ClusterView, from: NodeId, to: NodeId): boolean {
  return cuts.some((cut) => cut.from === from && cut.to === to);
}

/** Runs, and whatever it says counts. */
export function isCounted(node: NodeView | undefined): boolean {
  return isRunning(node) && node.isForgotten !== true;
}

/** Messages get there and back. */
export function isReached(view: ClusterView, a: NodeId, b: NodeId): boolean {
  return a === b || (!isCut(view, a, b) && !isCut(view, b, a));
}

/** The node that leads the latest term, running or paused, unless a quorum of its own configuration has left it behind. */
export function leaderOf(view: ClusterView): NodeView | undefined {
  const [leader] = view.nodes.filter(({ role }) => role === "leader").toSorted((a, b) => b.term - a.term);
  if (leader === undefined) return undefined;
  const behind = view.nodes.filter(({ term }) => term > leader.term).map(({ id }) => id);
  const others = allVoters(leader.membership).filter((id) => !behind.includes(id));
  return isQuorum(leader.membership, others) ? leader : undefined;
}

export function lastTermOf({ log }: NodeView): number {
  return log.entries.at(-1)?.term ?? log.snapshot?.term ?? 0;
}

/** Undefined where the view does not show it. */
export function termAt({ log }: NodeView, index: number): number | undefined {
  if (index === log.snapshot?.index) return log.snapshot.term;
  return log.entries.find((entry) => entry.index === index)?.term;
}

/** The configuration of whoever has the most advanced log: of several views of it the one that counts. */
export function latestMembership(view: ClusterView): MembershipView {
  const [best] = view.nodes.toSorted((a, b) => lastTermOf(b) - lastTermOf(a) || b.log.lastIndex - a.log.lastIndex);
  return best?.membership ?? { voters: [], outgoing: [], learners: [] };
}
