import type { Message, NodeId } from "@quorate/raft-core";
import type { WebSocket } from "ws";
import { decodeFrame } from "./codec.ts";
import type { Context } from "./context.ts";
import {
  type CloseCode,
  MIN_VERSION,
  closeCode,
  decodeHello,
  encodeWelcome,
  refusalOf,
  versionFor,
} from "./handshake.ts";
import { keepAlive } from "./keep-alive.ts";
import { bytesOf } from "./socket.ts";

/** What an accepted connection reports to its transport. */
export interface InboundOwner {
  isMember(id: NodeId): boolean;
  /** The handshake is done: `inbound.peer` is known. */
  greeted(inbound: Inbound, peer: NodeId): void;
  received(peer: NodeId, message: Message): void;
  ended(inbound: Inbound): void;
}

/** An accepted connection: the way from one peer, once it has said who it is. Nothing is ever sent on it but that. */
export class Inbound {
  readonly #socket: WebSocket;
  readonly #from: string;
  readonly #owner: InboundOwner;
  readonly #context: Context;
  #peer: NodeId | undefined;
  #open = true;
  #cancelTimer: () => void;

  /** `from`: where it comes from, for the log. */
  constructor(socket: WebSocket, from: string, owner: InboundOwner, context: Context) {
    this.#socket = socket;
    this.#from = from;
    this.#owner = owner;
    this.#context = context;
    const { clock, limits } = context;
    this.#cancelTimer = clock.after(limits.handshakeTimeoutMs, () => {
      this.#refuse(closeCode.handshakeTimeout, `no handshake within ${limits.handshakeTimeoutMs} ms`);
    });
    // A violation of the WebSocket protocol itself, or a broken network; the former `ws` answers with a close frame.
    socket.on("error", (error) => {
      if ("code" in error && String(error.code).startsWith("WS_ERR_")) this.#malformed(error.message);
    });
    socket.on("close", () => this.#end());
    socket.on("message", (data, isBinary) => {
      if (!this.#open) return;
      try {
        this.#heard(bytesOf(data, isBinary));
      } catch (error) {
        this.#malformed(error instanceof Error ? error.message : String(error));
      }
    });
  }

  get peer(): NodeId | undefined {
    return this.#peer;
  }

  /** From now on nothing is delivered; tells the peer why. */
  dismiss(code: CloseCode, reason: string): void {
    if (this.#end()) void this.#context.closer.close(this.#socket, code, reason);
  }

  async close(): Promise<void> {
    this.#end();
    await this.#context.closer.close(this.#socket, closeCode.goingAway, "closing");
  }

  #heard(bytes: Uint8Array): void {
    if (this.#peer === undefined) return this.#greet(bytes);
    const messages = decodeFrame(bytes);
    this.#context.counters.bytesReceived += bytes.length;
    for (const message of messages) {
      // The node may have closed the transport, or dismissed the peer, on what the message before this one said.
      if (this.#open) this.#owner.received(this.#peer, message);
    }
  }

  #greet(bytes: Uint8Array): void {
    const { self, clock, limits } = this.#context;
    const hello = decodeHello(bytes);
    const refusal = refusalOf(hello, self, (id) => this.#owner.isMember(id));
    if (refusal) return this.#refuse(refusal.code, refusal.reason, hello.from);
    this.#cancelTimer();
    this.#peer = hello.from;
    this.#socket.send(encodeWelcome(self, versionFor(hello) ?? MIN_VERSION));
    this.#cancelTimer = keepAlive(this.#socket, clock, limits.deadAfterMs, () => {
      this.#end();
      this.#socket.terminate();
    });
    this.#owner.greeted(this, hello.from);
  }

  #refuse(code: CloseCode, reason: string, peer?: NodeId): void {
    const { counters, limitedLog } = this.#context;
    counters.refused += 1;
    limitedLog.log("warn", "a connection was refused", { from: this.#from, peer, reason });
    this.dismiss(code, reason);
  }

  #malformed(reason: string): void {
    if (!this.#open) return;
    const { counters, limitedLog } = this.#context;
    counters.malformed += 1;
    limitedLog.log("warn", "a connection was closed: not understood", { from: this.#from, peer: this.#peer, reason });
    this.dismiss(closeCode.malformed, reason);
  }

  #end(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    this.#cancelTimer();
    this.#owner.ended(this);
    return true;
  }
}
