import type { Clock } from "@quorate/raft-core";
import { decodeServerFrames, encodeClientFrame, joinFrames } from "../protocol/codec.ts";
import {
  type ClusterHint,
  type Failure,
  type Request,
  type ServerFrame,
  type Welcome,
  REMAINING_MS_MAX,
  SUBPROTOCOL,
  VERSION_MAX,
  VERSION_MIN,
  closeCode,
} from "../protocol/frame.ts";
import { Malformed } from "../protocol/malformed.ts";
import { type Parsed, parseResult } from "../protocol/result.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Outbox } from "./outbox.ts";
import type { Dial, SocketEvent, WebSocketLike } from "./web-socket.ts";

/** A result, and how far the node had applied the log that gave it. */
export type Answered = Parsed & { readonly appliedIndex: number };

/** `malformed`: one side has not understood the other, and might not again if it heard the same. */
export type LinkEnd = "malformed" | "other";

/** A request under way. Of the last three exactly one is called, once. */
export interface LinkCall {
  readonly request: Request;
  /** By the link's clock. */
  readonly deadlineMs: number;
  answered(answer: Answered): void;
  failed(failure: Failure): void;
  /** The connection has ended before there was an answer; unless `hasLeft`, the request was certainly not done. */
  lost(reason: string, hasLeft: boolean, end: LinkEnd): void;
}

/** What a link tells whom it belongs to. Nothing is told after `ended`. */
export interface LinkOwner {
  welcomed(link: Link, welcome: Welcome): void;
  told(link: Link, cluster: ClusterHint): void;
  /** An answer has come, a result or a failure: there is room for more. */
  answered(link: Link, isResult: boolean): void;
  /** The node is about to stop: what it was asked will be answered, more it does not take. */
  leaving(link: Link): void;
  ended(link: Link, reason: string): void;
}

export interface LinkOptions {
  readonly url: string;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly clientId: string;
  /** From the dialling to the welcome. */
  readonly connectTimeoutMs: number;
  /** Who is silent for so long is taken for gone. */
  readonly silenceMsMax: number;
  readonly owner: LinkOwner;
}

const CLOSE_TIMEOUT_MS = 1000;

interface InFlight {
  readonly call: LinkCall;
  readonly bytes: number;
  hasLeft: boolean;
}

/** One connection to one node: requests go out in batches, answers come in any order. Ends once, and tells why. */
export class Link {
  readonly url: string;
  readonly #options: LinkOptions;
  readonly #outbox: Outbox;
  readonly #inFlight = new Map<number, InFlight>();
  #socket: WebSocketLike | undefined;
  #welcome: Welcome | undefined;
  #heartbeat: Heartbeat | undefined;
  #bytes = 0;
  #lastId = 0;
  #isDraining = false;
  #hasEnded = false;
  readonly #cancelConnectTimer: () => void;

  constructor(options: LinkOptions) {
    const { url, clock, connectTimeoutMs } = options;
    this.url = url;
    this.#options = options;
    this.#outbox = new Outbox(clock, (message) => this.#socket?.send(message));
    this.#cancelConnectTimer = clock.after(connectTimeoutMs, () =>
      this.#end(closeCode.goingAway, `no connection within ${connectTimeoutMs} ms`),
    );
    try {
      this.#listen(options.dial(url, SUBPROTOCOL));
    } catch (error) {
      // The owner does not know this link yet.
      clock.endOfTurn(() => this.#end(closeCode.normal, error instanceof Error ? error.message : String(error)));
    }
  }

  /** Undefined until the node has said who it is. */
  get welcome(): Welcome | undefined {
    return this.#welcome;
  }

  /** Whether it takes a request now. The first one always gets in, however large. */
  get hasRoom(): boolean {
    if (this.#welcome === undefined || this.#isDraining || this.#hasEnded) return false;
    const { requestsMax, bytesMax } = this.#welcome.limits;
    return this.#inFlight.size < requestsMax && this.#bytes < bytesMax;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Only while there is room. Returns the request's id on this link. */
  send(call: LinkCall): number {
    const { clock } = this.#options;
    this.#lastId += 1;
    const id = this.#lastId;
    const remainingMs = Math.min(REMAINING_MS_MAX, Math.max(0, call.deadlineMs - clock.now()));
    const frame = encodeClientFrame({ type: "request", id, remainingMs, request: call.request });
    const messageBytesMax = this.#welcome?.limits.messageBytesMax ?? 0;
    if (frame.length > messageBytesMax) {
      const detail = `the request has ${frame.length} bytes; this server takes ${messageBytesMax}`;
      clock.endOfTurn(() => call.failed({ code: "TOO_LARGE", outcome: "not-applied", detail, remedy: "send less" }));
      return id;
    }
    const entry: InFlight = { call, bytes: frame.length, hasLeft: false };
    this.#inFlight.set(id, entry);
    this.#bytes += frame.length;
    this.#outbox.push(frame, () => {
      entry.hasLeft = true;
    });
    return id;
  }

