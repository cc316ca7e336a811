import type { Server } from "node:http";
import type { Server as TlsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Clock, Logger, NodeId, Random } from "@quorate/raft-core";
import { silentLogger } from "@quorate/raft-core";
import { z } from "zod";
import { type Credentials, checkCredentials } from "./credentials.ts";
import { systemClock } from "./system-clock.ts";
import type { Remedies } from "./trouble.ts";

/** Bounds on time and memory. All of them have defaults; a cluster works with different ones on different nodes. */
export interface WsTransportLimits {
  /**
   * The largest message, as it is on the wire, that is sent or accepted. Default 16 MiB. It must exceed the largest
   * command by a few hundred bytes, and must not differ between nodes: a node cuts off a peer that exceeds its own.
   */
  readonly messageBytesMax: number;
  /** What may wait for one peer, what its socket has not yet taken included. Default 32 MiB. */
  readonly outboxBytesMax: number;
  /** What may wait for one peer while its connection is being made. Default 64 KiB. */
  readonly dialOutboxBytesMax: number;
  /** From dialling, or from being dialled, to the end of the handshake. Default 5 s. */
  readonly handshakeTimeoutMs: number;
  /**
   * A connection that shows no sign of life for this long is given up. Default 3 s. It must exceed what the largest
   * message takes on the slowest link.
   */
  readonly deadAfterMs: number;
  /** The shortest and the longest wait between two tries to connect. Defaults 20 ms and 2 s. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /**
   * Accepted connections that have not finished their handshake. Default 64. Beyond that the oldest is turned away: one
   * that is what it should be needs no time to speak of.
   */
  readonly pendingHandshakesMax: number;
  /**
   * Nodes that are no members and are connected all the same; more are refused. Default 64. Each of them may have
   * `outboxBytesMax` waiting for it.
   */
  readonly strangersMax: number;
  /** How long `close` waits for peers to say goodbye. Default 500 ms. */
  readonly closeTimeoutMs: number;
}

export interface WsTransportOptions extends Partial<WsTransportLimits>, Credentials {
  /** This node. Up to 256 characters. */
  readonly id: NodeId;
  /** Nodes with another one are refused. Up to 256 characters. */
  readonly clusterId: string;
  /** Where to listen with a server of its own; port 0 takes a free one (see `port`). */
  readonly listen?: { readonly host: string; readonly port: number };
  /**
   * The application's server, instead of `listen`. Upgrade requests to /raft/v1 and /raft/v1/stream are the transport's, all
   * else is not. With `tls` it has to be an `https.Server` made with `serverTls`.
   */
  readonly server?: Server | TlsServer;
  /**
   * The `server` serves nobody but peers: of too many connections that ask for nothing the oldest end, as on a server of the
   * transport's own. Default false.
   */
  readonly peersOnly?: boolean;
  /** A peer has opened a stream to this node; see `openStream`. Without it nobody can. */
  readonly onStream?: (stream: Duplex, from: NodeId) => void;
  /** What an operator can do about each kind of trouble: goes with it into the log and `stats()`. Default: the reason alone. */
  readonly remedies?: Remedies;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly logger?: Logger;
}

export interface ResolvedOptions {
  readonly id: NodeId;
  readonly clusterId: string;
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  readonly server: Server | TlsServer | undefined;
  readonly peersOnly: boolean;
  readonly onStream: ((stream: Duplex, from: NodeId) => void) | undefined;
  readonly credentials: Credentials;
  readonly remedies: Remedies;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limits: WsTransportLimits;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const positive = z.number().positive();
const name = z.string().min(1).max(256);

const limits = z.strictObject({
  messageBytesMax: z
    .int()
    .min(KIB)
    .max(2 ** 30)
    .default(16 * MIB),
  outboxBytesMax: z
    .int()
    .positive()
    .default(32 * MIB),
  dialOutboxBytesMax: z
    .int()
    .min(0)
    .default(64 * KIB),
  handshakeTimeoutMs: positive.default(5000),
  deadAfterMs: positive.default(3000),
  reconnectMinMs: positive.default(20),
  reconnectMaxMs: positive.default(2000),
  pendingHandshakesMax: z.int().positive().default(64),
  strangersMax: z.int().min(0).default(64),
  closeTimeoutMs: positive.default(500),
});

const place = z.object({
  id: name,
  clusterId: name,
  listen: z.strictObject({ host: z.string(), port: z.int().min(0).max(65_535) }).optional(),
});

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "options"}: ${issue.message}`);
  throw new TypeError(`wrong transport options: ${problems.join("; ")}`);
}

/** Throws a TypeError that names every option at fault. */
export function resolveOptions(options: WsTransportOptions): ResolvedOptions {
  const {
    id,
    clusterId,
    listen,
    server,
    clock,
    random,
    logger,
    tls,
    secrets,
    peersOnly = false,
    remedies = {},
    onStream,
    ...rest
  } = options;
  parse(place, { id, clusterId, listen });
  if ((listen === undefined) === (server === undefined)) {
    throw new TypeError("wrong transport options: give either `listen` or `server`");
  }
  const resolved = parse<WsTransportLimits>(limits, rest);
  if (resolved.outboxBytesMax < 2 * resolved.messageBytesMax) {
    throw new TypeError("wrong transport options: outboxBytesMax must be at least twice messageBytesMax");
  }
  if (resolved.reconnectMinMs > resolved.reconnectMaxMs) {
    throw new TypeError("wrong transport options: reconnectMinMs is above reconnectMaxMs");
  }
  return {
    id,
    clusterId,
    listen,
    server,
    peersOnly,
    onStream,
    remedies,
    credentials: checkCredentials({ tls, secrets }, id),
    clock: clock ?? systemClock,
    random: random ?? { next: Math.random },
    logger: logger ?? silentLogger,
    limits: resolved,
  };
}
