import { Entry, type Message, encodeMembership, membershipOf } from "@quorate/raft-core";

export const membership = membershipOf([
  { id: "a", address: "127.0.0.1:1" },
  { id: "b", address: "127.0.0.1:2" },
]);

export const append: Message = {
  type: "append-entries",
  term: 9,
  prevIndex: 4,
  prevTerm: 2,
  entries: [
    new Entry(5, 2, "command", Uint8Array.of(1, 2, 3)),
    new Entry(6, 9, "no-op", new Uint8Array()),
    new Entry(7, 9, "membership", encodeMembership(membership)),
  ],
  commitIndex: 5,
};

export const install: Message = {
  type: "install-snapshot",
  term: 9,
  snapshot: { index: 8, term: 7, membership, sizeBytes: 10, checksum: 123 },
  offsetBytes: 4,
  data: Uint8Array.of(9, 8, 7, 6),
};

/** One of every type. */
export const everyMessage: readonly Message[] = [
  append,
  install,
  { type: "request-vote", term: 3, pre: true, lastIndex: 2 ** 40, lastTerm: 2 },
  { type: "request-vote", term: 1, pre: false, lastIndex: 1, lastTerm: 0, founders: '["é","n2"]' },
  { type: "request-vote-reply", term: 3, pre: false, granted: true },
  {
    type: "append-entries-reply",
    term: 3,
    accepted: false,
    prevIndex: 300,
    matchIndex: 0,
    hintIndex: 70_000,
    hintTerm: 1,
  },
  { type: "heartbeat", term: 3, round: 65_535, commitIndex: 4 },
  { type: "heartbeat-reply", term: 3, round: 5, matchIndex: 2 ** 53 - 1 },
  { type: "install-snapshot-reply", term: 3, snapshotIndex: 8, nextOffsetBytes: 2 ** 33, installed: false },
  { type: "read-index", term: 3, id: 1 },
  { type: "read-index-reply", term: 3, id: 1, index: 9 },
  { type: "timeout-now", term: 3 },
  { type: "disowned", term: 3, incarnation: 2 ** 52 },
];
