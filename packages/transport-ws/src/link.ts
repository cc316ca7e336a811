import type { NodeId } from "@quorate/raft-core";
import { type RawData, WebSocket } from "ws";
import { Backoff } from "./backoff.ts";
import type { Encoded } from "./codec.ts";
import type { Context } from "./context.ts";
import { SUBPROTOCOL, closeCode, decodeWelcome, type Refusal, encodeHello, mistakeIn } from "./handshake.ts";
import { keepAlive } from "./keep-alive.ts";
import { Malformed } from "./malformed.ts";
import { Outbox } from "./outbox.ts";
import { bytesOf, urlOf } from "./socket.ts";

/** Messages that one turn sends to a peer share a frame, and a system call, up to this. */
const FRAME_BYTES = 256 * 1024;
/** What the socket is given ahead of the network; the rest waits in the outbox, where it can still be dropped. */
const SOCKET_BYTES = 1024 * 1024;
const REASONS_MAX = 16;

/**
 * The way to one peer: dials it, again and again, and sends what is given to it. Nothing comes back on this connection
 * but the answer to the handshake; the peer has a link of its own.
 *
 * While it waits to dial, it drops every message: Raft repeats what still matters, and a queue of what mattered once
 * would only delay that. While it dials, it keeps a few, so that the vote requests of a first election are not lost.
 */
export class Link {
  readonly peer: NodeId;
  readonly #context: Context;
  readonly #backoff: Backoff;
  readonly #outbox = new Outbox();
  /** Why it failed to connect since it last was connected; each is logged once. */
  readonly #reasons = new Set<string>();
  #address: string;
  /** The one connection that counts; what others still say is ignored. */
  #socket: WebSocket | undefined;
  #connectedAtMs: number | undefined;
  #cancelTimer: () => void = () => undefined;
  #flushing = false;
  #closed = false;

  constructor(peer: NodeId, address: string, context: Context) {
    this.peer = peer;
    this.#address = address;
    this.#context = context;
    const { reconnectMinMs: minMs, reconnectMaxMs: maxMs } = context.limits;
    this.#backoff = new Backoff({ random: context.random, minMs, maxMs });
    this.#dial();
  }

  get connected(): boolean {
    return this.#connectedAtMs !== undefined;
  }

  get outboxBytes(): number {
    return this.#outbox.bytes + (this.#socket?.bufferedAmount ?? 0);
  }

