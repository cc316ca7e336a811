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
}

/** The accepting node's answer. A refusal is no message: the connection closes with a code and a reason. */
export interface Welcome {
  readonly type: "welcome";
  readonly version: number;
  readonly clusterId: string;
  readonly from: NodeId;
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
});

const welcomeSchema: z.ZodType<Welcome> = z.strictObject({
  type: z.literal("welcome"),
  version: natural,
  clusterId: name,
  from: name,
});

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
  z.strictObject({ type: z.literal("request-vote-reply"), term, pre: flag, granted: flag, incarnation }),
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

/** Each throws `Malformed`, naming the field, for what is not one. */
export function parseHello(value: unknown): Hello {
  return parse(helloSchema, value);
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
