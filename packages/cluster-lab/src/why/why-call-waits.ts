import type { ClusterView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { Call } from "../clients/call.ts";
import { type WhyFact, fact } from "./fact.ts";
import { allVoters, isCounted, isQuorum, isReached, leaderOf, neededOf, nodeOf, termAt } from "./quorum.ts";
import { whyNotCommitted } from "./why-not-committed.ts";

/** Why a call has had no answer yet, the most important reason first; empty where it does not wait. */
export function whyCallWaits(view: ClusterView, call: Call): readonly WhyFact[] {
  if (call.state !== "waiting") return [];
  const asked = nodeOf(view, call.asked.at(-1));
  const paused = asked?.condition === "paused" ? [fact("call.node-paused", asked.id)] : [];
  const leader = leaderOf(view);
  if (leader === undefined) return [...paused, fact("call.no-leader", asked?.id)];
  const { request } = call;
  switch (request.type) {
    case "get":
      return [...paused, ...lease(request.consistency, leader), ...read(view, leader)];
    case "put":
    case "cas":
      return [...paused, ...write(view, leader)];
    case "transfer":
      return leader.transferTo === undefined
        ? paused
        : [...paused, fact("leader.transferring", leader.id, { to: leader.transferTo })];
    case "change-members":
      return [...paused, ...change(view, leader)];
  }
}

/** A lease that could be relied on would have answered at once. */
function lease(consistency: string, leader: NodeView): readonly WhyFact[] {
  return consistency === "lease" ? [fact("read.no-lease", leader.id, { leader: leader.id })] : [];
}

function read(view: ClusterView, leader: NodeView): readonly WhyFact[] {
  const { commitIndex, id, membership, term } = leader;
  const committed = commitIndex === 0 ? 0 : termAt(leader, commitIndex);
  const facts: WhyFact[] = [];
  if (committed !== undefined && committed < term) facts.push(fact("read.first-commit", id, { leader: id, term }));
  const silent = silentTo(view, leader);
  const answering = allVoters(membership).filter((voter) => !silent.includes(voter));
  const needed = neededOf(membership);
  if (!isQuorum(membership, answering)) facts.push(fact("read.unheard", id, { leader: id, silent, needed }));
  else if (facts.length === 0) facts.push(fact("read.round", id, { leader: id, needed }));
  return facts;
}

function silentTo(view: ClusterView, { id, membership }: NodeView): readonly NodeId[] {
  const isSilent = (voter: NodeId): boolean => !isCounted(nodeOf(view, voter)) || !isReached(view, id, voter);
  return allVoters(membership).filter((voter) => voter !== id && isSilent(voter));
}

/** What a call has appended stands behind the first entry that is not committed, or is it. */
function write(view: ClusterView, leader: NodeView): readonly WhyFact[] {
  const { commitIndex, id, log } = leader;
  if (log.lastIndex <= commitIndex) return [fact("call.under-way", id, { leader: id })];
  return whyNotCommitted(view, Math.max(commitIndex, ...view.nodes.map((node) => node.commitIndex)) + 1);
}

function change(view: ClusterView, leader: NodeView): readonly WhyFact[] {
  const { followers, id, log, membership } = leader;
  const behind = followers.filter((each) => membership.learners.includes(each.id) && each.matchIndex < log.lastIndex);
  if (behind.length === 0) return write(view, leader);
  return [fact("change.catches-up", id, { learners: behind.map((each) => each.id) }), ...write(view, leader)];
}
