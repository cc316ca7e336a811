import { onRequestVote, onRequestVoteReply } from "./election.ts";
import { onAppendEntries, onHeartbeat } from "./follower.ts";
import { isImpostor, onDisowned } from "./incarnation.ts";
import { type NodeId, isMember } from "./membership.ts";
import type { Message } from "./message.ts";
import { onReadIndex, onReadIndexReply } from "./read-index.ts";
import { onAppendEntriesReply, onHeartbeatReply } from "./replication.ts";
import { becomeFollower } from "./roles.ts";
import { onInstallSnapshot } from "./snapshot-receiver.ts";
import { onInstallSnapshotReply } from "./snapshot-sender.ts";
import type { State } from "./state.ts";
import { onTimeoutNow } from "./transfer.ts";

/** Terms rise by one election at a time: one that is so far ahead was made up, and would leave no room for later ones. */
const TERM_JUMP_MAX = 2 ** 32;
const TERM_MAX = 2 ** 52;

/** Takes a message: first the rule of terms (§5.1), then by its type. */
export function receive(state: State, from: NodeId, message: Message): void {
  if (message.term > Math.min(TERM_MAX, state.term + TERM_JUMP_MAX)) {
    state.out.now({ type: "suspect", peer: from, reason: `claims term ${message.term}, far beyond ${state.term}` });
    return;
  }
  if (message.type === "disowned") {
    onDisowned(state, from, message);
    return;
  }
  if (isImpostor(state, from, message)) return;
  // Votes are asked for and granted in a term that is not entered yet; election.ts applies the rule to them.
  const isPreVote = message.type === "request-vote-reply" && message.pre && message.granted;
  if (message.type === "request-vote" || isPreVote) {
    dispatch(state, from, message);
    return;
  }
  if (message.term < state.term) {
    answerStale(state, from, message);
    return;
  }
  if (message.term > state.term && !claimsLead(message) && !isMember(state.membership, from)) {
    // A node that was removed, and seeks election where nobody hears it, must not depose a leader by its answers.
    return;
  }
  if (message.term > state.term) becomeFollower(state, message.term, claimsLead(message) ? from : undefined);
  dispatch(state, from, message);
}

/**
 * A leader of an earlier term must hear that its time is over, even from a node that nobody else listens to: else a node
 * stranded in a later term could neither follow nor win.
 */
function answerStale(state: State, from: NodeId, message: Message): void {
  if (!claimsLead(message)) return;
  const { term, incarnation } = state;
  state.out.sendDurably(from, { type: "heartbeat-reply", term, round: 0, matchIndex: 0, incarnation });
}

/** What only the leader of its term sends. */
function claimsLead({ type }: Message): boolean {
  return type === "append-entries" || type === "heartbeat" || type === "install-snapshot";
}

function dispatch(state: State, from: NodeId, message: Message): void {
  const { leading } = state;
  switch (message.type) {
    case "request-vote":
      return onRequestVote(state, from, message);
    case "request-vote-reply":
      return onRequestVoteReply(state, from, message);
    case "append-entries":
      return onAppendEntries(state, from, message);
    case "append-entries-reply":
      return leading && onAppendEntriesReply(state, leading, from, message);
    case "heartbeat":
      return onHeartbeat(state, from, message);
    case "heartbeat-reply":
      return leading && onHeartbeatReply(state, leading, from, message);
    case "install-snapshot":
      return onInstallSnapshot(state, from, message);
    case "install-snapshot-reply":
      return leading && onInstallSnapshotReply(state, leading, from, message);
    case "read-index":
      return leading && onReadIndex(leading, from, message);
    case "read-index-reply":
      return onReadIndexReply(state, from, message);
    case "timeout-now":
      return onTimeoutNow(state, from);
    case "disowned":
      return onDisowned(state, from, message);
  }
}
