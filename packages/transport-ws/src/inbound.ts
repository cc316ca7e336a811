import type { Message, NodeId } from "@quorate/raft-core";
import type { WebSocket } from "ws";
import { Answering } from "./answering.ts";
import type { Encoded } from "./codec.ts";
import { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import { type CloseCode, type Refusal, closeCode, kindOf } from "./handshake.ts";
import { Malformed } from "./malformed.ts";
import type { Hello, Standing } from "./schema.ts";
import { bytesOf, isViolation } from "./socket.ts";

/** What an accepted connection asks of its owner, and reports to it. */
export interface InboundOwner {
  /** Why this one cannot be let in, if so. May take a while, in which the connection may end. */
  objection(hello: Hello): Promise<Refusal | undefined> | Refusal | undefined;
  standingOf(peer: NodeId): Standing;
  /** The handshake is done: `inbound.hello` is known. */
  greeted(inbound: Inbound, hello: Hello): void;
  received(peer: NodeId, message: Message): void;
  ended(inbound: Inbound): void;
}

export interface InboundOptions {
  readonly socket: WebSocket;
  /** Where it comes from, for the log. */
  readonly from: string;
  /** The names in the certificate that it has shown, where it has to show one. */
  readonly certified: readonly NodeId[] | undefined;
  /** To be called when it has shaken hands: until then it may send next to nothing. */
  readonly greeted: () => void;
}

/**
 * An accepted connection: what one peer says, once it has said who it is. It is answered here only while it is no member,
 * or not found at its address: members have a link.
 */
export class Inbound {
  readonly from: string;
  readonly #socket: WebSocket;
  readonly #owner: InboundOwner;
  readonly #context: Context;
  readonly #answering: Answering;
  readonly #limitEnds: () => void;
  /** Undefined until it is known who it is, and that it may come in. */
  #greeting: { readonly hello: Hello; readonly connection: Connection } | undefined;
  #isJudged = false;
  #asked: Promise<boolean> | undefined;
  #ended = false;
  readonly #cancelTimer: () => void;

  constructor({ socket, from, certified, greeted }: InboundOptions, owner: InboundOwner, context: Context) {
    this.#socket = socket;
    this.from = from;
    this.#limitEnds = greeted;
    this.#owner = owner;
    this.#context = context;
    const { clock, limits, self, credentials } = context;
    const { tls, secrets = [] } = credentials();
    this.#answering = new Answering({
      self,
      secrets,
      channel: { use: "messages", overTls: tls !== undefined },
      certified,
    });
    this.#cancelTimer = clock.after(limits.handshakeTimeoutMs, () => {
      const reason = `no handshake within ${limits.handshakeTimeoutMs} ms`;
      this.refuse({ code: closeCode.handshakeTimeout, reason });
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

  /** What it has said of itself. */
  get hello(): Hello | undefined {
    return this.#greeting?.hello;
  }

  /** The peer is known, and neither side has said goodbye. */
  get connected(): boolean {
    return this.#greeting?.connection.isOpen ?? false;
  }

  get outboxBytes(): number {
    return this.#greeting?.connection.outboxBytes ?? 0;
  }

  send(encoded: Encoded): void {
    this.#greeting?.connection.send(encoded);
  }

  /** Of what goes this way instead of another only a little may wait: the other has a limit of its own. */
  sendInstead(encoded: Encoded): void {
    this.#greeting?.connection.send(encoded, this.#context.limits.dialOutboxBytesMax);
  }

  /**
   * Whether anything comes from the peer within `timeoutMs`, which is asked to answer: that may wait behind a lot.
   * Of those who ask at once all hear the same.
   */
  answers(timeoutMs: number): Promise<boolean> {
    if (!this.connected) return Promise.resolve(false);
    this.#asked ??= this.#ask(timeoutMs).finally(() => (this.#asked = undefined));
    return this.#asked;
  }

  /** Turns it away before the handshake is done, or at its end. */
  refuse({ code, reason }: Refusal, peer?: NodeId): void {
    if (this.#ended) return;
    this.#context.refused({ kind: kindOf(code), from: this.from, peer, reason });
    this.dismiss(code, reason);
  }

  /** From now on nothing is delivered; tells the peer why. */
  dismiss(code: CloseCode, reason: string): void {
    if (this.#end()) void this.#context.closer.close(this.#socket, code, reason);
  }

  /** Sends what waits, says goodbye, and resolves when the connection is gone. */
  async close(): Promise<void> {
    this.#greeting?.connection.flush();
    this.#end();
    await this.#context.closer.close(this.#socket, closeCode.goingAway, "closing");
  }

  #heard(bytes: Uint8Array): void {
    if (!this.#greeting) return this.#greet(bytes);
    const { hello, connection } = this.#greeting;
    connection.receive(bytes, (message) => this.#owner.received(hello.from, message));
  }

  #ask(timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const [yes, no] = [() => resolve(true), () => resolve(false)];
    const cancel = this.#context.clock.after(timeoutMs, no);
    this.#socket.once("pong", yes).once("message", yes).once("close", no).ping();
    return promise.finally(() => {
      cancel();
      this.#socket.off("pong", yes).off("message", yes).off("close", no);
    });
  }

  #greet(bytes: Uint8Array): void {
    if (this.#isJudged) throw new Malformed("more than a handshake before it was answered");
    const step = this.#answering.heard(bytes);
    if (step.type === "say") return this.#socket.send(step.bytes);
    this.#isJudged = true;
    if (step.type === "refuse") return this.refuse(step.refusal, step.peer);
    const { hello, welcome } = step;
    const objection = this.#owner.objection(hello);
    if (objection instanceof Promise) void objection.then((refusal) => this.#judged(hello, welcome, refusal));
    else this.#judged(hello, welcome, objection);
  }

  #judged(hello: Hello, welcome: (standing: Standing) => Uint8Array, objection: Refusal | undefined): void {
    if (this.#ended) return;
    if (objection) return this.refuse(objection, hello.from);
    this.#cancelTimer();
    this.#limitEnds();
    const connection = new Connection(this.#socket, hello.from, this.#context);
    this.#greeting = { hello, connection };
    this.#socket.send(welcome(this.#owner.standingOf(hello.from)));
    connection.open(() => {
      this.#end();
      this.#socket.terminate();
    });
    this.#owner.greeted(this, hello);
  }

  #malformed(reason: string): void {
    if (this.#ended) return;
    const { counters, limitedLog } = this.#context;
    counters.malformed += 1;
    const fields = { from: this.from, peer: this.hello?.from, reason };
    limitedLog.log("warn", "a connection was closed: not understood", fields);
    this.dismiss(closeCode.malformed, reason);
  }

  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#cancelTimer();
    this.#greeting?.connection.end();
    this.#owner.ended(this);
    return true;
  }
}
