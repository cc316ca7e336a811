import type { ClusterMessage } from "@quorate/dashboard/report";
import { clusterMessageSchema } from "@quorate/dashboard/report";
import { createParser } from "eventsource-parser";
import { request } from "undici";
import { until } from "../processes/until.ts";

type Of<Type extends ClusterMessage["type"]> = Extract<ClusterMessage, { type: Type }>;

/** A page's side of the stream: all that has come, in order. Every message must be of the schema. */
export class Listening implements AsyncDisposable {
  readonly messages: (ClusterMessage & { readonly heardMs: number })[] = [];
  status = 0;
  headers: Readonly<Record<string, string | string[] | undefined>> = {};
  /** The last `id:` that came. */
  token = "";
  text = "";
  isOver = false;
  readonly #ending = new AbortController();
  readonly #ended: Promise<void>;

  private constructor(url: string, headers: Record<string, string>) {
    this.#ended = this.#read(url, headers);
  }

  static async to(url: string, headers: Record<string, string> = {}): Promise<Listening> {
    const listening = new Listening(url, headers);
    await until(`an answer of ${url}`, () => listening.status > 0 || listening.isOver);
    return listening;
  }

  reportsOf(id: string): Of<"node">["report"][] {
    return this.messages.flatMap((message) =>
      message.type === "node" && message.report.id === id ? message.report : [],
    );
  }

  get events(): Of<"event">["event"][] {
    return this.messages.flatMap((message) => (message.type === "event" ? message.event : []));
  }

  get losses(): (Of<"unreachable"> & { readonly heardMs: number })[] {
    return this.messages.filter((message) => message.type === "unreachable");
  }

  /** Resolves with what `find` finds, however late it comes. */
  wait<T>(what: string, find: (all: Listening) => T | undefined | false): Promise<T> {
    return until(what, () => {
      const found = find(this);
      if ((found === undefined || found === false) && this.isOver) throw new Error(`the stream ended before ${what}`);
      return found;
    });
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#ended;
  }

  async #read(url: string, headers: Record<string, string>): Promise<void> {
    try {
      const response = await request(url, { headers, signal: this.#ending.signal, bodyTimeout: 0 });
      this.status = response.statusCode;
      this.headers = response.headers;
      if (response.headers["content-type"] !== "text/event-stream") {
        this.text = await response.body.text();
        return;
      }
      const parser = createParser({ onEvent: (event) => this.#heard(event) });
      const decoder = new TextDecoder();
      for await (const chunk of response.body) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    } catch (error) {
      if (!this.#ending.signal.aborted) this.text = String(error);
    } finally {
      this.isOver = true;
    }
  }

  #heard({ data, id }: { readonly data: string; readonly id?: string | undefined }): void {
    const message = clusterMessageSchema.parse(JSON.parse(data));
    if (id !== undefined) this.token = id;
    this.messages.push({ ...message, heardMs: performance.now() });
  }
}
