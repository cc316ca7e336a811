import type { ClusterView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { type WhyFact, fact } from "./fact.ts";
import { allVoters, isCounted, isCut, isQuorum, isReached, isRunning, neededOf, nodeOf, termAt } from "./quorum.ts";

export interface WhyOptions {
  /** Within this time a leader that no majority answers gives up; `electionTimeoutMaxMs` of the nodes. */
  readonly electionTimeoutMaxMs?: number | undefined;
  /** Whether it gives up at all then; it does unless this says otherwise. */
  readonly checkQuorum?: boolean | undefined;
}

/** Why the node is in its role, the most important reason first; empty for a node that is not there. */
export function whyRole(view: ClusterView, id: NodeId, options: WhyOptions = {}): readonly WhyFact[] {
  const node = nodeOf(view, id);
  if (node === undefined) return [];
  switch (node.condition) {
    case "down":
      return [fact("node.down", id)];
    case "failed":
      return [fact("node.failed", id, { reason: node.failure ?? "" })];
    case "paused":
      return [fact("node.paused", id), ...ofRole(view, node, options)];
    default:
      return ofRole(view, node, options);
  }
}

function ofRole(view: ClusterView, node: NodeView, options: WhyOptions): readonly WhyFact[] {
  const forgotten = node.isForgotten === true ? [fact("node.forgotten", node.id)] : [];
  const { clockRate: rate = 1 } = node;
  const clock = rate === 1 ? [] : [fact("node.clock", node.id, { rate })];
  switch (node.role) {
    case "leader":
      return [...forgotten, ...ofLeader(view, node, options), ...clock];
    case "candidate":
    case "pre-candidate":
      return [...forgotten, ...ofCandidate(node), ...clock];
    case "follower":
      return [...forgotten, ...ofFollower(view, node), ...clock];
    case undefined:
      return [...forgotten, ...clock];
  }
}

function ofFollower(view: ClusterView, node: NodeView): readonly WhyFact[] {
  const { election, id, leader, standing, term, votedFor } = node;
  const facts: WhyFact[] = [];
  if (standing === "outside") {
    facts.push(fact(node.membership.voters.length === 0 ? "follower.outside" : "follower.removed", id));
  }
  if (standing === "learner") facts.push(fact("follower.learner", id));
  const deadline = election === undefined ? {} : { deadlineMs: election.deadlineMs };
  if (leader !== undefined) {
    const source = nodeOf(view, leader);
    const isHeard = isRunning(source) && source.role === "leader" && source.term === term && !isCut(view, leader, id);
    facts.push(fact(isHeard ? "follower.hears-leader" : "follower.leader-silent", id, { leader, term, ...deadline }));
  } else if (votedFor !== undefined && votedFor !== id) {
    facts.push(fact("follower.voted", id, { candidate: votedFor, term, ...deadline }));
  } else if (facts.length === 0) {
    facts.push(fact("follower.waits", id, { term, ...deadline }));
  }
  return facts;
}

/** How an election stands: who has granted, who has refused, and whose answer is awaited. */
export function ballot(node: NodeView): {
  readonly granted: readonly NodeId[];
  readonly refused: readonly NodeId[];
  readonly awaited: readonly NodeId[];
  readonly needed: number;
} {
  const { membership, votes } = node;
  const voters = allVoters(membership);
  return {
    granted: voters.filter((id) => votes[id] === true),
    refused: voters.filter((id) => votes[id] === false),
    awaited: voters.filter((id) => votes[id] === undefined),
    needed: neededOf(membership),
  };
}

function ofCandidate(node: NodeView): readonly WhyFact[] {
  const { id, membership, role, term, votes } = node;
  const { isFounding, outgoing, voters: incoming } = membership;
  const open = ballot(node);
  if (role === "candidate" && votes[id] === undefined) return [fact("candidate.saves-vote", id, { term })];
  const asks = role === "pre-candidate" ? "pre-candidate.asks" : "candidate.asks";
  const facts = [fact(asks, id, { term: role === "pre-candidate" ? term + 1 : term, ...open })];
  if (isFounding === true) facts.push(fact("candidate.founding", id, { awaited: open.awaited }));
  if (outgoing.length > 0) facts.push(fact("candidate.joint", id, { incoming, outgoing }));
  return facts;
}

function ofLeader(view: ClusterView, node: NodeView, options: WhyOptions): readonly WhyFact[] {
  const { checkQuorum = true, electionTimeoutMaxMs } = options;
  const { commitIndex, followers, id, membership, term, transferTo } = node;
  const needed = neededOf(membership);
  const later = view.nodes.filter((other) => other.term > term);
  const facts: WhyFact[] = [];
  if (later.length > 0) {
    const laterTerm = Math.max(...later.map((other) => other.term));
    facts.push(fact("leader.outdated", id, { term, laterTerm, others: later.map((other) => other.id) }));
  }
  const sinceMs = view.nowMs - (electionTimeoutMaxMs ?? Infinity);
  const heard = allVoters(membership).filter((voter) => {
    const follower = followers.find((each) => each.id === voter);
    return voter === id || (follower?.lastContactMs ?? -Infinity) >= sinceMs;
  });
  const isAnswered = (voter: NodeId): boolean => isCounted(nodeOf(view, voter)) && isReached(view, id, voter);
  const silent = allVoters(membership).filter((voter) => voter !== id && !isAnswered(voter));
  const answering = allVoters(membership).filter((voter) => !silent.includes(voter));
  if (!isQuorum(membership, answering)) {
    facts.push(fact(checkQuorum ? "leader.unheard" : "leader.powerless", id, { silent, needed }));
  }
  facts.push(fact("leader.leads", id, { term, heard, needed }));
  const committed = commitIndex === 0 ? 0 : termAt(node, commitIndex);
  if (committed !== undefined && committed < term) facts.push(fact("leader.commits-nothing-yet", id, { term }));
  if (transferTo !== undefined) facts.push(fact("leader.transferring", id, { to: transferTo }));
  if (membership.outgoing.length > 0) {
    facts.push(fact("leader.joint", id, { incoming: membership.voters, outgoing: membership.outgoing }));
  }
  return facts;
}
