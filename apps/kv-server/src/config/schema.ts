import { createHash } from "node:crypto";
import type { Member } from "@quorate/raft-core";
import { z } from "zod";
import { parseEndpoint } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;

/** What a server needs to know, complete and checked. */
export interface Config {
  readonly id: string;
  readonly members: readonly Member[];
  readonly data: string;
  readonly peerListen: Endpoint;
  readonly clientListen: Endpoint;
  readonly clusterId: string;
  readonly valueBytesMax: number;
  readonly requestTimeoutMs: number;
  readonly electionTimeoutMinMs: number;
  readonly electionTimeoutMaxMs: number;
  readonly heartbeatIntervalMs: number;
  readonly snapshotEntries: number;
  readonly logLevel: (typeof logLevels)[number];
  readonly exitWithParent: boolean;
}

/** Flags and variables are text; a file may hold numbers. */
const fromText = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;

function wholeNumber(min: number, max: number): z.ZodType<number> {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(fromText, z.int(rule).min(min, rule).max(max, rule));
}

const nodeId = z
  .string("is missing")
  .regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores");

const endpoint = z.string().transform((text, context): Endpoint => {
  const parsed = parseEndpoint(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "must be host:port with a port from 0 to 65535" });
  return z.NEVER;
});

const memberList = z.string().transform((text) =>
  text.split(",").map((part) => {
    const at = part.indexOf("=");
    return { id: part.slice(0, at).trim(), address: part.slice(at + 1).trim() };
  }),
);

const memberTable = z
  .record(z.string(), z.string())
  .transform((table) => Object.entries(table).map(([id, address]) => ({ id, address })));

const members = z.union([memberList, memberTable], "is missing, or not a list like n1=host:port,n2=host:port").check(
  z.superRefine((list: readonly Member[], context) => {
    const fail = (message: string): void => context.addIssue({ code: "custom", message });
    for (const { id, address } of list) {
      const port = parseEndpoint(address)?.port ?? 0;
      if (!nodeId.safeParse(id).success || port === 0) fail("must be a list like n1=host:port,n2=host:port");
    }
    if (new Set(list.map((member) => member.id)).size !== list.length) fail("must name each node once");
    if (new Set(list.map((member) => member.address)).size !== list.length) {
      fail("must give each node an address of its own");
    }
  }),
);

/** Other members are another cluster: two clusters made apart can then never take each other's nodes for their own. */
function clusterIdOf(list: readonly Member[]): string {
  const ids = list.map((member) => member.id).toSorted();
  return createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, 16);
}

const fields = z.strictObject({
  id: nodeId,
  members,
  data: z.string("is missing").min(1, "is missing"),
  peerListen: endpoint.optional(),
  clientListen: endpoint.prefault("127.0.0.1:8001"),
  clusterId: z.string().min(1, "must not be empty").max(256, "must be at most 256 characters").optional(),
  valueBytesMax: wholeNumber(1, 4 * 1024 * 1024).prefault(1024 * 1024),
  requestTimeoutMs: wholeNumber(100, 600_000).prefault(5000),
  electionTimeoutMinMs: wholeNumber(1, 600_000).prefault(150),
  electionTimeoutMaxMs: wholeNumber(1, 600_000).prefault(300),
  heartbeatIntervalMs: wholeNumber(1, 60_000).prefault(50),
  snapshotEntries: wholeNumber(1, Number.MAX_SAFE_INTEGER).prefault(10_000),
  logLevel: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).prefault("info"),
  exitWithParent: z
    .preprocess(
      (value) => (value === "true" ? true : value === "false" ? false : value),
      z.boolean("must be true or false"),
    )
    .prefault(false),
});

export const configSchema: z.ZodType<Config> = fields.transform((given, context): Config => {
  const fail = (name: string, message: string): void => {
    context.addIssue({ code: "custom", path: [name], message });
  };
  const self = given.members.find((member) => member.id === given.id);
  const own = self === undefined ? undefined : parseEndpoint(self.address);
  if (own === undefined) {
    fail("id", `must be one of the members: ${given.members.map((member) => member.id).join(", ")}`);
    return z.NEVER;
  }
  if (given.electionTimeoutMaxMs <= given.electionTimeoutMinMs) {
    fail("electionTimeoutMaxMs", `must be above electionTimeoutMinMs (${given.electionTimeoutMinMs})`);
  }
  if (given.electionTimeoutMinMs < 2 * given.heartbeatIntervalMs) {
    fail("electionTimeoutMinMs", `must be at least twice heartbeatIntervalMs (${given.heartbeatIntervalMs})`);
  }
  return { ...given, peerListen: given.peerListen ?? own, clusterId: given.clusterId ?? clusterIdOf(given.members) };
});
