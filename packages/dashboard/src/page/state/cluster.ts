import type { NodeId } from "@quorate/raft-core";
import type { ClusterEvent, ClusterMessage, NodeReport } from "../../report/index.ts";
import { aheadMs, inOrder } from "./clocks.ts";

/** What the page knows of one node. */
export interface NodeState {
  readonly id: NodeId;
  /** The last that was heard; undefined where nothing ever was. */
  readonly report: NodeReport | undefined;
  /** When that was, on the page's clock. */
  readonly heardMs: number;
  /** Since when it is known not to be reached, on the page's clock. */
  readonly lostMs: number | undefined;
  /** It is there, and says what is not understood: another version runs there, as in an upgrade. Else it is down. */
  readonly isUnreadable?: boolean;
  /** By how much its wall clock is ahead of the page's; 0 where they agree as well as clocks do. */
  readonly aheadMs?: number | undefined;
}

/** The cluster, as far as the page knows it: a value, and every change makes another. */
export interface ClusterState {
  /** In the order of their names. */
  readonly nodes: readonly NodeState[];
  /** The latest first, by one clock: see `happenedMs`. */
  readonly events: readonly ClusterEvent[];
  /** What the page's wall clock showed when the clock that times are told by was at 0. */
  readonly epochMs: number;
}

export const nothingKnown: ClusterState = { nodes: [], events: [], epochMs: 0 };

/** More than are shown: until a node's report has come it is not known what its clock is worth. */
const EVENTS_KEPT = 1000;

/** One that is no member any more is forgotten when it has said nothing for so long. */
const FORGET_MS = 3000;

/** `n2` before `n10`. */
const names = new Intl.Collator("en", { numeric: true });

/** The cluster after a message that came at `nowMs`. */
export function afterMessage(cluster: ClusterState, message: ClusterMessage, nowMs: number): ClusterState {
  switch (message.type) {
    case "node":
      return withMembers(heard(cluster, message.report, nowMs), nowMs);
    case "unreachable":
      return withReason(lost(cluster, message.id, nowMs), message.id, message.reason === "unreadable");
    case "event":
      return withEvent(cluster, message.event);
  }
}

/** The cluster after `id` was found not to answer. */
export function lost(cluster: ClusterState, id: NodeId, nowMs: number): ClusterState {
  const known = cluster.nodes.find((node) => node.id === id);
  if (known?.lostMs !== undefined) return cluster;
  return withNode(cluster, {
    ...(known ?? { id, report: undefined, heardMs: nowMs }),
    lostMs: nowMs,
    isUnreadable: false,
  });
}

/** Every node that told something is lost: nobody is there to tell more. */
export function allLost(cluster: ClusterState, nowMs: number): ClusterState {
  return cluster.nodes.reduce((before, { id }) => lost(before, id, nowMs), cluster);
}

/** Whose membership holds, as far as anybody has told: of those that are reached, the one that is furthest. */
export function bestInformed({ nodes }: ClusterState): NodeReport | undefined {
  const told = nodes.filter(({ report }) => report !== undefined && !report.raft.isForgotten);
  const reached = told.filter(({ lostMs }) => lostMs === undefined);
  const [best] = (reached.length > 0 ? reached : told)
    .flatMap(({ report }) => report ?? [])
    .toSorted((a, b) => b.raft.term - a.raft.term || b.raft.commitIndex - a.raft.commitIndex);
  return best;
}

/** Who leads the latest term, among those that are reached. */
export function leaderOf({ nodes }: ClusterState): NodeReport | undefined {
  return nodes
    .filter(({ lostMs }) => lostMs === undefined)
    .flatMap(({ report }) => (report?.raft.role === "leader" && report.raft.failure === undefined ? report : []))
    .toSorted((a, b) => b.raft.term - a.raft.term)[0];
}

/**
 * How many entries of the leader's log `id` has not confirmed. Undefined for who is none of its followers, and for as
 * long as a new leader has not heard what a follower has.
 */
export function lagOf({ raft }: NodeReport, id: NodeId): number | undefined {
  const follower = raft.followers.find((other) => other.id === id);
  if (follower === undefined || (follower.state === "probe" && follower.matchIndex === 0)) return undefined;
  return Math.max(0, raft.lastIndex - follower.matchIndex);
}

function withReason(cluster: ClusterState, id: NodeId, isUnreadable: boolean): ClusterState {
  const node = cluster.nodes.find((other) => other.id === id);
  if (node === undefined || (node.isUnreadable ?? false) === isUnreadable) return cluster;
  return withNode(cluster, { ...node, isUnreadable });
}

function heard(cluster: ClusterState, report: NodeReport, nowMs: number): ClusterState {
  const before = cluster.nodes.find(({ id }) => id === report.id)?.aheadMs;
  const ahead = aheadMs(report.atMs, cluster.epochMs + nowMs, before);
  const after = withNode(cluster, { id: report.id, report, heardMs: nowMs, lostMs: undefined, aheadMs: ahead });
  return ahead === (before ?? 0) ? after : { ...after, events: inOrder(after) };
}

/** Members that were never heard are there, too; nodes that are members no more go when they fall silent. */
function withMembers(cluster: ClusterState, nowMs: number): ClusterState {
  const membership = bestInformed(cluster)?.raft.membership;
  if (membership === undefined) return cluster;
  const members = new Set([...membership.voters, ...membership.outgoing, ...membership.learners]);
  const added = [...members].filter((id) => cluster.nodes.every((node) => node.id !== id));
  const stays = ({ id, heardMs, lostMs }: NodeState): boolean =>
    members.has(id) || (lostMs === undefined && nowMs - heardMs < FORGET_MS);
  if (added.length === 0 && cluster.nodes.every(stays)) return cluster;
  const nodes = [
    ...cluster.nodes.filter(stays),
    ...added.map((id): NodeState => ({ id, report: undefined, heardMs: nowMs, lostMs: undefined })),
  ];
  return { ...cluster, nodes: nodes.toSorted((a, b) => names.compare(a.id, b.id)) };
}

function withNode(cluster: ClusterState, node: NodeState): ClusterState {
  const others = cluster.nodes.filter(({ id }) => id !== node.id);
  return { ...cluster, nodes: [...others, node].toSorted((a, b) => names.compare(a.id, b.id)) };
}

/** A stream that begins anew tells again what it has told before. */
function withEvent(cluster: ClusterState, event: ClusterEvent): ClusterState {
  if (cluster.events.some(({ id }) => id === event.id)) return cluster;
  const events = inOrder({ ...cluster, events: [event, ...cluster.events] });
  return { ...cluster, events: events.slice(0, EVENTS_KEPT) };
}
