import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** What a store may do that it must not. */
export type Lie =
  /** A put is acknowledged and not done. */
  | "forgets a put"
  /** A get tells what was there before. */
  | "answers with an old value"
  /** A put-if is done whatever is there. */
  | "does not compare"
  /** A put counts as none where revisions are concerned. */
  | "stands still"
  /** A get answers with what nobody has put. */
  | "invents";

interface Kept {
  readonly value: string;
  readonly modRevision: number;
}

interface Transaction {
  readonly compares: readonly [{ readonly target: "value" | "version"; readonly value: string | 0 }];
  readonly success: readonly [{ readonly key: string; readonly value: string }];
}

/** Speaks HTTP as the server does, as far as clients of a run hear, from one map. Lies once in `everyLies` chances. */
export class FakeStore implements AsyncDisposable {
  readonly #server: Server;
  readonly #lie: Lie | undefined;
  readonly #keys = new Map<string, Kept>();
  readonly #before = new Map<string, Kept>();
  #revision = 1;
  #chances = 0;
  /** How often it has lied. */
  lies = 0;

  private constructor(lie: Lie | undefined) {
    this.#lie = lie;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async open(lie?: Lie): Promise<FakeStore> {
    const store = new FakeStore(lie);
    await new Promise<void>((resolve) => store.#server.listen(0, "127.0.0.1", () => resolve()));
    return store;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const key = decodeURIComponent((request.url ?? "").replace("/v1/kv/", ""));
    if (request.method === "POST") this.#json(response, this.#transact(JSON.parse(body) as Transaction));
    else if (request.method === "PUT") this.#json(response, { revision: this.#put(key, body) });
    else if (request.method === "DELETE") this.#json(response, this.#delete(key));
    else this.#get(key, response);
  }

  #put(key: string, value: string): number {
    if (this.#lies("forgets a put")) return this.#revision + 1;
    if (!this.#lies("stands still")) this.#revision += 1;
    this.#keep(key, { value, modRevision: this.#revision });
    return this.#revision;
  }

  #delete(key: string): object {
    const deleted = this.#keys.has(key) ? 1 : 0;
    this.#revision += deleted;
    this.#before.delete(key);
    this.#keys.delete(key);
    return { revision: this.#revision, deleted };
  }

  #transact({ compares: [compare], success: [put] }: Transaction): object {
    const kept = this.#keys.get(put.key);
    const isMatch = compare.target === "version" ? kept === undefined : kept?.value === textOf(compare.value);
    if (isMatch || this.#lies("does not compare")) {
      this.#revision += 1;
      this.#keep(put.key, { value: textOf(put.value), modRevision: this.#revision });
      return { succeeded: true, revision: this.#revision, responses: [{ type: "put" }] };
    }
    const kv = kept === undefined ? null : { ...kept, value: Buffer.from(kept.value).toString("base64") };
    return { succeeded: false, revision: this.#revision, responses: [{ type: "get", kv }] };
  }

  #get(key: string, response: ServerResponse): void {
    const old = this.#before.get(key);
    let kept = old !== undefined && this.#lies("answers with an old value") ? old : this.#keys.get(key);
    if (kept !== undefined && this.#lies("invents")) kept = { ...kept, value: kept.value.slice(1) };
    response.setHeader("x-quorate-revision", this.#revision);
    if (kept === undefined) {
      this.#json(response, { code: "NOT_FOUND", outcome: "not-applied" }, 404);
      return;
    }
    response.setHeader("etag", `"${kept.modRevision}"`);
    response.end(kept.value);
  }

  #keep(key: string, kept: Kept): void {
    const before = this.#keys.get(key);
    if (before !== undefined) this.#before.set(key, before);
    this.#keys.set(key, kept);
  }

  /** Every tenth time. */
  #lies(lie: Lie): boolean {
    if (lie !== this.#lie) return false;
    this.#chances += 1;
    const isLie = this.#chances % 10 === 0;
    if (isLie) this.lies += 1;
    return isLie;
  }

  #json(response: ServerResponse, body: object, status = 200): void {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }
}

function textOf(base64: string | 0): string {
  return Buffer.from(String(base64), "base64").toString();
}
