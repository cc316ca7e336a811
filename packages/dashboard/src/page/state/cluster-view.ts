import type { ClusterView, Condition, ElectionView, MembershipView, NodeView, Standing } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import type { NodeReport, RaftReport } from "../../report/index.ts";
import type { ClusterState, NodeState } from "./cluster.ts";

const nobody: MembershipView = { voters: [], outgoing: [], learners: [] };

/** What the drawing shows. Which messages are on their way between servers, and which links are cut, nobody knows. */
export function clusterViewOf({ nodes }: ClusterState, nowMs: number): ClusterView {
  return { nowMs, nodes: withWhatLeadersMustHave(nodes.map(viewOf)), flights: [], cuts: [] };
}

/** Whether the view is another one when nothing but time has passed. */
export function hasRunningTimer({ nodes }: ClusterState): boolean {
  return nodes.map(viewOf).some(({ election }) => election !== undefined && election.seenMs === undefined);
}

/**
 * Nodes report at different moments, and a leader would seem to lack what its followers have from it. What stands in any
 * log with a leader's term came from that leader's (§5.2, §5.3), and what is known to be committed in its term is known
 * from it: so it has both as well.
 */
function withWhatLeadersMustHave(nodes: readonly NodeView[]): readonly NodeView[] {
  return nodes.map((node) => (node.role === "leader" ? completed(node, nodes) : node));
}

function completed(leader: NodeView, nodes: readonly NodeView[]): NodeView {
  const { log, term } = leader;
  const ofTerm = nodes.filter((node) => node.term === term);
  const commitIndex = Math.max(...ofTerm.map((node) => node.commitIndex));
  const behind = ofTerm.map((node) =>
    node.log.entries.filter((entry) => entry.index > log.lastIndex && entry.term === term),
  );
  const longest = behind.reduce((one, other) => (other.length > one.length ? other : one), []);
  const added = longest[0]?.index === log.lastIndex + 1 ? longest : [];
  if (added.length === 0 && commitIndex === leader.commitIndex) return leader;
  const lastIndex = log.lastIndex + added.length;
  return { ...leader, commitIndex, log: { ...log, lastIndex, entries: [...log.entries, ...added] } };
}

const views = new WeakMap<NodeState, NodeView>();

/** The same object for the same state: what has not changed is not drawn anew. */
function viewOf(state: NodeState): NodeView {
  const known = views.get(state);
  if (known !== undefined) return known;
  const view = state.report === undefined ? unheard(state) : heard(state, state.report);
  views.set(state, view);
  return view;
}

function unheard(state: NodeState): NodeView {
  return {
    id: state.id,
    condition: state.lostMs === undefined || state.isUnreadable === true ? "unknown" : "down",
    role: undefined,
    standing: "voter",
    term: 0,
    votedFor: undefined,
    leader: undefined,
    election: undefined,
    votes: {},
    log: { snapshot: undefined, firstIndex: 1, lastIndex: 0, entries: [] },
    commitIndex: 0,
    appliedIndex: 0,
    durableIndex: undefined,
    membership: nobody,
    followers: [],
    transferTo: undefined,
    failure: undefined,
  };
}

function heard(state: NodeState, { raft }: NodeReport): NodeView {
  const { id, heardMs } = state;
  const condition = conditionOf(raft, state);
  const isUp = condition === "up";
  const { voters, outgoing, learners } = raft.membership;
  return {
    id,
    condition,
    role: isUp ? raft.role : undefined,
    standing: standingOf(id, raft),
    term: raft.term,
    votedFor: raft.votedFor,
    leader: raft.leader,
    election: isUp ? electionOf(raft, heardMs) : undefined,
    votes: raft.votes,
    log: {
      snapshot: raft.snapshot,
      firstIndex: raft.firstIndex,
      lastIndex: raft.lastIndex,
      entries: raft.entries.map((entry) => ({ ...entry, label: labelOf(entry.text) })),
    },
    commitIndex: raft.commitIndex,
    appliedIndex: raft.appliedIndex,
    durableIndex: raft.durableIndex,
    membership: { voters, outgoing, learners },
    followers: raft.followers.map(({ contactAgeMs, ...follower }) => ({
      ...follower,
      lastContactMs: contactAgeMs === undefined ? undefined : heardMs - contactAgeMs,
    })),
    transferTo: raft.transferTo,
    failure: raft.failure?.message,
    isForgotten: raft.isForgotten,
  };
}

/** So many letters of a key fit into a cell. */
const LABEL_LENGTH = 5;

/** To put something is what almost every entry does, and keys differ at their ends. */
function labelOf(text: string): string | undefined {
  if (!text.startsWith("put ")) return undefined;
  const key = Array.from(text.slice("put ".length));
  return key.length > LABEL_LENGTH ? `…${key.slice(1 - LABEL_LENGTH).join("")}` : key.join("");
}

function conditionOf({ failure }: RaftReport, { lostMs, isUnreadable }: NodeState): Condition {
  if (lostMs !== undefined) return isUnreadable === true ? "unknown" : "down";
  return failure === undefined ? "up" : "failed";
}

/**
 * Reports come less often than heartbeats, which wind a follower's timer up again: while it hears its leader, the timer
 * is shown as it was told.
 */
function electionOf({ election, leader }: RaftReport, heardMs: number): ElectionView | undefined {
  if (election === undefined) return undefined;
  const deadlineMs = heardMs + election.remainingMs;
  const startMs = deadlineMs - election.totalMs;
  return { startMs, deadlineMs, ...(leader === undefined ? {} : { seenMs: heardMs }) };
}

function standingOf(id: NodeId, { membership }: RaftReport): Standing {
  const { voters, outgoing, learners } = membership;
  if (voters.includes(id)) return outgoing.length > 0 && !outgoing.includes(id) ? "incoming" : "voter";
  if (outgoing.includes(id)) return "outgoing";
  return learners.includes(id) ? "learner" : "outside";
}
