import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import type { ErrorCode, Outcome } from "./error-code.ts";

/** Where the protocol is spoken on a node's port for clients, and under which WebSocket subprotocol. */
export const PROTOCOL_PATH = "/v1/ws";
export const SUBPROTOCOL = "quorate-kv";

/** What a request may say that is left of its time. A day: more is as good as forever. */
export const REMAINING_MS_MAX = 86_400_000;

/** The versions that this package speaks. */
export const VERSION_MIN = 1;
export const VERSION_MAX = 1;

/** WebSocket close codes; those from 4000 on are this protocol's own. Each goes with a reason for people. */
export const closeCode = {
  normal: 1000,
  goingAway: 1001,
  wrongVersion: 4001,
  malformed: 4002,
  noHello: 4003,
  silent: 4004,
  overloaded: 4005,
} as const;

/** How old the state may be that a read sees. See raft-node's `ReadOptions`. */
export type Consistency =
  | "linearizable"
  | "lease"
  | "stale"
  | { readonly minIndex: number }
  | { readonly maxStalenessMs: number };

/** What is asked, apart from when. A command is exactly as `encodeCommand` of statemachine-kv encodes it. */
export type Request =
  | { readonly type: "command"; readonly command: Uint8Array }
  | { readonly type: "query"; readonly query: KvQuery; readonly consistency: Consistency }
  | { readonly type: "status" };

export interface Hello {
  readonly versionMin: number;
  readonly versionMax: number;
  /** Chosen by the client, for the server's log. */
  readonly clientId: string;
}

/** What a client says. The id of a request is above those before it on the connection. */
export type ClientFrame =
  | { readonly type: "hello"; readonly hello: Hello }
  /** `remainingMs`: it is of no use to the client any later. */
  | { readonly type: "request"; readonly id: number; readonly remainingMs: number; readonly request: Request }
  /** The content of the answer is not wanted any more; what was asked for may come about all the same. */
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "ping" };

/** What one connection may have under way. */
export interface Limits {
  readonly requestsMax: number;
  /** Of all frames of requests that are not answered yet, together. */
  readonly bytesMax: number;
  /** Of one WebSocket message. */
  readonly messageBytesMax: number;
  readonly valueBytesMax: number;
}

/** A node and, where the one that tells knows it, the URL at which clients reach it. */
export interface NodeHint {
  readonly id: string;
  readonly url?: string | undefined;
}

/** Who leads and who belongs to the cluster, as far as the node knows that tells. */
export interface ClusterHint {
  readonly leader?: NodeHint | undefined;
  readonly members: readonly NodeHint[];
}

export interface Welcome {
  readonly version: number;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly limits: Limits;
  /** The server gives up a connection on which it hears nothing for so long. */
  readonly silenceMsMax: number;
  readonly cluster: ClusterHint;
}

export interface Failure {
  readonly code: ErrorCode | (string & {});
  readonly outcome: Outcome;
  readonly detail: string;
  readonly remedy?: string | undefined;
  readonly leader?: NodeHint | undefined;
}

/** A node's own view of itself and its cluster. */
export interface NodeStatus {
  readonly id: string;
  readonly clusterId: string;
  readonly role: string;
  readonly term: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly lastIndex: number;
  readonly leader: { readonly id: string; readonly address: string } | null;
  readonly members: readonly { readonly id: string; readonly address: string; readonly voter: boolean }[];
}

export type Result = KvResult | KvAnswer | NodeStatus;

/** What a server says. Every request is answered once, with a result or a failure, in any order. */
export type ServerFrame =
  | { readonly type: "welcome"; readonly welcome: Welcome }
  /** `appliedIndex`: a read with it as `minIndex` sees at least as much as this answer, on any node. */
  | { readonly type: "result"; readonly id: number; readonly result: unknown; readonly appliedIndex: number }
  | { readonly type: "failure"; readonly id: number; readonly failure: Failure }
  | { readonly type: "cluster"; readonly cluster: ClusterHint }
  /** The node is about to stop: it answers what it was asked, and takes no more. */
  | { readonly type: "goodbye" }
  | { readonly type: "pong" };
