import { setTimeout as pause } from "node:timers/promises";
import type { ClusterMessage } from "@quorate/dashboard/report";
import { clusterMessageSchema, silenceMsMax } from "@quorate/dashboard/report";
import type { Member, NodeId } from "@quorate/raft-core";
import { createParser } from "eventsource-parser";
import type { PeerStreams } from "./peer-streams.ts";

const pauseMinMs = 100;
const pauseMaxMs = 1000;
const messageBytesMax = 1024 * 1024;

/** A token is sent in a header when the relay comes back; one that no header holds would keep it from coming back. */
const sendable = /^[\x21-\x7e]{1,256}$/;

export type LossReason = Extract<ClusterMessage, { type: "unreachable" }>["reason"];

export interface RelayOptions {
  readonly member: Member;
  readonly streams: PeerStreams;
  /** The last event that was heard of this node, where one was. */
  readonly token: string | undefined;
  /** A message of that node's about itself, and the token that came with it. */
  readonly heard: (message: ClusterMessage, token: string | undefined) => void;
  /** It is not heard any more; called again whenever another try has come to nothing. */
  readonly lost: (reason: LossReason) => void;
}

/** Listens to one other node over the port for peers, and tries again for as long as it is wanted. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #closing = new AbortController();
  #token: string | undefined;

  private constructor(options: RelayOptions) {
    this.#options = options;
    this.#token = options.token;
  }

  static begin(options: RelayOptions): Relay {
    const relay = new Relay(options);
    void relay.#run();
    return relay;
  }

  get address(): string {
    return this.#options.member.address;
  }

  /** Says nothing any more. */
  close(): void {
    this.#closing.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let pauseMs = pauseMinMs;
    while (!signal.aborted) {
      const { reason, wasHeard } = await this.#listen(signal);
      if (signal.aborted) return;
      this.#options.lost(reason);
      pauseMs = wasHeard ? pauseMinMs : Math.min(pauseMaxMs, 2 * pauseMs);
      await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until the connection is lost, or nothing is heard for too long. */
  async #listen(closing: AbortSignal): Promise<{ readonly reason: LossReason; readonly wasHeard: boolean }> {
    const { streams, member } = this.#options;
    const ending = new AbortController();
    const silence = new Silence(() => ending.abort());
    let wasHeard = false;
    try {
      const signal = AbortSignal.any([closing, ending.signal]);
      const body = await streams.open(member, { token: this.#token, signal });
      const hear = this.#hearing(() => {
        wasHeard = true;
        silence.broken();
      });
      for await (const chunk of body) hear(chunk);
    } catch (error) {
      if (error instanceof Unreadable) return { reason: "unreadable", wasHeard: false };
      // Anything else means that nobody is heard there; what it is in words helps nobody who looks at a drawing.
    } finally {
      silence.end();
    }
    return { reason: ending.signal.aborted ? "silent" : "gone", wasHeard };
  }

  /** Takes the bytes of a stream, piece by piece. Throws `Unreadable`. */
  #hearing(reported: () => void): (bytes: Uint8Array) => void {
    const decoder = new TextDecoder();
    const parser = createParser({
      maxBufferSize: messageBytesMax,
      onError: (error) => {
        throw new Unreadable(error.message);
      },
      onEvent: ({ data, id }) => {
        const message = this.#messageIn(data);
        const token = id !== undefined && sendable.test(id) ? id : undefined;
        if (token !== undefined) this.#token = token;
        if (message === undefined || this.#closing.signal.aborted) return;
        if (message.type === "node") reported();
        this.#options.heard(message, token);
      },
    });
    return (bytes) => parser.feed(decoder.decode(bytes, { stream: true }));
  }

  /** Undefined for an event of a kind that a later version has. */
  #messageIn(data: string): ClusterMessage | undefined {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch (error) {
      throw new Unreadable("not JSON", { cause: error });
    }
    const { success, data: message } = clusterMessageSchema.safeParse(value);
    if (success) return isOf(message, this.#options.member.id) ? message : undefined;
    if (typeof value === "object" && value !== null && "type" in value && value.type === "node") {
      throw new Unreadable("a report of another version");
    }
    return undefined;
  }
}

/** What a node may say here is said of itself. */
function isOf(message: ClusterMessage, id: NodeId): boolean {
  if (message.type === "node") return message.report.id === id;
  return message.type === "event" && message.event.node === id;
}

class Unreadable extends Error {}

/** Calls `tooLong` once nothing was heard for too long. */
class Silence {
  readonly #tooLong: () => void;
  #timer: NodeJS.Timeout;
  #count = 0;

  constructor(tooLong: () => void) {
    this.#tooLong = tooLong;
    this.#timer = this.#wait();
  }

  broken(): void {
    this.#count += 1;
    clearTimeout(this.#timer);
    this.#timer = this.#wait();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#count = -1;
  }

  /** Where this process itself was held up, what has come meanwhile is read first. */
  #wait(): NodeJS.Timeout {
    const count = this.#count;
    return setTimeout(() => setImmediate(() => this.#count === count && this.#tooLong()), silenceMsMax);
  }
}
