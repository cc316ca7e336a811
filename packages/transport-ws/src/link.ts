import type { Message, NodeId } from "@quorate/raft-core";
import { type RawData, WebSocket } from "ws";
import { Backoff } from "./backoff.ts";
import type { Encoded } from "./codec.ts";
import { Connection } from "./connection.ts";
import type { Context } from "./context.ts";
import { Dialling } from "./dialling.ts";
import { type Failure, failureOf } from "./failure.ts";
import { type Refusal, SUBPROTOCOL, closeCode, kindOf, troubleOf } from "./handshake.ts";
import type { Standing } from "./schema.ts";
import { bytesOf, isViolation, urlOf } from "./socket.ts";
import { clientTls } from "./tls.ts";
import { type Trouble, remedyFor } from "./trouble.ts";

const REASONS_MAX = 16;

interface Dialled {
  readonly connection: Connection;
  readonly dialling: Dialling;
}

export interface LinkOptions {
  readonly peer: NodeId;
  readonly address: string;
  /** The peer has answered on this connection: this node is no member to it. */
  readonly received: (message: Message) => void;
}

/**
 * The way to a member: dials it, again and again, and sends what is given to it. A peer that has this node among its own
 * members has a link of its own; one that has not answers on this one.
 *
 * While it waits to dial, it drops every message: Raft repeats what still matters, and a queue of what mattered once
 * would only delay that. While it dials, it keeps a few, so that the vote requests of a first election are not lost.
 */
export class Link {
  readonly #peer: NodeId;
  readonly #received: (message: Message) => void;
  readonly #context: Context;
  readonly #backoff: Backoff;
  /** Why it failed to connect since it last was connected; each is logged once. */
  readonly #reasons = new Set<string>();
  #trouble: Trouble | undefined;
  /** Since when there has been nothing but what may pass by itself. */
  #passingSinceMs: number | undefined;
  #address: string;
  /** The one connection that counts; what others still say is ignored. */
  #connection: Connection | undefined;
  #connectedAtMs: number | undefined;
  /** The peer has stopped in order: that it is not there for a while is nothing to warn of. */
  #hasLeft = false;
  /** What this node was to the peer when they last shook hands. */
  #standing: Standing | undefined;
  #cancelTimer: () => void = () => undefined;

  constructor({ peer, address, received }: LinkOptions, context: Context) {
    this.#peer = peer;
    this.#address = address;
    this.#received = received;
    this.#context = context;
    const { reconnectMinMs: minMs, reconnectMaxMs: maxMs } = context.limits;
    this.#backoff = new Backoff({ random: context.random, minMs, maxMs });
    this.#dial();
  }

  get connected(): boolean {
    return this.#connectedAtMs !== undefined;
  }

  /** The peer is not reached, and nothing waits for it. If it has made a connection, it can be answered there, in order. */
  get isIdle(): boolean {
    return !this.connected && this.outboxBytes === 0;
  }

