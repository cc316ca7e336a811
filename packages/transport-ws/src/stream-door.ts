import type { Duplex } from "node:stream";
import type { NodeId } from "@quorate/raft-core";
import { Answering } from "./answering.ts";
import type { Context } from "./context.ts";
import { encodeEnvelope } from "./envelope.ts";
import { type Refusal, closeCode, kindOf } from "./handshake.ts";
import { StreamWords } from "./stream-words.ts";

/** What a connection is upgraded to that becomes a stream; a server that picks upgrades has to let it through. */
export const STREAM_PROTOCOL = "quorate-stream";

const SWITCHING = `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${STREAM_PROTOCOL}\r\n\r\n`;

export interface StreamRequest {
  readonly socket: Duplex;
  /** What has come behind the request. */
  readonly head: Buffer;
  readonly from: string;
  readonly certified: readonly NodeId[] | undefined;
}

/** Where peers open streams to this node's application: the same handshake as for messages, then bytes of any kind. */
export class StreamDoor {
  readonly #context: Context;
  readonly #opened: (stream: Duplex, from: NodeId) => void;
  /** What ends each handshake that is under way, in the order in which they began. */
  readonly #pending = new Set<(refusal: Refusal) => void>();
  readonly #streams = new Set<Duplex>();

  constructor(context: Context, opened: (stream: Duplex, from: NodeId) => void) {
    this.#context = context;
    this.#opened = opened;
  }

  accept({ socket, head, from, certified }: StreamRequest): void {
    const { clock, limits, self, credentials } = this.#context;
    const { tls, secrets = [] } = credentials();
    const answering = new Answering({
      self,
      secrets,
      channel: { use: "stream", overTls: tls !== undefined },
      certified,
    });
    const end = (): void => {
      cancel();
      this.#pending.delete(refuse);
    };
    const refuse = ({ code, reason }: Refusal, peer?: NodeId): void => {
      if (!this.#pending.has(refuse)) return;
      end();
      this.#context.refused({ kind: kindOf(code), from, peer, reason });
      words.say(encodeEnvelope({ type: "refused", reason }));
      socket.end(() => socket.destroy());
    };
    const cancel = clock.after(limits.handshakeTimeoutMs, () => {
      const reason = `no handshake within ${limits.handshakeTimeoutMs} ms`;
      refuse({ code: closeCode.handshakeTimeout, reason });
    });
    this.#pending.add(refuse);
    this.#makeRoom();
    socket.write(SWITCHING);
    const words: StreamWords = new StreamWords(socket, {
      heard: (word) => {
        if (!this.#pending.has(refuse)) return;
        const step = answering.heard(word);
        if (step.type === "say") return words.say(step.bytes);
        if (step.type === "refuse") return refuse(step.refusal, step.peer);
        end();
        words.say(step.welcome("member"));
        this.#open(words.release(), step.hello.from);
      },
      failed: (reason) => {
        if (this.#pending.has(refuse)) this.#malformed(from, reason);
        end();
        socket.destroy();
      },
      ended: (reason) => {
        if (this.#pending.has(refuse)) this.#brokenOff(from, reason);
        end();
        socket.destroy();
      },
    });
    words.begin(head);
  }

  has(stream: Duplex): boolean {
    return this.#streams.has(stream);
  }

  /** Ends the handshakes that are under way. */
  close(): void {
    for (const refuse of this.#pending) refuse({ code: closeCode.goingAway, reason: "closing" });
  }

  /** Ends the streams, too: their sockets are those of a server that is closed. */
  cut(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  #open(stream: Duplex, from: NodeId): void {
    this.#streams.add(stream);
    stream.once("close", () => this.#streams.delete(stream));
    this.#opened(stream, from);
  }

  #makeRoom(): void {
    const { pendingHandshakesMax } = this.#context.limits;
    const [oldest] = this.#pending;
    if (!oldest || this.#pending.size <= pendingHandshakesMax) return;
    const reason = `more than ${pendingHandshakesMax} connections have not shaken hands`;
    oldest({ code: closeCode.overloaded, reason });
  }

  /** As anybody may, at any time: a peer that goes down, or that has given up. */
  #brokenOff(from: string, reason: string): void {
    const text = "a connection ended before it had shaken hands";
    this.#context.limitedLog.log("debug", text, { from, reason });
  }

  #malformed(from: string, reason: string): void {
    const { counters, limitedLog } = this.#context;
    counters.malformed += 1;
    limitedLog.log("warn", "a connection was closed: not understood", { from, reason });
  }
}
