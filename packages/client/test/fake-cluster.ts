import type { Random } from "@quorate/raft-core";
import { KvClient, type KvClientOptions, type SocketEvent, type WebSocketLike } from "../src/index.ts";
import {
  type ClientFrame,
  type ClusterHint,
  type Failure,
  type Limits,
  type ServerFrame,
  decodeClientFrames,
  encodeServerFrame,
  joinFrames,
} from "../src/protocol/index.ts";
import { ManualClock } from "./manual-clock.ts";

export type RequestFrame = Extract<ClientFrame, { type: "request" }>;

/** The server's end of a connection, and the socket at the client's. */
export class FakeSocket implements WebSocketLike {
  binaryType = "blob";
  readonly url: string;
  /** Each message with its frames. */
  readonly messages: (readonly ClientFrame[])[] = [];
  closedWith: number | undefined;
  isTerminated = false;
  readonly #listeners = new Map<string, ((event: SocketEvent) => void)[]>();
  #taken = 0;

  constructor(url: string) {
    this.url = url;
  }

  get frames(): readonly ClientFrame[] {
    return this.messages.flat();
  }

  get requests(): readonly RequestFrame[] {
    return this.frames.filter((frame) => frame.type === "request");
  }

  /** The requests that came since this was asked last. */
  take(): readonly RequestFrame[] {
    const fresh = this.requests.slice(this.#taken);
    this.#taken += fresh.length;
    return fresh;
  }

  send(data: Uint8Array): void {
    this.messages.push(decodeClientFrames(data.slice()));
  }

  close(code = 1000): void {
    this.closedWith ??= code;
  }

  terminate(): void {
    this.isTerminated = true;
    this.break();
  }

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  open(): void {
    this.#tell({ type: "open" });
  }

  say(...frames: readonly ServerFrame[]): void {
    this.sayBytes(joinFrames(frames.map(encodeServerFrame)));
  }

  sayBytes(bytes: Uint8Array): void {
    this.#tell({ type: "message", data: new Uint8Array(bytes).buffer });
  }

  sayText(text: string): void {
    this.#tell({ type: "message", data: text });
  }

  /** The connection ends, as by a crash of the server. */
  break(code = 1006, reason = ""): void {
    this.#tell({ type: "close", code, reason });
  }

  /** There was never a connection; of why not only the error tells. */
  refuse(message: string): void {
    this.#tell({ type: "error", message });
    this.break();
  }

  welcome(nodeId: string, cluster: ClusterHint = { members: [] }, limits: Partial<Limits> = {}): void {
    this.open();
    const all = { requestsMax: 100, bytesMax: 1_000_000, messageBytesMax: 1_000_000, valueBytesMax: 1000, ...limits };
    this.say({
      type: "welcome",
      welcome: { version: 1, clusterId: "c1", nodeId, limits: all, silenceMsMax: 20_000, cluster },
    });
  }

  fail(id: number, failure: Partial<Failure>): void {
    this.say({ type: "failure", id, failure: { code: "NO_LEADER", outcome: "not-applied", detail: "no", ...failure } });
  }

  put(id: number, revision = 2): void {
    this.say({ type: "result", id, appliedIndex: 5, result: { type: "put", revision } });
  }

  #tell(event: SocketEvent): void {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
  }
}

/** Draws always the middle. */
const random: Random = { next: () => 0.5 };

/** A client on a clock of its own, and the sockets that it has made, the latest last. */
export class Bench {
  readonly clock = new ManualClock();
  readonly sockets: FakeSocket[] = [];
  readonly client: KvClient;

  constructor(options: Partial<KvClientOptions> = {}) {
    const { sockets } = this;
    class Socket extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    }
    const endpoints = ["http://a:1", "http://b:1", "http://c:1"];
    this.client = KvClient.open({ endpoints, clock: this.clock, random, webSocket: Socket, ...options });
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("the client has not dialled");
    return socket;
  }

  /** The node of the present socket has welcomed the client. */
  async welcomed(nodeId = "n1", cluster: ClusterHint = { members: [] }, limits: Partial<Limits> = {}): Promise<void> {
    this.socket.welcome(nodeId, cluster, limits);
    await this.clock.settle();
  }

  /** How many sockets there are when the client has had time to dial again. */
  async redialled(): Promise<number> {
    const before = this.sockets.length;
    for (let i = 0; i < 100 && this.sockets.length === before; i += 1) await this.clock.pass(20);
    return this.sockets.length;
  }
}

/** What a promise has come to, without waiting for it. */
export class Watched<T> {
  value: T | undefined;
  error: unknown;
  isSettled = false;

  constructor(promise: Promise<T>) {
    promise.then(
      (value) => {
        this.value = value;
        this.isSettled = true;
      },
      (error: unknown) => {
        this.error = error;
        this.isSettled = true;
      },
    );
  }
}
