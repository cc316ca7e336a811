import type { NodeId } from "@quorate/raft-core";
import { type RefusalKind, type Rejection, type Trouble, refusalKinds } from "./trouble.ts";

/** What a transport has done since it was opened. */
export interface TransportStats {
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly messagesReceived: number;
  readonly bytesReceived: number;
  /** Messages that were not sent: peer down, unknown or this node itself, outbox full, message too large. */
  readonly messagesDropped: number;
  /** Connections that ended because a peer sent what no correct peer sends. */
  readonly malformed: number;
  /** Connections to this node that were turned away before any message. */
  readonly refused: number;
  /** Those, by what was wrong with them. */
  readonly refusals: Readonly<Record<RefusalKind, number>>;
  /** The last of those, if there was one. */
  readonly lastRefusal?: Rejection;
  /** For every other member, and every other node that is connected: whether it can be sent to, and what waits to be. */
  readonly peers: Readonly<Record<NodeId, PeerStats>>;
}

export interface PeerStats {
  readonly connected: boolean;
  readonly outboxBytes: number;
  /** Why this node does not reach it, since it last did: what has come of the last try. */
  readonly trouble?: Trouble;
}

type Counted = Exclude<keyof TransportStats, "peers" | "refusals" | "lastRefusal">;

export interface Counters extends Record<Counted, number> {
  readonly refusals: Record<RefusalKind, number>;
}

export function newCounters(): Counters {
  return {
    messagesSent: 0,
    bytesSent: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    messagesDropped: 0,
    malformed: 0,
    refused: 0,
    refusals: Object.fromEntries(refusalKinds.map((kind) => [kind, 0])) as Record<RefusalKind, number>,
  };
}
