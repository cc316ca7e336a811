import type { Dice, Streams } from "@quorate/virtual-time";
import { Agent } from "undici";
import type { Held, HistoryLine, KvInput, ReadKind } from "../history/operation.ts";
import { isRead } from "../history/operation.ts";
import { pauseUnless } from "../world/pause-unless.ts";
import { call } from "./call.ts";

/** Keys at a time; after a while clients turn to others, so that no key has a history too long to be checked. */
const keysAtATime = 12;
const epochMs = 20_000;

const connectTimeoutMs = 1000;

export interface Server {
  readonly id: string;
  readonly url: string;
}

export interface WorkloadOptions {
  readonly servers: readonly Server[];
  readonly clients: number;
  /** Of all clients together, at most. */
  readonly operationsPerSecond: number;
  /** After which a client gives up on an operation. */
  readonly timeoutMs: number;
  readonly reads: ReadKind;
  readonly streams: Streams;
  /** Milliseconds since the start of the run. */
  readonly now: () => number;
  readonly record: (line: HistoryLine) => void;
}

/** Clients that read and write, one operation at a time each, at one server as long as that answers. */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #agent: Agent = new Agent({ connect: { timeout: connectTimeoutMs }, pipelining: 1 });
  readonly #stopping = new AbortController();
  readonly #clients: readonly Promise<void>[];
  /** What each key was seen to hold last, by whomever: a good guess for a put-if. */
  readonly #seen = new Map<string, Held>();
  #lastWriteMs: number;
  #longestGapMs = 0;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#lastWriteMs = options.now();
    this.#clients = Array.from({ length: options.clients }, (_, i) => this.#run(i));
  }

  /** The longest time in which no write of any client succeeded, the one that lasts included. */
  get longestGapMs(): number {
    return Math.max(this.#longestGapMs, this.#options.now() - this.#lastWriteMs);
  }

  /** Resolves when every client has its last answer, or has given up on it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#clients);
    await this.#agent.destroy();
  }

  async #run(client: number): Promise<void> {
    const { servers, clients, operationsPerSecond, streams } = this.#options;
    const { signal } = this.#stopping;
    const dice = streams("clients", String(client));
    const pauseMeanMs = (1000 * clients) / operationsPerSecond;
    let server = dice.pick(servers);
    for (let n = 0; !signal.aborted; n++) {
      const line = await this.#perform(client, server, this.#draw(dice, `${client}.${n}`));
      if (line.outcome !== "ok" || dice.chance(0.02)) server = dice.pick(servers);
      await pauseUnless(signal, dice.between(0, 2 * pauseMeanMs));
    }
  }

  #draw(dice: Dice, value: string): KvInput {
    const key = `e${Math.floor(this.#options.now() / epochMs)}-k${dice.below(keysAtATime)}`;
    const roll = dice.next();
    if (roll < 0.45) return { type: "get", key };
    if (roll < 0.75) return { type: "put", key, value };
    if (roll < 0.93) return { type: "put-if", key, expected: this.#seen.get(key) ?? null, value };
    return { type: "delete", key };
  }

  async #perform(client: number, { id, url }: Server, input: KvInput): Promise<HistoryLine> {
    const { now, timeoutMs, reads, record } = this.#options;
    const calledAt = now();
    const result = await call(url, input, { timeoutMs, reads, dispatcher: this.#agent });
    const line = { client, node: id, input, calledAt, endedAt: now(), ...result };
    record(line);
    if (line.outcome === "ok") this.#learn(line);
    return line;
  }

  #learn({ input, output, endedAt, revisions }: HistoryLine): void {
    const held = input.type === "put" || (input.type === "put-if" && output === true) ? input.value : output;
    this.#seen.set(input.key, held === true || held === undefined ? null : held);
    if (isRead(input) || revisions?.changed !== true) return;
    this.#longestGapMs = Math.max(this.#longestGapMs, endedAt - this.#lastWriteMs);
    this.#lastWriteMs = Math.max(this.#lastWriteMs, endedAt);
  }
}
