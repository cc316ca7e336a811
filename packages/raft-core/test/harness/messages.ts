import type {
  AppendEntries,
  AppendEntriesReply,
  Entry,
  Heartbeat,
  HeartbeatReply,
  InstallSnapshot,
  InstallSnapshotReply,
  RequestVote,
  RequestVoteReply,
  Snapshot,
} from "../../src/index.ts";

/** A position as tests write it: [index, term]. */
export type At = readonly [index: number, term: number];

export function requestVote(term: number, [lastIndex, lastTerm]: At): RequestVote {
  return { type: "request-vote", term, pre: false, lastIndex, lastTerm };
}

export function requestPreVote(term: number, [lastIndex, lastTerm]: At): RequestVote {
  return { type: "request-vote", term, pre: true, lastIndex, lastTerm };
}

export function voteReply(term: number, granted: boolean): RequestVoteReply {
  return { type: "request-vote-reply", term, pre: false, granted };
}

export function preVoteReply(term: number, granted: boolean): RequestVoteReply {
  return { type: "request-vote-reply", term, pre: true, granted };
}

export function appendEntries(
  term: number,
  [prevIndex, prevTerm]: At,
  entries: readonly Entry[] = [],
  commitIndex = 0,
): AppendEntries {
  return { type: "append-entries", term, prevIndex, prevTerm, entries, commitIndex };
}

export function accepted(term: number, matchIndex: number, prevIndex = 0): AppendEntriesReply {
  const hint = { hintIndex: 0, hintTerm: 0 };
  return { type: "append-entries-reply", term, accepted: true, prevIndex, matchIndex, ...hint };
}

export function rejected(term: number, prevIndex: number, [hintIndex, hintTerm]: At): AppendEntriesReply {
  return { type: "append-entries-reply", term, accepted: false, prevIndex, matchIndex: 0, hintIndex, hintTerm };
}

export function heartbeat(term: number, round = 1, commitIndex = 0): Heartbeat {
  return { type: "heartbeat", term, round, commitIndex };
}

export function heartbeatReply(term: number, round: number, matchIndex: number): HeartbeatReply {
  return { type: "heartbeat-reply", term, round, matchIndex };
}

export function chunk(term: number, snapshot: Snapshot, offsetBytes = 0): InstallSnapshot {
  return { type: "install-snapshot", term, snapshot, offsetBytes, data: new Uint8Array(1) };
}

export function chunkReply(
  term: number,
  snapshotIndex: number,
  next: { readonly nextOffsetBytes: number; readonly installed?: boolean },
): InstallSnapshotReply {
  const { nextOffsetBytes, installed = false } = next;
  return { type: "install-snapshot-reply", term, snapshotIndex, nextOffsetBytes, installed };
}
