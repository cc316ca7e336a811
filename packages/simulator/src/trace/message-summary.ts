import { crc32 } from "node:zlib";
import type { Message } from "@quorate/raft-core";

/** A message without its bytes, as JSON. */
export function summaryOf(message: Message): Readonly<Record<string, unknown>> {
  if (message.type === "append-entries") {
    const { entries, ...rest } = message;
    return { ...rest, entries: entries.map(({ index, term, kind }) => ({ index, term, kind })) };
  }
  if (message.type === "install-snapshot") {
    const { data, snapshot, ...rest } = message;
    const { index, term, sizeBytes } = snapshot;
    return { ...rest, snapshot: { index, term, sizeBytes }, bytes: data.length };
  }
  return { ...message };
}

/** What tells a message from others of its kind: two numbers for the digest. */
export function numbersOf(message: Message): readonly [number, number] {
  switch (message.type) {
    case "request-vote":
      return [message.lastIndex, message.pre ? 1 : 0];
    case "request-vote-reply":
      return [message.granted ? 1 : 0, message.pre ? 1 : 0];
    case "append-entries":
      return [message.prevIndex, message.entries.length];
    case "append-entries-reply":
      return [message.matchIndex, message.hintIndex];
    case "heartbeat":
    case "heartbeat-reply":
      return [message.round, "commitIndex" in message ? message.commitIndex : message.matchIndex];
    case "install-snapshot":
      return [message.snapshot.index, message.offsetBytes];
    case "install-snapshot-reply":
      return [message.snapshotIndex, message.nextOffsetBytes];
    case "read-index":
      return [message.id, 0];
    case "read-index-reply":
      return [message.id, message.index];
    case "timeout-now":
      return [0, 0];
    case "disowned":
      return [message.incarnation, 0];
  }
}

/** A hash of the bytes that it carries. */
export function contentOf(message: Message): number {
  if (message.type === "install-snapshot") return crc32(message.data);
  if (message.type !== "append-entries") return 0;
  // An entry's record begins with the checksum of the rest of it.
  return message.entries.reduce((mixed, entry) => crc32(entry.record(crc32).subarray(0, 4), mixed), 0);
}

function entriesInWords(message: Extract<Message, { type: "append-entries" }>): string {
  const first = message.entries[0];
  const last = message.entries.at(-1);
  if (first === undefined || last === undefined) return "no entries";
  const range = first.index === last.index ? `entry ${first.index}` : `entries ${first.index} to ${last.index}`;
  return `${range} of term ${last.term}`;
}

/** `term 4: entries 7 to 9 of term 4 after 6/3, commit 5`. */
export function messageInWords(message: Message): string {
  const kind = `${message.type} of term ${message.term}`;
  switch (message.type) {
    case "request-vote":
      return `${message.pre ? "pre-vote " : ""}${kind}, last entry ${message.lastIndex}/${message.lastTerm}`;
    case "request-vote-reply":
      return `${message.pre ? "pre-vote " : ""}${kind}, ${message.granted ? "granted" : "refused"}`;
    case "append-entries":
      return `${kind}, ${entriesInWords(message)} after ${message.prevIndex}/${message.prevTerm}, commit ${message.commitIndex}`;
    case "append-entries-reply":
      return message.accepted
        ? `${kind}, accepted up to ${message.matchIndex}`
        : `${kind}, rejected ${message.prevIndex}, hint ${message.hintIndex}/${message.hintTerm}`;
    case "heartbeat":
      return `${kind}, round ${message.round}, commit ${message.commitIndex}`;
    case "heartbeat-reply":
      return `${kind}, round ${message.round}, match ${message.matchIndex}`;
    case "install-snapshot":
      return `${kind}, snapshot ${message.snapshot.index}/${message.snapshot.term}, ${message.data.length} bytes from ${message.offsetBytes}`;
    case "install-snapshot-reply":
      return `${kind}, snapshot ${message.snapshotIndex}, ${message.installed ? "installed" : `next ${message.nextOffsetBytes}`}`;
    case "read-index":
    case "read-index-reply":
      return `${kind}, read ${message.id}`;
    case "timeout-now":
      return kind;
    case "disowned":
      return `${kind}, meant is incarnation ${message.incarnation}`;
  }
}
