import type { ClusterView, MembershipView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";

/** So many of a group are a majority. */
export function majority(of: readonly NodeId[]): number {
  return Math.floor(of.length / 2) + 1;
}

/** Whether these are a quorum: in a joint configuration a majority of either. */
export function isQuorum({ voters, outgoing }: MembershipView, ids: readonly NodeId[]): boolean {
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

/** The configuration of whoever has the most advanced log: of several views of it the one that counts. */
export function latestMembership(view: ClusterView): MembershipView {
  const lastTerm = ({ log }: NodeView): number => log.entries.at(-1)?.term ?? log.snapshot?.term ?? 0;
  const [best] = view.nodes.toSorted((a, b) => lastTerm(b) - lastTerm(a) || b.log.lastIndex - a.log.lastIndex);
  return best?.membership ?? { voters: [], outgoing: [], learners: [] };
}
