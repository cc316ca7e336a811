import { Entry, type Message, decodeMembership, encodeMembership } from "@quorate/raft-core";

const ENVELOPE_BYTES = 64;

/** About what the message takes; exact in the parts that can be large. */
export function sizeOf(message: Message): number {
  switch (message.type) {
    case "append-entries":
      return message.entries.reduce((bytes, entry) => bytes + entry.sizeBytes, ENVELOPE_BYTES);
    case "install-snapshot":
      return ENVELOPE_BYTES + message.data.length;
    default:
      return ENVELOPE_BYTES;
  }
}

/** A message that shares no memory with the original, as a real network would make it. */
export function copyOf(message: Message): Message {
  switch (message.type) {
    case "append-entries": {
      const entries = message.entries.map(
        (entry) => new Entry(entry.index, entry.term, entry.kind, entry.data.slice()),
      );
      return { ...message, entries };
    }
    case "install-snapshot": {
      const membership = decodeMembership(encodeMembership(message.snapshot.membership));
      return { ...message, snapshot: { ...message.snapshot, membership }, data: message.data.slice() };
    }
    default:
      return { ...message };
  }
}
