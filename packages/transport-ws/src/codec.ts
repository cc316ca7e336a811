import { crc32 } from "node:zlib";
import {
  Entry,
  type Membership,
  type Message,
  type Snapshot,
  decodeMembership,
  decodeRecord,
  encodeMembership,
  recordsOf,
} from "@quorate/raft-core";
import { decodeEnvelope, encodeEnvelope } from "./envelope.ts";
import { Malformed } from "./malformed.ts";
import { type AppendEnvelope, type InstallEnvelope, parseEnvelope } from "./schema.ts";

/**
 * A WebSocket message is a frame: one or more Raft messages, one after the other.
 *
 * | offset | size | field (little-endian)                                    |
 * | ------ | ---- | -------------------------------------------------------- |
 * | 0      | 4    | CRC-32 of every byte from offset 4 to the envelope's end   |
 * | 4      | 4    | length of the envelope, e                                  |
 * | 8      | 4    | length of the body, b                                      |
 * | 12     | e    | envelope: the message's fields, but for its large part     |
 * | 12 + e | b    | body: an AppendEntries' entries as records, an InstallSnapshot's data; else empty |
 *
 * Records carry checksums of their own, and so does the data: its checksum is in the envelope.
 */
const HEADER_BYTES = 12;

/** An encoded message, in pieces that are sent one after the other; the entries' records are among them as they are. */
export interface Encoded {
  readonly type: Message["type"];
  readonly pieces: readonly Uint8Array[];
  readonly bytes: number;
}

export function encodeMessage(message: Message): Encoded {
  switch (message.type) {
    case "append-entries": {
      const { entries, ...envelope } = message;
      return assemble(message.type, envelope, recordsOf(entries, crc32));
    }
    case "install-snapshot": {
      const { snapshot, data, ...rest } = message;
      const { index, term, sizeBytes, checksum } = snapshot;
      const membership = encodeMembership(snapshot.membership);
      const dataChecksum = crc32(data);
      const envelope = { ...rest, index, snapshotTerm: term, membership, sizeBytes, checksum, dataChecksum };
      return assemble(message.type, envelope, [data]);
    }
    default:
      return assemble(message.type, message, []);
  }
}

function assemble(type: Message["type"], fields: object, body: readonly Uint8Array[]): Encoded {
  const envelope = encodeEnvelope(fields);
  const bodyBytes = body.reduce((bytes, piece) => bytes + piece.length, 0);
  const head = Buffer.allocUnsafe(HEADER_BYTES + envelope.length);
  head.writeUInt32LE(envelope.length, 4);
  head.writeUInt32LE(bodyBytes, 8);
  head.set(envelope, HEADER_BYTES);
  head.writeUInt32LE(crc32(head.subarray(4)), 0);
  return { type, pieces: [head, ...body], bytes: head.length + bodyBytes };
}

/**
 * The messages of a frame, every one checked as the `Transport` port promises; throws `Malformed` if any is not right.
 * Entries and data are views into `frame`, which nobody may change afterwards.
 */
export function decodeFrame(frame: Uint8Array): readonly Message[] {
  if (frame.length === 0) throw new Malformed("an empty frame");
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const messages: Message[] = [];
  let at = 0;
  while (at < frame.length) {
    if (frame.length - at < HEADER_BYTES) throw new Malformed("a frame that ends within a header");
    const bodyAt = at + HEADER_BYTES + view.getUint32(at + 4, true);
    const end = bodyAt + view.getUint32(at + 8, true);
    if (end > frame.length) throw new Malformed("a frame that ends within a message");
    if (view.getUint32(at, true) !== crc32(frame.subarray(at + 4, bodyAt))) {
      throw new Malformed("an envelope whose checksum does not match");
    }
    messages.push(decodeMessage(frame.subarray(at + HEADER_BYTES, bodyAt), frame.subarray(bodyAt, end)));
    at = end;
  }
  return messages;
}

function decodeMessage(head: Uint8Array, body: Uint8Array): Message {
  const envelope = parseEnvelope(decodeEnvelope(head));
  if (envelope.type === "append-entries") return { ...envelope, entries: decodeEntries(envelope, body) };
  if (envelope.type === "install-snapshot") return decodeChunk(envelope, body);
  if (body.length > 0) throw new Malformed(`a ${envelope.type} with a body`);
  return envelope;
}

/** Entries follow one another and `prev`, in index and in term, and none is of a later term than the message's (§5.3). */
function decodeEntries(envelope: AppendEnvelope, body: Uint8Array): readonly Entry[] {
  const entries: Entry[] = [];
  let { prevIndex: index, prevTerm: term } = envelope;
  if (term > envelope.term) throw new Malformed(`an append of term ${envelope.term} after an entry of term ${term}`);
  for (let at = 0; at < body.length;) {
    const decoded = decodeRecord(body, at, crc32);
    if (decoded.type === "short") throw new Malformed("an append that ends within an entry");
    if (decoded.type === "damaged") throw new Malformed(`a damaged entry: ${decoded.reason}`);
    const { record, lengthBytes } = decoded;
    if (record.index !== index + 1) throw new Malformed(`an entry ${record.index} after entry ${index}`);
    if (record.term < term) throw new Malformed(`an entry of term ${record.term} after one of term ${term}`);
    if (record.term > envelope.term) throw new Malformed(`an entry of term ${record.term} in term ${envelope.term}`);
    const entry = Entry.fromRecord(record, body.subarray(at, at + lengthBytes));
    if (!entry) throw new Malformed(`an entry of unknown kind ${record.kind}`);
    if (entry.kind === "membership") membershipIn(entry.data);
    entries.push(entry);
    at += lengthBytes;
    ({ index, term } = record);
  }
  return entries;
}

function decodeChunk(envelope: InstallEnvelope, data: Uint8Array): Message {
  const { type, term, index, snapshotTerm, sizeBytes, checksum, offsetBytes, dataChecksum } = envelope;
  if (dataChecksum !== crc32(data)) throw new Malformed("snapshot data whose checksum does not match");
  if (offsetBytes + data.length > sizeBytes) throw new Malformed("snapshot data that goes past the snapshot's end");
  const membership = membershipIn(envelope.membership);
  const snapshot: Snapshot = { index, term: snapshotTerm, membership, sizeBytes, checksum };
  return { type, term, snapshot, offsetBytes, data };
}

function membershipIn(data: Uint8Array): Membership {
  try {
    return decodeMembership(data);
  } catch (error) {
    throw new Malformed(`a wrong membership: ${error instanceof Error ? error.message : String(error)}`);
  }
}