  send(encoded: Encoded): void {
    if (!this.#socket) return this.#dropped(1);
    const { outboxBytesMax, dialOutboxBytesMax } = this.#context.limits;
    this.#outbox.push(encoded);
    const bytesMax = this.connected ? outboxBytesMax - this.#socket.bufferedAmount : dialOutboxBytesMax;
    this.#dropped(this.#outbox.trim(Math.max(bytesMax, 0)));
    if (this.#flushing || !this.connected) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  setAddress(address: string): void {
    if (address === this.#address) return;
    this.#address = address;
    const old = this.#socket;
    this.#release();
    old?.terminate();
    this.#context.reportUnreachable(this.peer);
    this.#forgetFailures();
    this.#dial();
  }

  /** The peer shows that it is up. A link that waits dials at once; one that believes in an old connection asks it. */
  peerIsUp(): void {
    if (!this.#socket) this.#dial();
    else if (this.connected) this.#socket.ping();
  }

  /** Sends what waits, says goodbye, and resolves when the connection is gone. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const socket = this.#socket;
    this.#flush();
    this.#release();
    if (socket) await this.#context.closer.close(socket, closeCode.goingAway, "closing");
  }

  #dial(): void {
    this.#cancelTimer();
    const url = urlOf(this.#address);
    if (!url) return this.#failed(`"${this.#address}" is not an address; it should be host:port`);
    const { limits, clock, self } = this.#context;
    const socket = new WebSocket(url, SUBPROTOCOL, {
      perMessageDeflate: false,
      maxPayload: limits.messageBytesMax,
      // A mask of zeros spares both ends a pass over every byte. Masks protect proxies from what browsers can be made
      // to send to them; this is no browser.
      generateMask: (mask) => mask.fill(0),
    });
    this.#socket = socket;
    let problem: string | undefined;
    socket.on("error", (error) => (problem ??= error.message));
    socket.on("open", () => {
      if (this.#socket === socket) socket.send(encodeHello(self, this.peer));
    });
    socket.on("message", (data, isBinary) => {
      if (this.#socket === socket) this.#heard(socket, data, isBinary);
    });
    socket.on("close", (code, reason) => {
      if (this.#socket === socket) this.#failed(problem ?? `closed with ${code} ${reason.toString()}`.trimEnd());
    });
    this.#cancelTimer = clock.after(limits.handshakeTimeoutMs, () => {
      this.#failed(`no answer to the handshake within ${limits.handshakeTimeoutMs} ms`);
      socket.terminate();
    });
  }

  /** The only thing that a peer has to say here is the handshake's `welcome`. */
  #heard(socket: WebSocket, data: RawData, isBinary: boolean): void {
    try {
      const bytes = bytesOf(data, isBinary);
      if (this.connected) throw new Malformed("a message from a node that was only dialled");
      const mistake = mistakeIn(decodeWelcome(bytes), this.#context.self, this.peer);
      if (mistake) this.#reject(socket, mistake);
      else this.#connected(socket);
    } catch (error) {
      this.#context.counters.malformed += 1;
      this.#reject(socket, {
        code: closeCode.malformed,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #reject(socket: WebSocket, { code, reason }: Refusal): void {
    this.#failed(reason);
    void this.#context.closer.close(socket, code, reason);
  }

  #connected(socket: WebSocket): void {
    const { clock, limits, logger } = this.#context;
    this.#cancelTimer();
    this.#connectedAtMs = clock.now();
    this.#cancelTimer = keepAlive(socket, clock, limits.deadAfterMs, () => {
      this.#failed(`no sign of life for ${limits.deadAfterMs} ms`);
      socket.terminate();
    });
    logger.info("connected", { peer: this.peer, address: this.#address });
    this.#flush();
  }

  /** The connection, or the try to make one, has come to its end: another one will follow. */
  #failed(reason: string): void {
    const { clock, limits, logger } = this.#context;
    const { peer } = this;
    const wasHealthy = this.#connectedAtMs !== undefined && clock.now() - this.#connectedAtMs >= limits.deadAfterMs;
    this.#release();
    if (wasHealthy) this.#forgetFailures();
    this.#context.reportUnreachable(peer);
    this.#cancelTimer = clock.after(this.#backoff.next(), () => this.#dial());
    if (this.#reasons.has(reason) || this.#reasons.size >= REASONS_MAX) return;
    this.#reasons.add(reason);
    logger.warn("not connected; trying again", { peer, address: this.#address, reason });
  }

  /** Lets go of the connection and of all that waits for it. */
  #release(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    this.#socket = undefined;
    this.#connectedAtMs = undefined;
    this.#dropped(this.#outbox.trim(0));
  }

  #forgetFailures(): void {
    this.#backoff.reset();
    this.#reasons.clear();
  }

  #flush(): void {
    const socket = this.#socket;
    if (!socket || !this.connected) return;
    while (socket.bufferedAmount < SOCKET_BYTES) {
      const frame = this.#outbox.takeFrame(FRAME_BYTES);
      if (!frame) return;
      this.#context.counters.bytesSent += frame.length;
      socket.send(frame, (error) => {
        // An error is followed by the socket's end, which is dealt with where that arrives.
        if (!error && this.#socket === socket) this.#flush();
      });
    }
  }

  #dropped(count: number): void {
    if (count === 0) return;
    this.#context.counters.messagesDropped += count;
    this.#context.reportUnreachable(this.peer);
  }
}
