import type { ClusterView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { type WhyFact, fact } from "./fact.ts";
import { allVoters, isQuorum, isReached, isRunning, majority, nodeOf } from "./quorum.ts";

export interface WhyOptions {
  /** Within this time a leader that no majority answers gives up; `electionTimeoutMaxMs` of the nodes. */
  readonly electionTimeoutMaxMs?: number | undefined;
}

/** Why the node is in its role, the most important reason first; empty for a node that is not there. */
export function whyRole(view: ClusterView, id: NodeId, options: WhyOptions = {}): readonly WhyFact[] {
  const node = nodeOf(view, id);
  if (node === undefined) return [];
  switch (node.condition) {
    case "starting":
      return [fact("node.starting", id)];
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
  switch (node.role) {
    case "leader":
      return [...forgotten, ...ofLeader(view, node, options)];
    case "candidate":
    case "pre-candidate":
      return [...forgotten, ofCandidate(node)];
    case "follower":
      return [...forgotten, ...ofFollower(view, node)];
    case undefined:
      return forgotten;
  }
}

function ofFollower(view: ClusterView, node: NodeView): readonly WhyFact[] {
  const { election, id, leader, standing, term, votedFor } = node;
  const facts: WhyFact[] = [];
  if (standing === "outside" && node.membership.voters.length === 0) facts.push(fact("follower.outside", id));
  if (standing === "learner") facts.push(fact("follower.learner", id));
  const deadline = election === undefined ? {} : { deadlineMs: election.deadlineMs };
  if (leader !== undefined) {
    const source = nodeOf(view, leader);
    const isHeard =
      isRunning(source) && source.role === "leader" && source.term === term && isReached(view, leader, id);
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
    needed: majority(membership.voters),
  };
}

function ofCandidate(node: NodeView): WhyFact {
  const { id, role, term, votes } = node;
  if (role === "pre-candidate") return fact("pre-candidate.asks", id, { term: term + 1, ...ballot(node) });
  if (votes[id] === undefined) return fact("candidate.saves-vote", id, { term });
  return fact("candidate.asks", id, { term, ...ballot(node) });
}

function ofLeader(view: ClusterView, node: NodeView, { electionTimeoutMaxMs }: WhyOptions): readonly WhyFact[] {
  const { followers, id, log, membership, term, transferTo } = node;
  const needed = majority(membership.voters);
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
  const isAnswered = (voter: NodeId): boolean => isRunning(nodeOf(view, voter)) && isReached(view, id, voter);
  const silent = allVoters(membership).filter((voter) => voter !== id && !isAnswered(voter));
  const answering = allVoters(membership).filter((voter) => !silent.includes(voter));
  if (!isQuorum(membership, answering)) facts.push(fact("leader.unheard", id, { silent, needed }));
  facts.push(fact("leader.leads", id, { term, heard, needed }));
  const committed = log.entries.find((entry) => entry.index === node.commitIndex)?.term;
  if (committed !== undefined && committed < term) facts.push(fact("leader.commits-nothing-yet", id, { term }));
  if (transferTo !== undefined) facts.push(fact("leader.transferring", id, { to: transferTo }));
  if (membership.outgoing.length > 0) {
    facts.push(fact("leader.joint", id, { incoming: membership.voters, outgoing: membership.outgoing }));
  }
  return facts;
}
