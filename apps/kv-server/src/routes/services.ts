import type { builtPage } from "@quorate/dashboard/files";
import type { TransportStats } from "@quorate/transport-ws";
import type { FastifyRequest } from "fastify";
import type { AddressBook } from "../cluster/address-book.ts";
import { Deadline } from "../cluster/deadline.ts";
import { deadlineHeader } from "../cluster/forwarder.ts";
import type { Forwarder } from "../cluster/forwarder.ts";
import type { KvNode } from "../cluster/kv-node.ts";
import type { PeerGuard } from "../cluster/peer-port.ts";
import type { Reads } from "../cluster/reads.ts";
import type { Write, Writes } from "../cluster/writes.ts";
import type { Answer } from "../http/answer.ts";
import type { PageRules } from "../http/pages.ts";
import { Problem } from "../http/problem.ts";
import type { ClusterWatch } from "../watch/cluster-watch.ts";
import type { KnownOrigins } from "../watch/known-origins.ts";

/** What the routes work with. */
export interface Services {
  readonly clusterId: string;
  readonly valueBytesMax: number;
  readonly requestTimeoutMs: number;
  /** How long the leader waits for a node to come further that is to become a voter. */
  readonly catchUpTimeoutMs: number;
  /** Whether this node was given what lease reads rest on. */
  readonly allowsLease: boolean;
  readonly node: KvNode;
  readonly addresses: AddressBook;
  readonly reads: Reads;
  readonly writes: Writes;
  readonly forwarder: Forwarder;
  /** Who may speak on the port for peers; without it, whoever declares to be of this cluster. */
  readonly peerGuard?: PeerGuard;
  /** What the links to peers have done, and whom they have turned away. */
  readonly linkStats?: () => TransportStats | undefined;
  /** What this node has done, in Prometheus' text format. */
  readonly metrics: () => string;
  readonly watch: ClusterWatch;
  readonly origins: KnownOrigins;
  readonly pages: PageRules;
  readonly builtPage: typeof builtPage;
  /** Why this node may know of no leader, as far as it has an idea: who does not answer, what its joining waits for. */
  readonly obstacle: () => string | undefined;
  /** Rejects where this node's data directory cannot be written. */
  readonly probeStorage: () => Promise<void>;
}

/** Who speaks: a client, or a peer that carries a client's request to the leader. */
export type Origin = "client" | "peer";

/**
 * The time that a request has; of one that a peer carries, what the peer has left. `catchUpMs` more where that waits for
 * another node, though not for a leader.
 */
export function deadlineOf(
  request: FastifyRequest,
  { requestTimeoutMs }: Pick<Services, "requestTimeoutMs">,
  origin: Origin,
  catchUpMs = 0,
): Deadline {
  const declared = origin === "peer" ? Number(request.headers[deadlineHeader]) : Number.NaN;
  const ownMs = requestTimeoutMs + catchUpMs;
  const totalMs = Number.isFinite(declared) ? Math.min(declared, ownMs) : ownMs;
  return new Deadline(totalMs, Math.min(totalMs, requestTimeoutMs) / 2);
}

export function bodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

/** The body as JSON, or the Problem that it is none. */
export function jsonOf(request: FastifyRequest): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bodyOf(request)));
  } catch (error) {
    throw new Problem("BAD_REQUEST", "the body is not JSON in UTF-8", { cause: error });
  }
}

/** How to carry the request to the leader; undefined where a peer has carried it already. */
export function carrierOf(origin: Origin, request: FastifyRequest, { forwarder }: Services): Write<Answer>["carry"] {
  if (origin === "peer") return undefined;
  const carried = { method: request.method, target: request.url, headers: request.headers, body: bodyOf(request) };
  return (leader, deadline) => forwarder.send(leader, carried, deadline);
}
