import { onMembershipChanged } from "./append.ts";
import { learnCommit } from "./commit.ts";
import { acceptLeader } from "./follower.ts";
import type { NodeId } from "./membership.ts";
import type { InstallSnapshot, InstallSnapshotReply, Snapshot } from "./message.ts";
import type { State } from "./state.ts";

/** A chunk of a snapshot from the leader (fig. 13). Worth storing only if it is ahead of what is here. */
export function onInstallSnapshot(state: State, from: NodeId, message: InstallSnapshot): void {
  if (!acceptLeader(state, from)) return;
  const { snapshot, offsetBytes, data } = message;
  if (covers(state, snapshot)) {
    replyInstalled(state, from, snapshot);
  } else if (state.installing === undefined) {
    state.out.now({ type: "receive-chunk", from, snapshot, offsetBytes, data });
  }
}

/**
 * Whether the log holds all that the snapshot covers: it is committed already, or the snapshot's last entry stands in
 * the log, in which case the log is right up to there and what follows it stays (fig. 13, rule 6).
 */
function covers(state: State, snapshot: Snapshot): boolean {
  if (snapshot.index <= state.commitIndex) return true;
  if (state.log.termAt(snapshot.index) !== snapshot.term) return false;
  state.verifiedIndex = Math.max(state.verifiedIndex, snapshot.index);
  learnCommit(state, snapshot.index);
  return true;
}

export function onChunkReceived(state: State, from: NodeId, snapshot: Snapshot, nextOffsetBytes: number): void {
  if (state.leader !== from || state.leading !== undefined) return;
  replyAt(state, from, { snapshotIndex: snapshot.index, nextOffsetBytes, installed: false });
}

/**
 * The whole snapshot is stored. If the log has not caught up with it meanwhile, the log gives way to it, configurations
 * that were never committed included; applied state never goes back (fig. 13, rules 7 and 8).
 */
export function onSnapshotReceived(state: State, from: NodeId, snapshot: Snapshot): void {
  if (state.installing !== undefined || state.leading !== undefined) return;
  const isLater = snapshot.index > (state.snapshot?.index ?? 0);
  if (isLater) state.snapshot = snapshot;
  if (covers(state, snapshot)) {
    if (state.leader === from) replyInstalled(state, from, snapshot);
    return;
  }
  state.installing = snapshot;
  state.log.reset(snapshot);
  state.saves.reset(snapshot.index);
  state.loads.clear();
  state.commitIndex = snapshot.index;
  state.verifiedIndex = Math.max(state.verifiedIndex, snapshot.index);
  state.out.now({ type: "commit", index: snapshot.index });
  state.out.now({ type: "install-snapshot", snapshot });
  state.memberships.reset(snapshot);
  onMembershipChanged(state);
}

export function onSnapshotInstalled(state: State, snapshot: Snapshot): void {
  state.installing = undefined;
  state.appliedIndex = snapshot.index;
  state.applyingIndex = snapshot.index;
  if (state.leader !== undefined && state.leading === undefined) replyInstalled(state, state.leader, snapshot);
}

function replyInstalled(state: State, to: NodeId, snapshot: Snapshot): void {
  replyAt(state, to, { snapshotIndex: snapshot.index, nextOffsetBytes: snapshot.sizeBytes, installed: true });
}

function replyAt(
  { out, term, incarnation }: State,
  to: NodeId,
  progress: Pick<InstallSnapshotReply, "snapshotIndex" | "nextOffsetBytes" | "installed">,
): void {
  out.sendDurably(to, { type: "install-snapshot-reply", term, ...progress, incarnation });
}
