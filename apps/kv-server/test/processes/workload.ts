import { checkLinearizable, registerModel } from "@quorate/testing";
import type { Operation, RegisterInput, RegisterOutput } from "@quorate/testing";
import type { TestCluster } from "./test-cluster.ts";
import { until } from "./until.ts";

type Entry = Operation<RegisterInput, RegisterOutput>;

/**
 * Clients that put and get until they are stopped, each one asking the nodes in turn: it stays with one as long as that
 * answers. What they saw is kept for the checker.
 */
export class Workload implements AsyncDisposable {
  readonly history: Entry[] = [];
  readonly #cluster: TestCluster;
  readonly #ackedMs: number[] = [];
  readonly #clients: readonly Promise<void>[];
  #isStopping = false;

  constructor(cluster: TestCluster, { clients, keys }: { readonly clients: number; readonly keys: number }) {
    this.#cluster = cluster;
    this.#clients = Array.from({ length: clients }, (_, client) => this.#run(client, keys));
  }

  /** Writes that were acknowledged. */
  get acked(): number {
    return this.#ackedMs.length;
  }

  /** Resolves when so many more writes have been acknowledged. */
  async further(count: number): Promise<void> {
    const goal = this.acked + count;
    await until(`${count} more writes`, () => this.acked >= goal);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#clients);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** The longest time between two acknowledged writes of any client, from `fromMs` on. */
  longestGapMs(fromMs = 0): number {
    const times = this.#ackedMs.filter((ms) => ms >= fromMs);
    return Math.round(Math.max(...times.slice(1).map((ms, i) => ms - (times[i] ?? ms))));
  }

  /** Every acknowledged write is part of it, and every read saw the latest. */
  assertLinearizable(): void {
    const verdict = checkLinearizable(this.history, registerModel());
    if (verdict.type !== "linearizable") throw new Error(verdict.words);
  }

  async #run(client: number, keys: number): Promise<void> {
    let turn = client;
    for (let n = 0; !this.#isStopping; n += 1) {
      const key = `key-${(client + n) % keys}`;
      const isRead = n % 3 === 2;
      const input: RegisterInput = isRead ? { type: "read", key } : { type: "write", key, value: `${client}-${n}` };
      if (!(await this.#perform(client, turn, input))) turn += 1;
    }
  }

  /** Whether it was answered. What was certainly not done is not part of the history. */
  async #perform(client: number, turn: number, input: RegisterInput): Promise<boolean> {
    const { up } = this.#cluster;
    const node = up[turn % up.length];
    if (node === undefined) throw new Error("no node is up");
    const calledAt = performance.now();
    const path = `/v1/kv/${input.key}`;
    const answer =
      input.type === "read"
        ? node.call("GET", path).then(({ status, text }) => ({ status, output: status === 200 ? text : null }))
        : node.call("PUT", path, { body: String(input.value) }).then(({ status }) => ({ status, output: null }));
    const { status, output } = await answer.catch((error: unknown) => ({
      status: isRefused(error) ? 503 : 0,
      output: null,
    }));
    const at = performance.now();
    const isDone = status === 200 || (input.type === "read" && status === 404);
    if (isDone) {
      this.history.push({ client, input, calledAt, answer: { output, at } });
      if (input.type === "write") this.#ackedMs.push(at);
    } else if (input.type === "write" && status !== 503) {
      // A client of a register checker does one thing at a time: what may happen yet is somebody else's.
      this.history.push({ client: `${client} ${calledAt}`, input, calledAt });
    }
    return isDone;
  }
}

/** Nobody listens: the request has never left. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ECONNREFUSED";
}
