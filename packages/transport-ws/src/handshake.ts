import type { NodeId } from "@quorate/raft-core";
import { decodeEnvelope, encodeEnvelope } from "./envelope.ts";
import {
  type Challenge,
  type Hello,
  type Proof,
  type Welcome,
  parseChallenge,
  parseHello,
  parseProof,
  parseVersions,
  parseWelcome,
} from "./schema.ts";
import { type RefusalKind, type TroubleKind, refusalKinds } from "./trouble.ts";

/**
 * The dialling node says `hello`, the accepting one answers `welcome` or closes the connection; both check who the
 * other is. Where the cluster has a secret, a `challenge` and its `proof` stand between the two, and the welcome carries
 * the accepting node's own proof. `Dialling` and `Answering` are the two sides of it.
 */
export const SUBPROTOCOL = "quorate-raft";

/** The versions of the protocol that this node speaks. */
export const MIN_VERSION = 1;
export const MAX_VERSION = 1;

/** WebSocket close codes. Those from 4000 on are this protocol's own; each goes with a reason for people. */
export const closeCode = {
  goingAway: 1001,
  wrongVersion: 4001,
  wrongCluster: 4002,
  wrongNode: 4003,
  handshakeTimeout: 4005,
  malformed: 4006,
  replaced: 4007,
  overloaded: 4008,
  unauthenticated: 4009,
  duplicate: 4010,
} as const;

export type CloseCode = (typeof closeCode)[keyof typeof closeCode];

export interface Refusal {
  readonly code: CloseCode;
  readonly reason: string;
}

/** As which kind a refusal of this code is counted. */
export function kindOf(code: CloseCode): RefusalKind {
  return refusalKinds.find((kind) => kind !== "notOurs" && closeCode[kind] === code) ?? "notOurs";
}

/** What it means that a peer has closed a connection with this code, which may be any. */
export function troubleOf(code: number): TroubleKind {
  return refusalKinds.find((kind) => kind !== "notOurs" && closeCode[kind] === code) ?? "unreachable";
}

/** What a node is and which cluster it belongs to. */
export interface Identity {
  readonly id: NodeId;
  readonly clusterId: string;
}

/** What a hello says first of all. */
export type Versions = Pick<Hello, "minVersion" | "maxVersion">;

/** What a hello says besides who speaks to whom. */
export type Opening = Pick<Hello, "instance" | "epoch" | "nonce">;

export function encodeHello(self: Identity, peer: NodeId, opening: Opening): Uint8Array {
  const hello: Hello = {
    type: "hello",
    minVersion: MIN_VERSION,
    maxVersion: MAX_VERSION,
    clusterId: self.clusterId,
    from: self.id,
    to: peer,
    ...opening,
  };
  return encodeEnvelope({ ...hello });
}

export function encodeChallenge(nonce: Uint8Array): Uint8Array {
  const challenge: Challenge = { type: "challenge", nonce };
  return encodeEnvelope({ ...challenge });
}

export function encodeProof(mac: Uint8Array): Uint8Array {
  const proof: Proof = { type: "proof", mac };
  return encodeEnvelope({ ...proof });
}

export function encodeWelcome(self: Identity, said: Pick<Welcome, "version" | "standing" | "mac">): Uint8Array {
  const welcome: Welcome = { type: "welcome", clusterId: self.clusterId, from: self.id, ...said };
  return encodeEnvelope({ ...welcome });
}

/** A hello, or that it is one in no version that is spoken here, whatever else that version may have it say. */
export function decodeHello(bytes: Uint8Array): Hello | Refusal {
  const envelope = decodeEnvelope(bytes);
  return versionRefusal(parseVersions(envelope)) ?? parseHello(envelope);
}

export function decodeProof(bytes: Uint8Array): Proof {
  return parseProof(decodeEnvelope(bytes));
}

/** What the accepting node may say to a hello. */
export function decodeAnswer(bytes: Uint8Array): Challenge | Welcome {
  const envelope = decodeEnvelope(bytes);
  const isChallenge = "type" in envelope && envelope.type === "challenge";
  return isChallenge ? parseChallenge(envelope) : parseWelcome(envelope);
}

/** A version as the proofs hold it. */
export function versionBytes(version: number): Uint8Array {
  return Buffer.from(String(version));
}

/** The latest version that both speak. */
export function versionFor(hello: Versions): number | undefined {
  const version = Math.min(hello.maxVersion, MAX_VERSION);
  return version >= Math.max(hello.minVersion, MIN_VERSION) ? version : undefined;
}

function versionRefusal(versions: Versions): Refusal | undefined {
  if (versionFor(versions) !== undefined) return undefined;
  const theirs = `${versions.minVersion} to ${versions.maxVersion}`;
  const reason = `protocol versions ${theirs} are not spoken here, only ${MIN_VERSION} to ${MAX_VERSION}`;
  return { code: closeCode.wrongVersion, reason };
}

/**
 * Why the node that said `hello` may not connect to this one; undefined if it may. Every node of the cluster may, member
 * or not (§6).
 */
export function refusalOf(hello: Hello, self: Identity): Refusal | undefined {
  if (hello.clusterId !== self.clusterId) {
    return { code: closeCode.wrongCluster, reason: `this node belongs to cluster "${self.clusterId}"` };
  }
  if (hello.to !== self.id) {
    return { code: closeCode.wrongNode, reason: `this is node "${self.id}"; correct its address` };
  }
  if (hello.from === self.id) {
    return { code: closeCode.wrongNode, reason: `this is node "${self.id}" itself, or another uses its id` };
  }
  return undefined;
}

/** Why the node that answered `welcome` is not the one that was dialled; undefined if it is. */
export function mistakeIn(welcome: Welcome, self: Identity, peer: NodeId): Refusal | undefined {
  if (welcome.version < MIN_VERSION || welcome.version > MAX_VERSION) {
    return { code: closeCode.wrongVersion, reason: `protocol version ${welcome.version} was not offered` };
  }
  if (welcome.clusterId !== self.clusterId) {
    return { code: closeCode.wrongCluster, reason: `the node there belongs to cluster "${welcome.clusterId}"` };
  }
  if (welcome.from !== peer) {
    return { code: closeCode.wrongNode, reason: `the node there is "${welcome.from}"; correct the address` };
  }
  return undefined;
}

const REASON_BYTES_MAX = 123;

/** A reason cut to what a WebSocket close frame can carry. */
export function closeReason(reason: string): Buffer {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES_MAX) return bytes;
  let end = REASON_BYTES_MAX;
  // Not within a character: continuation bytes in UTF-8 begin with the bits 10.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
