import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { LogFields, Logger, Member, Message, NodeId } from "@quorate/raft-core";
import { WebSocket } from "ws";
import { type Identity, SUBPROTOCOL, encodeHello, encodeWelcome } from "../src/handshake.ts";
import { WsTransport, type WsTransportOptions } from "../src/index.ts";

export const HOST = "127.0.0.1";

export const heartbeat = (round: number): Message => ({ type: "heartbeat", term: 1, round, commitIndex: 0 });

let epoch = 0;

/** A hello of the one process that uses this id; each is later than those before it. */
export function helloOf(self: Identity, to: NodeId, instance = `process of ${self.id}`): Uint8Array {
  epoch += 1;
  return encodeHello(self, to, { instance, epoch });
}

export function welcomeOf(self: Identity, version = 1): Uint8Array {
  return encodeWelcome(self, { version, standing: "member" });
}

/** Waits for a condition, which must come true within a few seconds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 8000; !condition();) {
    if (performance.now() > deadline) throw new Error(`it never came to be that ${what}`);
    await wait(2);
  }
}

/** A transport that keeps what it is told, on a port of its own, with short waits. */
export class LiveNode {
  readonly id: NodeId;
  readonly transport: WsTransport;
  readonly received: { readonly from: NodeId; readonly message: Message }[] = [];
  readonly unreachable: NodeId[] = [];
  readonly logged: { readonly level: string; readonly text: string; readonly fields: LogFields | undefined }[];

  /** What it does on every message. */
  onReceive: () => void = () => undefined;

  private constructor(id: NodeId, transport: WsTransport, logged: LiveNode["logged"]) {
    this.id = id;
    this.transport = transport;
    this.logged = logged;
  }

  static async open(id: NodeId, options: Partial<WsTransportOptions> = {}): Promise<LiveNode> {
    const logged: LiveNode["logged"] = [];
    const log = (level: string) => (text: string, fields?: LogFields) => void logged.push({ level, text, fields });
    const logger: Logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const place = options.server ? {} : { listen: { host: HOST, port: 0 } };
    const common = { id, clusterId: "test", logger, reconnectMinMs: 2, reconnectMaxMs: 20 };
    const node = new LiveNode(id, await WsTransport.open({ ...common, ...place, ...options }), logged);
    node.transport.start({
      receive: (from, message) => {
        node.received.push({ from, message });
        node.onReceive();
      },
      unreachable: (peer) => void node.unreachable.push(peer),
    });
    node.knows();
    return node;
  }

  get port(): number {
    return this.transport.port ?? 0;
  }

  get member(): Member {
    return { id: this.id, address: `${HOST}:${this.port}` };
  }

  get rounds(): number[] {
    return this.received.map(({ message }) => (message.type === "heartbeat" ? message.round : -1));
  }

  /** Its members from now on, itself always among them. */
  knows(...members: readonly Member[]): void {
    this.transport.setMembers([this.member, ...members]);
  }

  warnings(text: string): (LogFields | undefined)[] {
    return this.logged.filter((line) => line.level === "warn" && line.text === text).map(({ fields }) => fields);
  }

  isConnectedTo(peer: NodeId): boolean {
    return this.transport.stats().peers[peer]?.connected ?? false;
  }
}

/** What became of a client: the WebSocket close code and its reason, or the HTTP error. */
export interface Outcome {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket client that does what a test wants, not what a transport does. */
export class RawClient {
  readonly socket: WebSocket;
  readonly messages: Buffer[] = [];
  readonly ended: Promise<Outcome>;
  #problem = "";

  constructor(port: number, options: { readonly path?: string; readonly protocol?: string } = {}) {
    const { path = "/raft/v1", protocol = SUBPROTOCOL } = options;
    this.socket = new WebSocket(`ws://${HOST}:${port}${path}`, protocol, {
      perMessageDeflate: false,
      // As links do.
      generateMask: (mask) => mask.fill(0),
    });
    this.socket.on("error", (error) => (this.#problem = error.message));
    this.socket.on("message", (data) => {
      if (Buffer.isBuffer(data)) this.messages.push(data);
    });
    this.ended = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => resolve({ code, reason: reason.toString() || this.#problem }));
    });
  }

  async opened(): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, "open");
  }

  /** Shakes hands as the node `id`. */
  async greet(id: NodeId, to: NodeId): Promise<void> {
    await this.opened();
    this.socket.send(helloOf({ id, clusterId: "test" }, to));
    await until("the handshake is answered", () => this.messages.length > 0);
  }
}

/** A request to be let in, as a WebSocket or otherwise. */
export function upgradeTo(path: string, protocol = "websocket"): string {
  const key = ["sec-websocket-version: 13", "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=="];
  const wanted = ["host: x", "connection: upgrade", `upgrade: ${protocol}`, ...key];
  return [`GET ${path} HTTP/1.1`, ...wanted, `sec-websocket-protocol: ${SUBPROTOCOL}`, "\r\n"].join("\r\n");
}

/** Connects, sends the bytes, and resolves with all that came back when the other side has ended the connection. */
export async function rawBytes(port: number, bytes: Uint8Array): Promise<string> {
  const socket: Socket = connect(port, HOST);
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
  // A reset is as good an end as any.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(bytes);
  await new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
  return answer;
}
