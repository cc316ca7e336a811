import { noteNeed, standsFromMs } from "./caretaker.ts";
import { isLoyaltyOwed } from "./lease.ts";
import { type Membership, type NodeId, isMember, isVoter } from "./membership.ts";
import type { RequestVote, RequestVoteReply } from "./message.ts";
import { voteResult } from "./quorum.ts";
import { becomeCandidate, becomeFollower, becomeLeader, becomePreCandidate, restartElectionTimer } from "./roles.ts";
import type { State } from "./state.ts";

/** When the election timeout fires; never for a leader, nor for a node that has nothing to do then. */
export function electionDeadlineMs(state: State): number {
  if (state.role === "leader") return Infinity;
  const isIdle = state.role === "follower" && state.leader === undefined;
  const fromMs = isIdle ? (hasVote(state) ? standsFromMs(state) : Infinity) : -Infinity;
  return Math.max(fromMs, state.electionStartMs + state.electionTimeoutMs);
}

/**
 * Whether this node has a say. One that the last configuration has put out stands for election as well until it knows that
 * to be committed: it may be the only one that could win, having that configuration in its log. Its own vote does not
 * count then (diss. §4.2.2).
 */
function hasVote({ memberships, commitIndex, id, isVoter: isInForce, isForgotten }: State): boolean {
  const before = memberships.since(commitIndex).at(-2);
  return isInForce || (before !== undefined && isVoter(before, id) && !isForgotten);
}

function mayStand(state: State): boolean {
  return hasVote(state) && state.nowMs >= standsFromMs(state);
}

/** The election timeout has fired: nobody leads, or an election was not won in time (§5.2). */
export function onElectionTimeout(state: State): void {
  if (!mayStand(state)) {
    // All it can do is to say that it knows no leader any more, to those who wait for one.
    becomeFollower(state, state.term, undefined);
    return;
  }
  const isVotePending = state.role === "candidate" && !state.isHardStateDurable;
  if (state.isDiskStalled || isVotePending) {
    // Its vote for itself is not durable yet, or would not become so, and nobody was asked: leave the term as it is.
    restartElectionTimer(state, "draw");
    return;
  }
  state.electionAttempts += 1;
  if (!state.options.preVote) {
    campaign(state, "timeout");
    return;
  }
  becomePreCandidate(state);
  state.votes.set(state.id, true);
  requestVotes(state, { pre: true });
  countVotes(state);
}

/** Stands for election in the next term; with `transfer`, because the leader has asked for it (diss. §3.10). */
export function campaign(state: State, why: "timeout" | "transfer"): void {
  becomeCandidate(state);
  requestVotes(state, { pre: false, transfer: why === "transfer" || undefined });
}

function requestVotes(state: State, kind: Pick<RequestVote, "pre" | "transfer">): void {
  const request: RequestVote = {
    type: "request-vote",
    ...kind,
    term: kind.pre ? state.term + 1 : state.term,
    lastIndex: state.log.lastIndex,
    lastTerm: state.log.lastTerm,
    incarnation: state.incarnation,
    founders: foundersOf(state.membership),
  };
  state.ballot = { request, askedMs: state.nowMs };
  askVoters(state, request);
}

function askVoters(state: State, request: RequestVote): void {
  for (const id of state.otherVoters.filter((voter) => !state.votes.has(voter))) {
    if (request.pre) state.out.send(id, request);
    else state.out.sendDurably(id, request);
  }
}

/**
 * When those that have not answered are asked again: the question or the answer may be lost (§5.1). Not where a majority
 * is enough: on disks that are slower than this, each question would only delay the answer to the one before.
 */
export function ballotDeadlineMs({ ballot, membership, options }: State): number {
  return ballot === undefined || membership.founding !== true ? Infinity : ballot.askedMs + options.heartbeatIntervalMs;
}

export function repeatBallot(state: State): void {
  const { ballot } = state;
  if (ballot === undefined) return;
  ballot.askedMs = state.nowMs;
  askVoters(state, ballot.request);
}

