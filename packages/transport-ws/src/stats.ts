import type { NodeId } from "@quorate/raft-core";

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
  /** For every other member, and every other node that is connected: whether it can be sent to, and what waits to be. */
  readonly peers: Readonly<Record<NodeId, PeerStats>>;
}

export interface PeerStats {
  readonly connected: boolean;
  readonly outboxBytes: number;
}

export type Counters = { -readonly [Name in Exclude<keyof TransportStats, "peers">]: number };

export function newCounters(): Counters {
  return {
    messagesSent: 0,
    bytesSent: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    messagesDropped: 0,
    malformed: 0,
    refused: 0,
  };
}
