import { appendMembership, appendToLog, followMembership } from "./append.ts";
import { assert } from "./assert.ts";
import { noteEndedLead } from "./ended-leads.ts";
import { Entry } from "./entry.ts";
import { type NodeId, isMember } from "./membership.ts";
import { withIncarnations } from "./membership-change.ts";
import { failReads } from "./read-index.ts";
import type { State } from "./state.ts";

/** How often the range of election timeouts is doubled at the most. */
const DOUBLINGS_MAX = 4;

/**
 * Starts the election timeout anew; `draw` a new one at random as well (§5.2, §9.3). The range doubles with every election
 * that came to nothing, so that candidates whose disks or network are slower than the timeout let one of them finish.
 */
export function restartElectionTimer(state: State, draw: "draw" | "keep"): void {
  const { electionTimeoutMinMs, electionTimeoutMaxMs, random } = state.options;
  state.electionStartMs = state.nowMs;
  if (draw === "keep") return;
  const doublings = Math.min(Math.max(0, state.electionAttempts - 1), DOUBLINGS_MAX);
  const rangeMs = (electionTimeoutMaxMs - electionTimeoutMinMs) * 2 ** doublings;
  state.electionTimeoutMs = electionTimeoutMinMs + random.next() * rangeMs;
}

/**
 * Follows `leader`, or nobody yet, in `term`. A later term clears the vote; the same term keeps it, whatever the node
 * was before (§5.1, §5.2).
 */
export function becomeFollower(state: State, term: number, leader: NodeId | undefined): void {
  assert(term >= state.term, `term ${term} after term ${state.term}`);
  const changed = term !== state.term || state.role !== "follower" || leader !== state.leader;
  if (!changed) return;
  if (term > state.term) {
    state.term = term;
    state.votedFor = undefined;
    state.verifiedIndex = 0;
  }
  const wasFollower = state.role === "follower";
  state.role = "follower";
  setLeader(state, leader);
  endElection(state);
  failReads(state);
  loseLead(state);
  state.loads.clear();
  if (!wasFollower) restartElectionTimer(state, "draw");
  state.announceRole();
}

function setLeader(state: State, leader: NodeId | undefined): void {
  const former = state.leader;
  if (former === leader) return;
  state.leader = leader;
  if (leader !== undefined) state.neededSinceMs = undefined;
  if (former === undefined) return;
  noteEndedLead(state, former);
  if (!isMember(state.membership, former)) state.out.now({ type: "peers" });
}

function loseLead(state: State): void {
  const { leading } = state;
  if (leading === undefined) return;
  state.leading = undefined;
  const { transfer } = leading;
  if (transfer?.askedMs !== undefined) state.handedOver = transfer;
  else if (transfer !== undefined) {
    const reason = `${state.id} has lost its lead before ${transfer.to} could be asked`;
    for (const id of transfer.ids) state.out.now({ type: "transfer-failed", id, code: "TRANSFER_REFUSED", reason });
  }
  if (leading.departing.size > 0) state.out.now({ type: "peers" });
  const reason = `${state.id} leads no more: a later leader completes the change, or has never heard of it`;
  for (const { id } of leading.changes) state.out.now({ type: "members-refused", id, code: "OUTCOME_UNKNOWN", reason });
}

/** Asks whether an election could be won; neither term nor vote change (diss. §9.6). */
export function becomePreCandidate(state: State): void {
  state.role = "pre-candidate";
  setLeader(state, undefined);
  beginElection(state);
}

/** Enters the next term and votes for itself; that vote counts once it is durable (§5.2). */
export function becomeCandidate(state: State): void {
  state.term += 1;
  state.votedFor = state.id;
  state.verifiedIndex = 0;
  state.role = "candidate";
  setLeader(state, undefined);
  beginElection(state);
}

function endElection(state: State): void {
  state.votes.clear();
  state.voterIncarnations.clear();
  state.ballot = undefined;
}

function beginElection(state: State): void {
  endElection(state);
  failReads(state);
  restartElectionTimer(state, "draw");
  state.announceRole();
}

/** Leads the term: every follower begins with a probe, and a no-op will commit what was inherited (§5.3, §5.4.2, §8). */
export function becomeLeader(state: State): void {
  assert(state.role === "candidate" && state.isHardStateDurable, "a leader's own vote must be durable");
  state.role = "leader";
  state.electionAttempts = 0;
  state.leader = state.id;
  state.neededSinceMs = undefined;
  state.loads.clear();
  state.leading = {
    followers: new Map(),
    departing: new Map(),
    catchUps: new Map(),
    changes: [],
    recordedAt: 0,
    transfer: undefined,
    roundStarts: [],
    leaseUntilMs: -Infinity,
    isLeaseForfeit: false,
    termStartIndex: state.log.lastIndex + 1,
    uncommittedBytes: 0,
    round: 0,
    heartbeatDeadlineMs: state.nowMs + state.options.heartbeatIntervalMs,
    checkDeadlineMs: state.nowMs + state.options.heartbeatIntervalMs,
    waitingReads: [],
    readRounds: [],
  };
  followMembership(state, "from the start");
  state.announceRole();
  recordFounders(state);
  endElection(state);
  appendToLog(state, [new Entry(state.log.lastIndex + 1, state.term, "no-op", new Uint8Array())]);
}

/**
 * The cluster is founded: its first leader has the votes of all founders, so it knows who each of them is, and no other
 * node holds more than the first entry. That is why this configuration need not wait for a commit in this term.
 */
function recordFounders(state: State): void {
  const { founding, voters } = state.membership;
  const known = new Map(state.voterIncarnations);
  if (state.incarnation !== undefined) known.set(state.id, state.incarnation);
  if (founding !== true || voters.some((id) => !known.has(id))) return;
  appendMembership(state, withIncarnations(state.membership, known));
}
