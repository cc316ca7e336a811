import type { Message, NodeId } from "@quorate/raft-core";
import type { WebSocket } from "ws";
import type { Encoded } from "./codec.ts";
import { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import {
  type CloseCode,
  MIN_VERSION,
  type Refusal,
  closeCode,
  decodeHello,
  encodeWelcome,
  refusalOf,
  versionFor,
} from "./handshake.ts";
import { bytesOf, isViolation } from "./socket.ts";

/** What an accepted connection asks of its owner, and reports to it. */
export interface InboundOwner {
  /** Why there is no room for this peer, if so. */
  noRoomFor(peer: NodeId): Refusal | undefined;
  /** The handshake is done: `inbound.peer` is known. */
  greeted(inbound: Inbound, peer: NodeId): void;
  received(peer: NodeId, message: Message): void;
  ended(inbound: Inbound): void;
}

/**
 * An accepted connection: what one peer says, once it has said who it is. It is answered here only while it is no member:
 * members have a link.
 */
export class Inbound {
  readonly #socket: WebSocket;
  readonly #from: string;
  readonly #owner: InboundOwner;
  readonly #context: Context;
  #connection: Connection | undefined;
  #ended = false;
  readonly #cancelTimer: () => void;

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
    // Either a violation, which `ws` answers with a close frame, or a broken network.
    socket.on("error", (error) => {
      if (isViolation(error)) this.#malformed(error.message);
    });
    socket.on("close", () => this.#end());
    socket.on("message", (data, isBinary) => {
      if (this.#ended) return;
      try {
        this.#heard(bytesOf(data, isBinary));
      } catch (error) {
        this.#malformed(error instanceof Error ? error.message : String(error));
      }
    });
  }

  get peer(): NodeId | undefined {
    return this.#connection?.peer;
  }

  /** The peer is known, and neither side has said goodbye. */
  get connected(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  get outboxBytes(): number {
    return this.#connection?.outboxBytes ?? 0;
  }

  send(encoded: Encoded): void {
    this.#connection?.send(encoded);
  }

  /** From now on nothing is delivered; tells the peer why. */
  dismiss(code: CloseCode, reason: string): void {
    if (this.#end()) void this.#context.closer.close(this.#socket, code, reason);
  }

  /** Sends what waits, says goodbye, and resolves when the connection is gone. */
  async close(): Promise<void> {
    this.#connection?.flush();
    this.#end();
    await this.#context.closer.close(this.#socket, closeCode.goingAway, "closing");
  }

  #heard(bytes: Uint8Array): void {
    const connection = this.#connection;
    if (!connection) return this.#greet(bytes);
    connection.receive(bytes, (message) => this.#owner.received(connection.peer, message));
  }

  #greet(bytes: Uint8Array): void {
    const { self } = this.#context;
    const hello = decodeHello(bytes);
    const refusal = refusalOf(hello, self) ?? this.#owner.noRoomFor(hello.from);
    if (refusal) return this.#refuse(refusal.code, refusal.reason, hello.from);
    this.#cancelTimer();
    this.#connection = new Connection(this.#socket, hello.from, this.#context);
    this.#socket.send(encodeWelcome(self, versionFor(hello) ?? MIN_VERSION));
    this.#connection.open(() => {
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
    if (this.#ended) return;
    const { counters, limitedLog } = this.#context;
    counters.malformed += 1;
    limitedLog.log("warn", "a connection was closed: not understood", { from: this.#from, peer: this.peer, reason });
    this.dismiss(closeCode.malformed, reason);
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#cancelTimer();
    this.#connection?.end();
    this.#owner.ended(this);
    return true;
  }
}
