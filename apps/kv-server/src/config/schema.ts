import type { Member } from "@quorate/raft-core";
import { z } from "zod";
import { formatEndpoint, isLoopback, parseEndpoint } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { memberAddress, memberList, nodeId } from "./members.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

/** What a server is told, complete and checked. What it learned at its first start stands in its data directory. */
export interface Config {
  readonly id: string;
  readonly data: string;
  /** On an empty directory: found a cluster of `members`. */
  readonly bootstrap: boolean;
  readonly members?: readonly Member[] | undefined;
  /** On an empty directory: become a member of the cluster that is served there. */
  readonly join?: string | undefined;
  /** Join it as a learner, and stay one. */
  readonly learner: boolean;
  /** Where the others reach this node. */
  readonly address?: string | undefined;
  /** Addresses that count for this node instead of those in the log. */
  readonly addresses: readonly Member[];
  readonly peerListen?: Endpoint | undefined;
  readonly clientListen: Endpoint;
  /** Files: what encrypts the links between nodes, and proves who is one. */
  readonly peerTlsCert?: string | undefined;
  readonly peerTlsKey?: string | undefined;
  readonly peerTlsCa?: string | undefined;
  readonly peerTlsCrl?: string | undefined;
  readonly peerTlsMutual: boolean;
  readonly peerSecretFile?: string | undefined;
  /** Where clients and browsers reach this node, an origin: where that is not where it listens. */
  readonly clientUrl?: string | undefined;
  /** The page that it serves may change the members and hand over the lead. */
  readonly dashboardActions: boolean;
  readonly clusterId?: string | undefined;
  readonly priority: number;
  readonly leaseDriftMax?: number | undefined;
  readonly catchUpTimeoutMs: number;
  readonly valueBytesMax: number;
  readonly requestTimeoutMs: number;
  readonly electionTimeoutMinMs: number;
  readonly electionTimeoutMaxMs: number;
  readonly heartbeatIntervalMs: number;
  readonly snapshotEntries: number;
  /** How large a file of the log becomes; what is not needed any more is deleted by whole files. */
  readonly segmentBytes: number;
  readonly logLevel: (typeof logLevels)[number];
  readonly exitWithParent: boolean;
}

/** Flags and variables are text; a file may hold numbers and booleans. */
const numberFromText = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

const booleanFromText = (value: unknown): unknown => (value === "true" ? true : value === "false" ? false : value);

function wholeNumber(min: number, max: number): z.ZodType<number> {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(numberFromText, z.int(rule).min(min, rule).max(max, rule));
}

const driftRule = "must be a number from 0 to 0.5";
const drift = z.preprocess(numberFromText, z.number(driftRule).min(0, driftRule).max(0.5, driftRule));

const flag = z.preprocess(booleanFromText, z.boolean("must be true or false")).prefault(false);

const file = z.string().min(1, "must name a file").optional();

const endpoint = z.string().transform((text, context): Endpoint => {
  const parsed = parseEndpoint(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "must be host:port with a port from 0 to 65535" });
  return z.NEVER;
});

const urlRule = "must be the URL of a node of the cluster, like http://host:8001";
const url = z
  .string()
  .regex(/^https?:\/\/[\w.:[\]-]+\/?$/, urlRule)
  .refine((text) => URL.canParse(text), urlRule);

const fields = z.strictObject({
  id: nodeId,
  data: z.string("is missing").min(1, "is missing"),
  bootstrap: flag,
  members: memberList.optional(),
  join: url.optional(),
  learner: flag,
  address: memberAddress.optional(),
  addresses: memberList.prefault({}),
  peerListen: endpoint.optional(),
  clientListen: endpoint.prefault("127.0.0.1:8001"),
  peerTlsCert: file,
  peerTlsKey: file,
  peerTlsCa: file,
  peerTlsCrl: file,
  peerTlsMutual: z.preprocess(booleanFromText, z.boolean("must be true or false")).prefault(true),
  peerSecretFile: file,
  clientUrl: url.transform((text) => new URL(text).origin).optional(),
  dashboardActions: flag,
  clusterId: z.string().min(1, "must not be empty").max(256, "must be at most 256 characters").optional(),
  priority: wholeNumber(0, 1000).prefault(1),
  leaseDriftMax: drift.optional(),
  catchUpTimeoutMs: wholeNumber(100, 3_600_000).prefault(10_000),
  valueBytesMax: wholeNumber(1, 4 * 1024 * 1024).prefault(1024 * 1024),
  requestTimeoutMs: wholeNumber(100, 600_000).prefault(5000),
  electionTimeoutMinMs: wholeNumber(1, 600_000).prefault(150),
  electionTimeoutMaxMs: wholeNumber(1, 600_000).prefault(300),
  heartbeatIntervalMs: wholeNumber(1, 60_000).prefault(50),
  snapshotEntries: wholeNumber(1, Number.MAX_SAFE_INTEGER).prefault(100_000),
  segmentBytes: wholeNumber(1024 * 1024, 1024 * 1024 * 1024).prefault(64 * 1024 * 1024),
  logLevel: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).prefault("info"),
  exitWithParent: flag,
});

export const configSchema: z.ZodType<Config> = fields.superRefine((given, context): void => {
  const fail = (name: string, message: string): void => {
    context.addIssue({ code: "custom", path: [name], message });
  };
  const { id, bootstrap, members, join, learner, address } = given;
  if (members !== undefined && !members.some((member) => member.id === id)) {
    fail("id", `must be one of the members: ${members.map((member) => member.id).join(", ")}`);
  }
  if (bootstrap && members === undefined) fail("members", "is missing: --bootstrap founds a cluster of them");
  if (bootstrap && join !== undefined) fail("join", "excludes --bootstrap: a node founds a cluster or joins one");
  if (join !== undefined && address === undefined) {
    fail("address", "is missing: with --join it is where the other nodes are to reach this one");
  }
  if (given.dashboardActions && !isLoopback(given.clientListen.host)) {
    const where = formatEndpoint(given.clientListen);
    fail(
      "dashboardActions",
      `needs --client-listen on loopback, like 127.0.0.1:8001, not ${where}: there is no authentication, so everybody ` +
        `who reaches the page could change the cluster`,
    );
  }
  if (learner && join === undefined) fail("learner", "needs --join: who founds a cluster is a voter");
  if ([given.peerTlsCert, given.peerTlsKey, given.peerTlsCa].filter((path) => path !== undefined).length % 3 !== 0) {
    fail("peerTlsCert", "goes together with --peer-tls-key and --peer-tls-ca: give all three, or none");
  }
  if (given.peerTlsCert === undefined && given.peerTlsCrl !== undefined) fail("peerTlsCrl", "needs --peer-tls-cert");
  if (given.electionTimeoutMaxMs <= given.electionTimeoutMinMs) {
    fail("electionTimeoutMaxMs", `must be above electionTimeoutMinMs (${given.electionTimeoutMinMs})`);
  }
  if (given.electionTimeoutMinMs < 2 * given.heartbeatIntervalMs) {
    fail("electionTimeoutMinMs", `must be at least twice heartbeatIntervalMs (${given.heartbeatIntervalMs})`);
  }
});