/** Undefined once the cluster is founded. */
function foundersOf({ founding, voters }: Membership): string | undefined {
  return founding === true ? JSON.stringify(voters) : undefined;
}

/** Nodes that were begun with different founders have different first entries at the same place of their logs. */
function isOtherFoundation(state: State, from: NodeId, { founders }: RequestVote): boolean {
  const own = foundersOf(state.membership);
  if (own === undefined || founders === undefined || own === founders) return false;
  const reason = `was begun with the founders ${founders}, but this node with ${own}`;
  state.out.now({ type: "suspect", peer: from, reason });
  return true;
}

/** The hard state has become durable: a candidate's vote for itself counts from now on. */
export function onHardStateDurable(state: State): void {
  if (state.role !== "candidate" || !state.isHardStateDurable || state.votes.has(state.id)) return;
  // The others are asked from now on.
  restartElectionTimer(state, "keep");
  state.votes.set(state.id, true);
  countVotes(state);
}

/**
 * Votes (§5.2, §5.4.1) and pre-votes (diss. §9.6). Whoever hears a live leader refuses both and keeps its term, so that
 * a node which was cut off, or removed, cannot depose a leader that works (§6, diss. §4.2.3), unless that leader wants
 * it. A learner votes when it is asked: the candidate may know of a promotion that the learner has not heard of yet. A
 * node that knows no configuration has nothing to judge by, and may have forgotten it.
 */
export function onRequestVote(state: State, from: NodeId, message: RequestVote): void {
  const last = { index: message.lastIndex, term: message.lastTerm };
  const isLoyal = message.transfer !== true && (hearsLiveLeader(state, from) || isLoyaltyOwed(state, from));
  const isNobodys = state.membership.voters.length === 0 || isOtherFoundation(state, from, message);
  const mayVote = !isNobodys && !state.isForgotten;
  const isBehind = !state.log.isUpToDate(last);
  const refused = message.term < state.term || isLoyal || !mayVote;
  if (isBehind && !refused) noteNeed(state);
  if (message.pre) {
    const granted = !refused && message.term > state.term && !isBehind;
    reply(state, from, { pre: true, granted, term: granted ? message.term : state.term });
    return;
  }
  if (!refused && message.term > state.term) becomeFollower(state, message.term, undefined);
  const free = state.votedFor === undefined && state.leader === undefined;
  const granted = !refused && (free || state.votedFor === from) && !isBehind;
  if (granted) {
    state.votedFor = from;
    restartElectionTimer(state, "keep");
  }
  reply(state, from, { pre: false, granted, term: state.term });
}

function reply(state: State, to: NodeId, answer: Pick<RequestVoteReply, "term" | "pre" | "granted">): void {
  state.out.sendDurably(to, { type: "request-vote-reply", ...answer, incarnation: state.incarnation });
}

/**
 * Stickiness towards other members rests on CheckQuorum: a leader that cannot reach a majority gives up by itself, and
 * without that they may have to depose it. Nodes that were removed have nothing to depose.
 */
function hearsLiveLeader(state: State, candidate: NodeId): boolean {
  if (state.leader === undefined || state.leader === candidate) return false;
  if (!state.options.checkQuorum && isMember(state.membership, candidate)) return false;
  return state.role === "leader" || state.nowMs - state.leaderContactMs < state.options.electionTimeoutMinMs;
}

export function onRequestVoteReply(state: State, from: NodeId, message: RequestVoteReply): void {
  const asked = message.pre ? "pre-candidate" : "candidate";
  if (state.role !== asked) return;
  const expected = message.pre && message.granted ? state.term + 1 : state.term;
  if (message.term !== expected) return;
  state.votes.set(from, message.granted);
  if (message.incarnation !== undefined) state.voterIncarnations.set(from, message.incarnation);
  countVotes(state);
}

function countVotes(state: State): void {
  const result = voteResult(state.membership, state.votes);
  if (result === "lost") becomeFollower(state, state.term, undefined);
  if (result !== "won") return;
  if (state.role === "pre-candidate") campaign(state, "timeout");
  else becomeLeader(state);
}
