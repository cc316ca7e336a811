import type { ClusterView, MembershipView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { type WhyFact, fact } from "./fact.ts";
import {
  allVoters,
  isCounted,
  isQuorum,
  isReached,
  isRunning,
  lastTermOf,
  latestMembership,
  leaderOf,
  majority,
  neededOf,
  nodeOf,
} from "./quorum.ts";
import { ballot } from "./why-role.ts";

/** Why nobody leads, the most important reason first; empty where somebody does, and while nodes are only starting. */
export function whyNoLeader(view: ClusterView): readonly WhyFact[] {
  if (leaderOf(view) !== undefined) return [];
  const membership = latestMembership(view);
  const voters = allVoters(membership);
  // Of a recording that has not told yet: then there is nothing to say.
  if (voters.length === 0) return [];
  const needed = neededOf(membership);
  const running = voters.map((id) => nodeOf(view, id)).filter((node) => isRunning(node));
  const counted = running.filter((node) => isCounted(node));
  const up = counted.map(({ id }) => id);
  if (!isQuorum(membership, up) && view.nodes.some(({ condition }) => condition === "starting")) return [];
  if (!isQuorum(membership, up)) return [tooFew(membership, up), ...forgotten(running)];
  const circles = up.map((id) => up.filter((other) => isReached(view, id, other)));
  if (!circles.some((circle) => isQuorum(membership, circle))) {
    return [fact("no-leader.partitioned", undefined, { up, needed })];
  }
  const standing = counted.filter(({ role }) => role === "candidate" || role === "pre-candidate");
  const facts = [...split(view, standing), ...standing.flatMap((node) => election(view, node))];
  return facts.length > 0 ? facts : waiting(counted);
}

/** Those that could elect somebody are not enough. */
function tooFew(membership: MembershipView, up: readonly NodeId[]): WhyFact {
  const { isFounding, outgoing, voters: incoming } = membership;
  const needed = neededOf(membership);
  if (isFounding === true) return fact("no-leader.founding", undefined, { up, needed });
  if (outgoing.length === 0) return fact("no-leader.too-few-up", undefined, { up, needed });
  return fact("no-leader.joint", undefined, { up, incoming, outgoing, needed, outgoingNeeded: majority(outgoing) });
}

function forgotten(running: readonly NodeView[]): readonly WhyFact[] {
  const nodes = running.filter((node) => !isCounted(node)).map(({ id }) => id);
  return nodes.length === 0 ? [] : [fact("no-leader.forgotten", undefined, { nodes })];
}

/** Several candidates of one term have shared the votes among them, so that none of them can win. */
function split(view: ClusterView, standing: readonly NodeView[]): readonly WhyFact[] {
  const candidates = standing.filter(({ role }) => role === "candidate");
  const term = Math.max(0, ...candidates.map((node) => node.term));
  const rivals = candidates.filter((node) => node.term === term);
  const canWin = ({ id, membership }: NodeView): boolean =>
    isQuorum(
      membership,
      allVoters(membership).filter((voter) => mayVoteFor(nodeOf(view, voter), id, term)),
    );
  if (rivals.length < 2 || rivals.some((rival) => canWin(rival))) return [];
  return [fact("no-leader.split-vote", undefined, { candidates: rivals.map(({ id }) => id), term })];
}

/** Whether it has voted for the candidate in that term, or may yet. */
function mayVoteFor(voter: NodeView | undefined, candidate: NodeId, term: number): boolean {
  if (voter === undefined || voter.term < term) return true;
  return voter.term === term && (voter.votedFor === undefined || voter.votedFor === candidate);
}

function election(view: ClusterView, node: NodeView): readonly WhyFact[] {
  const { id: candidate, role, term } = node;
  const { refused, ...open } = ballot(node);
  const asked = role === "candidate" ? term : term + 1;
  const facts = [fact("no-leader.election", candidate, { candidate, term: asked, ...open })];
  const better = refused.filter((id) => isAhead(nodeOf(view, id), node));
  if (better.length > 0) facts.push(fact("no-leader.log-behind", candidate, { candidate, refused: better }));
  const loyal = refused.filter((id) => !better.includes(id) && hears(nodeOf(view, id), candidate));
  const leader = loyal.map((id) => nodeOf(view, id)?.leader).find((each) => each !== undefined);
  if (leader !== undefined) facts.push(fact("no-leader.loyal", candidate, { loyal, leader }));
  return facts;
}

function hears(node: NodeView | undefined, candidate: NodeId): boolean {
  return node?.leader !== undefined && node.leader !== candidate;
}

/** Whether its log is better than that of `than`: a later last term, or the same and longer (§5.4.1). */
function isAhead(node: NodeView | undefined, than: NodeView): boolean {
  if (node === undefined) return false;
  const [its, other] = [lastTermOf(node), lastTermOf(than)];
  return its > other || (its === other && node.log.lastIndex > than.log.lastIndex);
}

function waiting(running: readonly NodeView[]): readonly WhyFact[] {
  const [first] = running
    .map(({ election: timer, id }) => ({ node: id, deadlineMs: timer?.deadlineMs ?? Infinity }))
    .filter(({ deadlineMs }) => deadlineMs < Infinity)
    .toSorted((a, b) => a.deadlineMs - b.deadlineMs);
  return first === undefined ? [] : [fact("no-leader.waits", first.node, first)];
}
