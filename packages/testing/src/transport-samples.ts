import {
  Entry,
  type EntryKind,
  type Membership,
  type Message,
  encodeMembership,
  membershipOf,
} from "@quorate/raft-core";

const LARGEST = Number.MAX_SAFE_INTEGER;

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const joint: Membership = {
  ...membershipOf([
    { id: "n1", address: "10.0.0.1:7001" },
    { id: "zwölf-節点-🗳", address: "[::1]:7002" },
  ]),
  outgoing: ["n1"],
  learners: ["__proto__"],
  // A computed name, for a field of this name and not the prototype.
  addresses: { n1: "10.0.0.1:7001", "zwölf-節点-🗳": "[::1]:7002", ["__proto__"]: "" },
  incarnations: { n1: LARGEST },
  target: { voters: ["n1", "zwölf-節点-🗳"], learners: ["__proto__"], added: [] },
};

export function entriesAfter(
  prevIndex: number,
  term: number,
  ...content: readonly (readonly [EntryKind, Uint8Array])[]
): Entry[] {
  return content.map(([kind, data], at) => new Entry(prevIndex + 1 + at, term, kind, data));
}

const rejection = {
  type: "append-entries-reply",
  accepted: false,
  prevIndex: 1,
  matchIndex: 0,
  hintIndex: 0,
  hintTerm: 0,
} as const;

/** Every type of message, with small and with the largest numbers, with every truth value, empty and full. */
export function sampleMessages(): readonly Message[] {
  const snapshot = { index: 7, term: 2, membership: joint, sizeBytes: 600, checksum: 2 ** 32 - 1 };
  const kinds = entriesAfter(
    41,
    3,
    ["no-op", new Uint8Array()],
    ["command", everyByte],
    ["membership", encodeMembership(joint)],
    ["command", new Uint8Array(1)],
  );
  return [0, 1, 2 ** 32, LARGEST].flatMap((n): Message[] => [
    { type: "request-vote", term: n, pre: true, lastIndex: n, lastTerm: n },
    { type: "request-vote", term: n, pre: false, lastIndex: 0, lastTerm: 0 },
    { type: "request-vote-reply", term: n, pre: false, granted: true },
    { type: "request-vote-reply", term: n, pre: true, granted: false },
    { type: "append-entries", term: n, prevIndex: n, prevTerm: n, entries: [], commitIndex: n },
    { type: "append-entries", term: Math.max(n, 3), prevIndex: 41, prevTerm: 0, entries: kinds, commitIndex: n },
    { type: "append-entries-reply", term: n, accepted: true, prevIndex: n, matchIndex: n, hintIndex: 0, hintTerm: 0 },
    { type: "append-entries-reply", term: n, accepted: false, prevIndex: n, matchIndex: 0, hintIndex: n, hintTerm: n },
    { type: "heartbeat", term: n, round: n, commitIndex: n },
    { type: "heartbeat-reply", term: n, round: n, matchIndex: n },
    { type: "install-snapshot", term: n, snapshot, offsetBytes: 344, data: everyByte },
    {
      type: "install-snapshot",
      term: n,
      snapshot: { ...snapshot, sizeBytes: n },
      offsetBytes: 0,
      data: new Uint8Array(),
    },
    { type: "install-snapshot-reply", term: n, snapshotIndex: n, nextOffsetBytes: n, installed: false },
    { type: "install-snapshot-reply", term: n, snapshotIndex: n, nextOffsetBytes: n, installed: true },
    { type: "read-index", term: n, id: n },
    { type: "read-index-reply", term: n, id: n, index: n },
    { type: "timeout-now", term: n },
    { type: "disowned", term: n, incarnation: n },
    // With what is there only sometimes.
    { type: "request-vote", term: n, pre: false, lastIndex: n, lastTerm: n, transfer: true, incarnation: n },
    { type: "request-vote", term: n, pre: true, lastIndex: 1, lastTerm: 0, incarnation: n, founders: '["é","n2"]' },
    { type: "request-vote-reply", term: n, pre: false, granted: true, incarnation: n },
    { type: "heartbeat-reply", term: n, round: n, matchIndex: n, incarnation: n, priority: n },
    {
      type: "install-snapshot-reply",
      term: n,
      snapshotIndex: n,
      nextOffsetBytes: n,
      installed: true,
      incarnation: undefined,
    },
    { ...rejection, term: n, incarnation: n },
  ]);
}

/** A message that is known again by its number. */
export function numbered(round: number): Message {
  return { type: "heartbeat", term: 1, round, commitIndex: 0 };
}

/** As `numbered`, with about `bytes` of weight; not a heartbeat. */
export function weighty(number: number, bytes: number): Message {
  const [entry] = entriesAfter(number, 1, ["command", new Uint8Array(bytes)]);
  const entries = entry ? [entry] : [];
  return { type: "append-entries", term: 1, prevIndex: number, prevTerm: 1, entries, commitIndex: 0 };
}

/** The number of what `numbered` or `weighty` made; undefined for other messages. */
export function numberOf(message: Message): number | undefined {
  if (message.type === "heartbeat") return message.round;
  return message.type === "append-entries" ? message.prevIndex : undefined;
}
