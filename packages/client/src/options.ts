import type { Clock, Random } from "@quorate/raft-core";
import * as z from "zod/mini";
import { assertArgument, having } from "./arguments.ts";
import type { Dial, WebSocketConstructor } from "./link/web-socket.ts";
import { createClock, platformWebSocket, systemRandom } from "./platform.ts";
import { PROTOCOL_PATH } from "./protocol/frame.ts";

export interface KvClientOptions {
  /** Where nodes serve clients, like `http://127.0.0.1:8001`. One is enough; with more, any of them may be down. */
  readonly endpoints: readonly string[];
  /** For a request with no limit of its own, in all: waiting, tries and answer. Default: 5000. */
  readonly timeoutMs?: number | undefined;
  /** For one connection, from dialling to the node's welcome. Default: 2000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * A node that says nothing for so long, when asked for a sign of life, is taken for gone. Must exceed what the largest
   * answer takes on the slowest link. Default: 4000.
   */
  readonly silenceMsMax?: number | undefined;
  /** Between two tries. Default: 10 to 1000, with jitter. */
  readonly backOff?: { readonly minMs: number; readonly maxMs: number } | undefined;
  /** Requests that are not answered yet, and their bytes; above either, `OVERLOADED`. Default: 65,536 and 64 MiB. */
  readonly requestsMax?: number | undefined;
  readonly requestBytesMax?: number | undefined;
  /** Whether to connect to the leader's own URL where a node tells it. Without, other nodes carry writes. Default: true. */
  readonly followLeader?: boolean | undefined;
  /** For the servers' logs. Default: drawn at random. */
  readonly clientId?: string | undefined;
  /** Default: the platform's own. In Node that of the package `ws` is faster. */
  readonly webSocket?: WebSocketConstructor | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
}

/** The options with every default filled in. */
export interface Settings {
  readonly urls: readonly string[];
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly silenceMsMax: number;
  readonly backOff: { readonly minMs: number; readonly maxMs: number };
  readonly requestsMax: number;
  readonly requestBytesMax: number;
  readonly followLeader: boolean;
  readonly clientId: string;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly random: Random;
}

const positive = z.number().check(z.positive(), z.maximum(2 ** 31 - 1));
const count = z.int().check(z.positive());

const schema = z.strictObject({
  endpoints: z.array(z.string()).check(z.minLength(1)),
  timeoutMs: z.optional(positive),
  connectTimeoutMs: z.optional(positive),
  silenceMsMax: z.optional(positive),
  backOff: z.optional(z.strictObject({ minMs: positive, maxMs: positive })),
  requestsMax: z.optional(count),
  requestBytesMax: z.optional(count),
  followLeader: z.optional(z.boolean()),
  clientId: z.optional(z.string().check(z.minLength(1), z.maxLength(256))),
  webSocket: z.optional(z.custom((value) => typeof value === "function", "must be a constructor of WebSockets")),
  clock: z.optional(having("now", "after", "endOfTurn")),
  random: z.optional(having("next")),
});

/** Throws a TypeError that names the option at fault. */
export function settingsOf(options: KvClientOptions): Settings {
  assertArgument("options", schema, options);
  const { random = systemRandom } = options;
  return {
    urls: [...new Set(options.endpoints.map(urlOf))],
    timeoutMs: options.timeoutMs ?? 5000,
    connectTimeoutMs: options.connectTimeoutMs ?? 2000,
    silenceMsMax: options.silenceMsMax ?? 4000,
    backOff: options.backOff ?? { minMs: 10, maxMs: 1000 },
    requestsMax: options.requestsMax ?? 65_536,
    requestBytesMax: options.requestBytesMax ?? 64 * 1024 * 1024,
    followLeader: options.followLeader ?? true,
    clientId: options.clientId ?? Math.floor(random.next() * 2 ** 48).toString(36),
    dial: dialWith(options.webSocket),
    clock: options.clock ?? createClock(),
    random,
  };
}

/** The WebSocket's URL for that of a node. Throws a TypeError where there is none. */
export function urlOf(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const protocol = { "http:": "ws:", "https:": "wss:", "ws:": "ws:", "wss:": "wss:" }[url?.protocol ?? ""];
  if (url === undefined || protocol === undefined || !["", "/", PROTOCOL_PATH].includes(url.pathname)) {
    throw new TypeError(`the endpoint ${endpoint} is not the URL of a node, like http://127.0.0.1:8001`);
  }
  return `${protocol}//${url.host}${PROTOCOL_PATH}`;
}

function dialWith(given: WebSocketConstructor | undefined): Dial {
  const WebSocketClass = given ?? platformWebSocket();
  if (WebSocketClass === undefined) {
    throw new TypeError("options.webSocket: this platform has none of its own; give that of the package ws");
  }
  return (url, subprotocol) => new WebSocketClass(url, subprotocol);
}
