import type { AppendEntries, InstallSnapshot, Message, NodeId } from "@quorate/raft-core";
import { z } from "zod";
import { Malformed } from "./malformed.ts";

/** The dialling node's first words. */
export interface Hello {
  readonly type: "hello";
  /** The versions of the protocol that it speaks, from … to. */
  readonly minVersion: number;
  readonly maxVersion: number;
  readonly clusterId: string;
  /** Who it is, and whom it believes it is dialling. */
  readonly from: NodeId;
  readonly to: NodeId;
  /** Drawn once by each process: two that use one id are told apart by it. */
  readonly instance: string;
  /** Rises with every connection that the process makes: which of two is the newer does not depend on which arrives first. */
  readonly epoch: number;
  /** Random, never used again; where the cluster has a secret. */
  readonly nonce?: Uint8Array | undefined;
}

/** "Prove that you know the secret": the accepting node's own random bytes. */
export interface Challenge {
  readonly type: "challenge";
  readonly nonce: Uint8Array;
}

/** The dialling node's proof; see secret.ts. */
export interface Proof {
  readonly type: "proof";
  readonly mac: Uint8Array;
}

/** What the dialling node is to the accepting one. Said, not judged: whom it takes for removed may have been added again. */
export type Standing = "member" | "stranger" | "removed";

/** The accepting node's answer. A refusal is no message: the connection closes with a code and a reason. */
export interface Welcome {
  readonly type: "welcome";
  readonly version: number;
  readonly clusterId: string;
  readonly from: NodeId;
  readonly standing: Standing;
  /** The accepting node's own proof, where there was a challenge. */
  readonly mac?: Uint8Array | undefined;
}

/** A refusal where there is no WebSocket to close: the answer on a stream. */
export interface Refused {
  readonly type: "refused";
  readonly reason: string;
}

/** An AppendEntries without its entries, which follow as their records. */
export type AppendEnvelope = Omit<AppendEntries, "entries">;

/** An InstallSnapshot without its data, which follows as it is. */
export interface InstallEnvelope {
  readonly type: "install-snapshot";
  readonly term: number;
  readonly index: number;
  readonly snapshotTerm: number;
  /** As `encodeMembership` makes it. */
  readonly membership: Uint8Array;
  readonly sizeBytes: number;
  readonly checksum: number;
  readonly offsetBytes: number;
  /** CRC-32 of the data in this message. */
  readonly dataChecksum: number;
}

/** What stands in a message's envelope: for all but two, the message itself. */
export type Envelope = Exclude<Message, AppendEntries | InstallSnapshot> | AppendEnvelope | InstallEnvelope;

/** A safe integer ≥ 0, and not the zero that has a sign. */
const natural = z.custom<number>(
  (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0),
  "must be a safe integer ≥ 0",
);
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, "must be bytes");
/** A nonce, or the result of HMAC-SHA256. */
const bytesOf32 = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.length === 32,
  "must be 32 bytes",
);
const flag = z.boolean();
const name = z.string().min(1).max(256);
const term = natural;
const incarnation = natural.optional();

const helloSchema: z.ZodType<Hello> = z.strictObject({
  type: z.literal("hello"),
  minVersion: natural,
  maxVersion: natural,
  clusterId: name,
  from: name,
  to: name,
  instance: z.string().min(1).max(64),
  epoch: natural,
  nonce: bytesOf32.optional(),
});

const challengeSchema: z.ZodType<Challenge> = z.strictObject({ type: z.literal("challenge"), nonce: bytesOf32 });

const proofSchema: z.ZodType<Proof> = z.strictObject({ type: z.literal("proof"), mac: bytesOf32 });

const welcomeSchema: z.ZodType<Welcome> = z.strictObject({
  type: z.literal("welcome"),
  version: natural,
  clusterId: name,
  from: name,
  standing: z.enum(["member", "stranger", "removed"]),
  mac: bytesOf32.optional(),
});

const refusedSchema: z.ZodType<Refused> = z.strictObject({ type: z.literal("refused"), reason: z.string() });

const envelopeSchema: z.ZodType<Envelope> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("request-vote"),
    term,
    pre: flag,
    lastIndex: natural,
    lastTerm: natural,
    transfer: z.literal(true).optional(),
    incarnation,
    founders: z.string().max(65_535).optional(),
  }),
  z.strictObject({
    type: z.literal("request-vote-reply"),
    term,
    pre: flag,
    granted: flag,
    incarnation,
    candidate: incarnation,
  }),
  z.strictObject({
    type: z.literal("append-entries"),
    term,
    prevIndex: natural,
    prevTerm: natural,
    commitIndex: natural,
  }),
  z.strictObject({
    type: z.literal("append-entries-reply"),
    term,
    accepted: flag,
    prevIndex: natural,
    matchIndex: natural,
    hintIndex: natural,
    hintTerm: natural,
    incarnation,
  }),
  z.strictObject({ type: z.literal("heartbeat"), term, round: natural, commitIndex: natural }),
  z.strictObject({
    type: z.literal("heartbeat-reply"),
    term,
    round: natural,
    matchIndex: natural,
    incarnation,
    priority: natural.optional(),
  }),
  z.strictObject({
    type: z.literal("install-snapshot"),
    term,
    index: natural,
    snapshotTerm: natural,
    membership: bytes,
    sizeBytes: natural,
    checksum: natural,
    offsetBytes: natural,
    dataChecksum: natural,
  }),
  z.strictObject({
    type: z.literal("install-snapshot-reply"),
    term,
    snapshotIndex: natural,
    nextOffsetBytes: natural,
    installed: flag,
    incarnation,
  }),
  z.strictObject({ type: z.literal("read-index"), term, id: natural }),
  z.strictObject({ type: z.literal("read-index-reply"), term, id: natural, index: natural }),
  z.strictObject({ type: z.literal("timeout-now"), term }),
  z.strictObject({ type: z.literal("disowned"), term, incarnation: natural }),
]);

/** What a hello of any version has; the rest of it may be another's. */
const versionsSchema: z.ZodType<Pick<Hello, "minVersion" | "maxVersion">> = z.object({
  type: z.literal("hello"),
  minVersion: natural,
  maxVersion: natural,
});

/** Each throws `Malformed`, naming the field, for what is not one. */
export function parseVersions(value: unknown): Pick<Hello, "minVersion" | "maxVersion"> {
  return parse(versionsSchema, value);
}

export function parseHello(value: unknown): Hello {
  return parse(helloSchema, value);
}

export function parseChallenge(value: unknown): Challenge {
  return parse(challengeSchema, value);
}

export function parseProof(value: unknown): Proof {
  return parse(proofSchema, value);
}

export function parseRefused(value: unknown): Refused {
  return parse(refusedSchema, value);
}

export function parseWelcome(value: unknown): Welcome {
  return parse(welcomeSchema, value);
}

export function parseEnvelope(value: unknown): Envelope {
  return parse(envelopeSchema, value);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Malformed(`wrong field ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unknown"}`);
}