  /** What has come of the last try to reach it; undefined once it is reached, and before anything has gone wrong. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  get outboxBytes(): number {
    return this.#connection?.outboxBytes ?? 0;
  }

  send(encoded: Encoded): void {
    if (this.#connection) this.#connection.send(encoded);
    else this.#context.dropped(this.#peer, 1);
  }

  setAddress(address: string): void {
    if (address === this.#address) return;
    this.#address = address;
    const old = this.#connection;
    this.#release();
    old?.socket.terminate();
    this.#context.reportUnreachable(this.#peer);
    this.#forgetFailures();
    this.#dial();
  }

  /** The peer shows that it is up. A link that waits dials at once; one that believes in an old connection asks it. */
  peerIsUp(): void {
    if (!this.#connection) this.#dial();
    else if (this.connected) this.#connection.socket.ping();
  }

  /** Sends what waits, says goodbye, and resolves when the connection is gone. */
  async close(): Promise<void> {
    const connection = this.#connection;
    connection?.flush();
    this.#release();
    if (connection) await this.#context.closer.close(connection.socket, closeCode.goingAway, "closing");
  }

  #dial(): void {
    this.#cancelTimer();
    const { limits, clock, self, instance, counters, credentials, nextEpoch } = this.#context;
    const { tls, secrets = [] } = credentials();
    const url = urlOf(this.#address, tls ? "wss" : "ws");
    if (!url) {
      const reason = `"${this.#address}" is not an address; it should be host:port`;
      return this.#failed({ kind: "unreachable", reason });
    }
    this.#context.warnIfReadable(url.hostname);
    const socket = new WebSocket(url, SUBPROTOCOL, {
      ...(tls ? clientTls(tls, this.#peer) : {}),
      perMessageDeflate: false,
      maxPayload: limits.messageBytesMax,
      // A mask of zeros spares both ends a pass over every byte. Masks protect proxies from what browsers can be made
      // to send to them; this is no browser.
      generateMask: (mask) => mask.fill(0),
    });
    const dialling = new Dialling({
      self,
      peer: this.#peer,
      instance,
      epoch: nextEpoch(),
      secrets,
      channel: { use: "messages", overTls: tls !== undefined },
    });
    const connection = new Connection(socket, this.#peer, this.#context);
    this.#connection = connection;
    let problem: Failure | undefined;
    socket.on("error", (error) => {
      problem ??= failureOf(error, this.#peer);
      if (this.#connection === connection && isViolation(error)) counters.malformed += 1;
    });
    socket.on("open", () => {
      if (this.#connection === connection) socket.send(dialling.hello);
    });
    socket.on("message", (data, isBinary) => {
      if (this.#connection === connection) this.#heard({ connection, dialling }, data, isBinary);
    });
    socket.on("close", (code, reason) => {
      if (this.#connection !== connection) return;
      if (code === closeCode.goingAway) this.#hasLeft = true;
      const text = `closed with ${code} ${reason.toString()}`.trimEnd();
      this.#failed(problem ?? { kind: troubleOf(code), reason: text });
    });
    this.#cancelTimer = clock.after(limits.handshakeTimeoutMs, () => {
      const reason = `no answer to the handshake within ${limits.handshakeTimeoutMs} ms`;
      this.#failed({ kind: "unreachable", reason });
      socket.terminate();
    });
  }

  /** The handshake comes first, then whatever the peer answers here. */
  #heard({ connection, dialling }: Dialled, data: RawData, isBinary: boolean): void {
    try {
      const bytes = bytesOf(data, isBinary);
      if (this.connected) return connection.receive(bytes, this.#received);
      const step = dialling.heard(bytes);
      if (step.type === "say") connection.socket.send(step.bytes);
      else if (step.type === "reject") this.#reject(connection, step.mistake);
      else this.#connected(connection, step.welcome.standing);
    } catch (error) {
      this.#context.counters.malformed += 1;
      this.#reject(connection, {
        code: closeCode.malformed,
        reason: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #reject({ socket }: Connection, { code, reason }: Refusal): void {
    this.#failed({ kind: kindOf(code), reason });
    void this.#context.closer.close(socket, code, reason);
  }

  #connected(connection: Connection, standing: Standing): void {
    const { clock, limits, logger } = this.#context;
    if (standing === "removed" && this.#standing !== standing) {
      logger.warn("by what a peer knows this node was removed from the cluster", { peer: this.#peer });
    }
    this.#standing = standing;
    this.#hasLeft = false;
    this.#cancelTimer();
    this.#connectedAtMs = clock.now();
    this.#trouble = undefined;
    this.#passingSinceMs = undefined;
    logger.info("connected", { peer: this.#peer, address: this.#address });
    connection.open(() => {
      this.#failed({ kind: "unreachable", reason: `no sign of life for ${limits.deadAfterMs} ms` });
      connection.socket.terminate();
    });
  }

  /** The connection, or the try to make one, has come to its end: another one will follow. */
  #failed(failure: Failure): void {
    const { clock, limits, remedies } = this.#context;
    const wasHealthy = this.#connectedAtMs !== undefined && clock.now() - this.#connectedAtMs >= limits.deadAfterMs;
    this.#release();
    if (wasHealthy) this.#forgetFailures();
    this.#context.reportUnreachable(this.#peer);
    this.#cancelTimer = clock.after(this.#backoff.next(), () => this.#dial());
    const { kind, reason } = failure;
    this.#trouble = { kind, reason, ...remedyFor(kind, remedies) };
    this.#tell(this.#trouble, failure.isPassing ?? false);
  }

  /** What may pass by itself is worth a warning only once it has not. */
  #tell({ kind: _kind, ...known }: Trouble, isPassing: boolean): void {
    const { clock, limits, logger } = this.#context;
    this.#passingSinceMs = isPassing ? (this.#passingSinceMs ?? clock.now()) : undefined;
    const sinceMs = this.#passingSinceMs ?? -Infinity;
    const isYoung = clock.now() - sinceMs < limits.handshakeTimeoutMs;
    const level = this.#hasLeft || isYoung ? "info" : "warn";
    const subject = `${level} ${known.reason}`;
    if (this.#reasons.has(subject) || this.#reasons.size >= REASONS_MAX) return;
    this.#reasons.add(subject);
    logger[level]("not connected; trying again", { peer: this.#peer, address: this.#address, ...known });
  }

  /** Lets go of the connection and of all that waits for it. */
  #release(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    this.#connection?.end();
    this.#connection = undefined;
    this.#connectedAtMs = undefined;
  }

  #forgetFailures(): void {
    this.#backoff.reset();
    this.#trouble = undefined;
    this.#passingSinceMs = undefined;
    this.#reasons.clear();
  }
}