  /** The answer is not wanted any more. It keeps its place until the node has answered. */
  cancel(id: number): void {
    if (this.#inFlight.has(id) && !this.#hasEnded) this.#outbox.push(encodeClientFrame({ type: "cancel", id }));
  }

  /** Takes no more, and ends when what is under way is answered. */
  drain(): void {
    this.#isDraining = true;
    this.#endIfDrained();
  }

  /** Ends now; what is under way is lost. */
  close(reason = "closed here"): void {
    this.#outbox.flush();
    this.#end(closeCode.normal, reason);
  }

  #listen(socket: WebSocketLike): void {
    const { clientId } = this.#options;
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      const hello = { versionMin: VERSION_MIN, versionMax: VERSION_MAX, clientId };
      if (!this.#hasEnded) socket.send(joinFrames([encodeClientFrame({ type: "hello", hello })]));
    });
    socket.addEventListener("message", (event) => this.#receive(event));
    // The end follows, but does not tell why there was no connection.
    let broken: string | undefined;
    socket.addEventListener("error", ({ message }) => {
      broken ??= message;
    });
    socket.addEventListener("close", ({ code, reason }) => {
      const ended = broken ? broken : `the connection ended with code ${code}`;
      const words = reason ? `closed with ${code}: ${reason}` : ended;
      this.#end(undefined, words, code === closeCode.malformed ? "malformed" : "other");
    });
  }

  #receive({ data }: SocketEvent): void {
    if (this.#hasEnded) return;
    this.#heartbeat?.heard();
    try {
      if (!(data instanceof ArrayBuffer)) throw new Malformed("a text message");
      for (const frame of decodeServerFrames(new Uint8Array(data))) if (!this.#hasEnded) this.#hear(frame);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#end(closeCode.malformed, `not understood: ${error.message}`, "malformed");
    }
  }

  #hear(frame: ServerFrame): void {
    if (frame.type === "welcome") return this.#greet(frame.welcome);
    if (this.#welcome === undefined) throw new Malformed(`a ${frame.type} before the welcome`);
    const { owner } = this.#options;
    switch (frame.type) {
      case "result": {
        const call = this.#inFlight.get(frame.id)?.call;
        if (call === undefined) throw new Malformed(`an answer to ${frame.id}, which is not under way`);
        const parsed = parseResult(call.request.type, frame.result);
        this.#release(frame.id);
        call.answered({ ...parsed, appliedIndex: frame.appliedIndex });
        return this.#settled(true);
      }
      case "failure": {
        const call = this.#inFlight.get(frame.id)?.call;
        if (call === undefined) throw new Malformed(`an answer to ${frame.id}, which is not under way`);
        this.#release(frame.id);
        call.failed(frame.failure);
        return this.#settled(false);
      }
      case "cluster":
        return owner.told(this, frame.cluster);
      case "goodbye":
        this.#isDraining = true;
        owner.leaving(this);
        return this.#endIfDrained();
      case "pong":
        return undefined;
    }
  }

  #greet(welcome: Welcome): void {
    if (this.#welcome !== undefined) throw new Malformed("a second welcome");
    if (welcome.version < VERSION_MIN || welcome.version > VERSION_MAX) {
      throw new Malformed(`version ${welcome.version} was not offered`);
    }
    this.#cancelConnectTimer();
    this.#welcome = welcome;
    const { clock, silenceMsMax, owner } = this.#options;
    // The server must hear of this side, too.
    this.#heartbeat = new Heartbeat(clock, Math.min(silenceMsMax, welcome.silenceMsMax), {
      ask: () => this.#outbox.push(encodeClientFrame({ type: "ping" })),
      dead: () => this.#end(closeCode.silent, `nothing heard for ${silenceMsMax} ms`),
    });
    owner.welcomed(this, welcome);
  }

  #release(id: number): void {
    this.#bytes -= this.#inFlight.get(id)?.bytes ?? 0;
    this.#inFlight.delete(id);
  }

  #settled(isResult: boolean): void {
    this.#options.owner.answered(this, isResult);
    this.#endIfDrained();
  }

  #endIfDrained(): void {
    if (this.#isDraining && this.#inFlight.size === 0) this.#end(closeCode.normal, "all is answered");
  }

  /** `code`: to close with, where this side is the one that ends it. */
  #end(code: number | undefined, reason: string, end: LinkEnd = "other"): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelConnectTimer();
    this.#heartbeat?.stop();
    this.#outbox.clear();
    if (code !== undefined) this.#close(code, reason);
    const lost = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const { call, hasLeft } of lost) call.lost(reason, hasLeft, end);
    this.#options.owner.ended(this, reason);
  }

  /** A node that is gone does not say the same; it is not waited for long. */
  #close(code: number, reason: string): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.terminate !== undefined) {
      const cancel = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => socket.terminate?.());
      socket.addEventListener("close", cancel);
    }
    try {
      // A browser takes 1000 and what is from 3000 on, and no more than 123 bytes.
      socket.close(code < 3000 ? closeCode.normal : code, reason.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 120));
    } catch {
      // One that is not open yet may throw; then there is nobody to tell.
    }
  }
}
