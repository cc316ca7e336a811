import type { ClusterView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { type WhyFact, fact } from "./fact.ts";
import { allVoters, isCut, isQuorum, leaderOf, majority, neededOf, nodeOf, termAt } from "./quorum.ts";

/**
 * Why the entry at `index` is not committed yet, the most important reason first; or that it is. Where there are several,
 * it is the leader's.
 */
export function whyNotCommitted(view: ClusterView, index: number): readonly WhyFact[] {
  const knowing = view.nodes.filter(({ commitIndex }) => commitIndex >= index).map(({ id }) => id);
  const holders = view.nodes.filter(({ log }) => log.lastIndex >= index);
  if (knowing.length > 0) return committed(view, index, knowing, holders);
  if (holders.length === 0) return [fact("entry.nowhere", undefined, { index })];
  const leader = leaderOf(view);
  if (leader === undefined) return [fact("entry.no-leader", undefined, { index })];
  if (leader.log.lastIndex < index) return [overwritten(leader, index, holders)];
  const term = termAt(leader, index);
  const others = holders.filter((node) => termAt(node, index) !== term);
  const going = others.length > 0 ? [overwritten(leader, index, others)] : [];
  return [...ofLeader(view, leader, index, term), ...going];
}

/** Somebody knows it. What others hold there may be something else yet, which will go. */
function committed(
  view: ClusterView,
  index: number,
  knowing: readonly NodeId[],
  holders: readonly NodeView[],
): readonly WhyFact[] {
  const terms = knowing.map((id) => nodeOf(view, id)).map((node) => node && termAt(node, index));
  const term = terms.find((each) => each !== undefined);
  const isOther = (node: NodeView): boolean => {
    const its = termAt(node, index);
    return its !== undefined && term !== undefined && its !== term;
  };
  const unknowing = holders.filter(({ id }) => !knowing.includes(id));
  const ignorant = unknowing.filter((node) => !isOther(node)).map(({ id }) => id);
  const others = unknowing.filter((node) => isOther(node));
  const leader = leaderOf(view);
  const going = others.length > 0 && leader !== undefined ? [overwritten(leader, index, others)] : [];
  return [fact("entry.committed", undefined, { index, knowing, ignorant }), ...going];
}

function overwritten(leader: NodeView, index: number, holders: readonly NodeView[]): WhyFact {
  return fact("entry.overwritten", leader.id, { index, leader: leader.id, holders: holders.map(({ id }) => id) });
}

/** The leader has the entry: who acknowledges it, and what else is missing. */
function ofLeader(view: ClusterView, leader: NodeView, index: number, term: number | undefined): readonly WhyFact[] {
  const { id, membership } = leader;
  const paused = leader.condition === "paused" ? [fact("entry.leader-paused", id, { index, leader: id })] : [];
  const { awaited, have } = acknowledgersOf(leader, index);
  const missing = (of: readonly NodeId[], at: number): readonly WhyFact[] =>
    of.map((voter) => (voter === id ? ownDisk(id, at) : reasonOf(view, leader, voter, at)));
  if (isQuorum(membership, have) && term === leader.term) {
    return [...paused, fact("entry.acknowledged", id, { index, have })];
  }
  if (!isQuorum(membership, have) || term === undefined || term > leader.term) {
    return [
      ...paused,
      acknowledgements(leader, index, have, awaited),
      ...missing(awaited, index),
      ...learners(leader, index),
    ];
  }
  const waitsFor = leader.log.entries.find((entry) => entry.index > index && entry.term === leader.term)?.index;
  const next = waitsFor ?? index + 1;
  const values = { index, term, leaderTerm: leader.term, waitsFor: next };
  return [...paused, fact("entry.earlier-term", id, values), ...missing(acknowledgersOf(leader, next).awaited, next)];
}

function ownDisk(leader: NodeId, index: number): WhyFact {
  return fact("awaited.own-disk", leader, { node: leader, index });
}

/** Whose disks have the entry, as far as the leader knows, and whose have not. */
function acknowledgersOf(
  { durableIndex, followers, id, log, membership }: NodeView,
  index: number,
): { readonly have: readonly NodeId[]; readonly awaited: readonly NodeId[] } {
  const has = (voter: NodeId): boolean => {
    if (voter === id) return (durableIndex ?? log.lastIndex) >= index;
    return (followers.find((each) => each.id === voter)?.matchIndex ?? 0) >= index;
  };
  const voters = allVoters(membership);
  return { have: voters.filter((voter) => has(voter)), awaited: voters.filter((voter) => !has(voter)) };
}

function learners({ followers, id, membership }: NodeView, index: number): readonly WhyFact[] {
  const holding = followers.filter((each) => membership.learners.includes(each.id) && each.matchIndex >= index);
  return holding.length === 0 ? [] : [fact("entry.learners", id, { index, learners: holding.map((each) => each.id) })];
}

function acknowledgements(
  { id, membership }: NodeView,
  index: number,
  have: readonly NodeId[],
  awaited: readonly NodeId[],
): WhyFact {
  const { outgoing, voters } = membership;
  const common = { index, have: have.filter((each) => voters.includes(each)), awaited, needed: neededOf(membership) };
  if (outgoing.length === 0) return fact("entry.acknowledgements", id, common);
  const outgoingHave = have.filter((each) => outgoing.includes(each));
  return fact("entry.joint", id, { ...common, outgoingHave, outgoingNeeded: majority(outgoing) });
}

/** Why the leader has not had the acknowledgement of `voter`. */
function reasonOf(view: ClusterView, leader: NodeView, voter: NodeId, index: number): WhyFact {
  const node = nodeOf(view, voter);
  const values = { node: voter, index };
  if (node === undefined || ["starting", "down", "failed"].includes(node.condition)) {
    return fact("awaited.down", voter, values);
  }
  if (node.condition === "paused") return fact("awaited.paused", voter, values);
  if (node.isForgotten === true) return fact("awaited.forgotten", voter, values);
  if (isCut(view, leader.id, voter)) return fact("awaited.cut-to", voter, values);
  if (isCut(view, voter, leader.id)) return fact("awaited.cut-from", voter, values);
  const progress = leader.followers.find((each) => each.id === voter);
  if (progress?.state === "snapshot") return fact("awaited.snapshot", voter, values);
  if (progress?.state === "probe") return fact("awaited.conflict", voter, values);
  const isWritten = termAt(node, index) === termAt(leader, index) && node.log.lastIndex >= index;
  if (isWritten && (node.durableIndex ?? 0) < index) return fact("awaited.disk", voter, values);
  return fact("awaited.under-way", voter, values);
}
