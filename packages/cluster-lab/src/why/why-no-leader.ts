import type { ClusterView, NodeView } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { type WhyFact, fact } from "./fact.ts";
import { allVoters, isQuorum, isReached, isRunning, latestMembership, leaderOf, majority, nodeOf } from "./quorum.ts";
import { ballot } from "./why-role.ts";

/** Why nobody leads, the most important reason first; empty where somebody does, and while nodes are only starting. */
export function whyNoLeader(view: ClusterView): readonly WhyFact[] {
  if (leaderOf(view) !== undefined) return [];
  const membership = latestMembership(view);
  const voters = allVoters(membership);
  const needed = majority(membership.voters);
  const running = voters.map((id) => nodeOf(view, id)).filter((node) => isRunning(node));
  const up = running.filter((node) => node.isForgotten !== true).map(({ id }) => id);
  if (!isQuorum(membership, up) && view.nodes.some(({ condition }) => condition === "starting")) return [];
  if (!isQuorum(membership, up)) return [fact("no-leader.too-few-up", undefined, { up, needed })];
  const circles = up.map((id) => up.filter((other) => isReached(view, id, other)));
  if (!circles.some((circle) => isQuorum(membership, circle))) {
    return [fact("no-leader.partitioned", undefined, { up, needed })];
  }
  const standing = running.filter(({ role }) => role === "candidate" || role === "pre-candidate");
  const facts = [...split(standing), ...standing.flatMap((node) => election(view, node))];
  return facts.length > 0 ? facts : waiting(running);
}

/** Several candidates of one term have shared the votes among them. */
function split(standing: readonly NodeView[]): readonly WhyFact[] {
  const candidates = standing.filter(({ role }) => role === "candidate");
  const term = Math.max(0, ...candidates.map((node) => node.term));
  const rivals = candidates.filter((node) => node.term === term).map(({ id }) => id);
  return rivals.length < 2 ? [] : [fact("no-leader.split-vote", undefined, { candidates: rivals, term })];
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

function lastTermOf({ log }: NodeView): number {
  return log.entries.at(-1)?.term ?? log.snapshot?.term ?? 0;
}

function waiting(running: readonly NodeView[]): readonly WhyFact[] {
  const [first] = running
    .map(({ election: timer, id }) => ({ node: id, deadlineMs: timer?.deadlineMs ?? Infinity }))
    .filter(({ deadlineMs }) => deadlineMs < Infinity)
    .toSorted((a, b) => a.deadlineMs - b.deadlineMs);
  return first === undefined ? [] : [fact("no-leader.waits", first.node, first)];
}
