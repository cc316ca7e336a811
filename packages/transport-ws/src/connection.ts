import type { Message, NodeId } from "@quorate/raft-core";
import { WebSocket } from "ws";
import { type Encoded, decodeFrame } from "./codec.ts";
import type { Context } from "./context.ts";
import { keepAlive } from "./keep-alive.ts";
import { Outbox } from "./outbox.ts";

/** Messages that one turn sends to a peer share a frame, and a system call, up to this. */
const FRAME_BYTES = 256 * 1024;
/** What the socket is given ahead of the network; the rest waits in the outbox, where it can still be dropped. */
const SOCKET_BYTES = 1024 * 1024;

/**
 * A socket to one peer, whoever of the two has dialled, and what waits to leave on it. Messages go both ways from `open`,
 * when the handshake is done, to `end`; of what is to be sent before, it keeps a little.
 */
export class Connection {
  readonly socket: WebSocket;
  readonly peer: NodeId;
  readonly #context: Context;
  readonly #outbox = new Outbox();
  #isOpened = false;
  #stopWatch: () => void = () => undefined;
  #flushing = false;

  constructor(socket: WebSocket, peer: NodeId, context: Context) {
    this.socket = socket;
    this.peer = peer;
    this.#context = context;
  }

  /** Messages pass: neither this node nor the peer has said goodbye. */
  get isOpen(): boolean {
    return this.#isOpened && this.socket.readyState === WebSocket.OPEN;
  }

  /** Of all that waits, what the socket has not yet passed on included. */
  get outboxBytes(): number {
    return this.#outbox.bytes + this.socket.bufferedAmount;
  }

  /** `dead` is called once the peer has shown no sign of life for too long. */
  open(dead: () => void): void {
    const { clock, limits } = this.#context;
    this.#isOpened = true;
    this.#stopWatch = keepAlive(this.socket, clock, limits.deadAfterMs, dead);
    this.flush();
  }

  /** Delivers the messages of a frame; throws `Malformed`, and delivers none, if it is not one. */
  receive(frame: Uint8Array, deliver: (message: Message) => void): void {
    const messages = decodeFrame(frame);
    this.#context.counters.bytesReceived += frame.length;
    for (const message of messages) {
      // The node may have closed the transport, or sent the peer away, on what the message before this one said.
      if (this.isOpen) deliver(message);
    }
  }

  /** `bytesMax`: what may wait here, the message included. */
  send(encoded: Encoded, bytesMax: number = this.#context.limits.outboxBytesMax): void {
    const { dialOutboxBytesMax } = this.#context.limits;
    this.#outbox.push(encoded);
    this.#trim(this.isOpen ? bytesMax - this.socket.bufferedAmount : dialOutboxBytesMax);
    if (this.#flushing || !this.isOpen) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.flush();
    });
  }

  /** Gives the socket of what waits as much as it takes. */
  flush(): void {
    while (this.isOpen && this.socket.bufferedAmount < SOCKET_BYTES) {
      const frame = this.#outbox.takeFrame(FRAME_BYTES);
      if (!frame) return;
      this.#context.counters.bytesSent += frame.length;
      this.socket.send(frame, (error) => {
        // An error is followed by the socket's end, which is dealt with where that arrives.
        if (!error) this.flush();
      });
    }
  }

  /** Nothing is delivered or sent any more; what still waits is dropped. The socket is the owner's to close. */
  end(): void {
    this.#isOpened = false;
    this.#stopWatch();
    this.#trim(0);
  }

  #trim(bytesMax: number): void {
    const dropped = this.#outbox.trim(Math.max(bytesMax, 0));
    if (dropped > 0) this.#context.dropped(this.peer, dropped);
  }
}
