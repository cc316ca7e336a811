import { ClientError, KvClient } from "@quorate/client";
import { checkLinearizable, registerModel } from "@quorate/testing";
import type { Operation, RegisterInput, RegisterOutput } from "@quorate/testing";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { TestCluster } from "./test-cluster.ts";
import { until } from "./until.ts";

type Entry = Operation<RegisterInput, RegisterOutput>;

/** Puts and gets until it is stopped, on four keys; what it saw is kept for the checker. */
class Caller {
  readonly history: Entry[] = [];
  readonly #client: KvClient;
  readonly #number: number;
  writes = 0;

  constructor(client: KvClient, number: number) {
    this.#client = client;
    this.#number = number;
  }

  async run(isStopped: () => boolean): Promise<void> {
    for (let n = 0; !isStopped(); n += 1) {
      const key = `key-${(this.#number + n) % 4}`;
      await (n % 3 === 2 ? this.#read(key) : this.#write(key, `${this.#number}-${n}`));
    }
  }

  async #read(key: string): Promise<void> {
    const calledAt = performance.now();
    try {
      const { kv } = await this.#client.get(key);
      const output = kv === undefined ? null : Buffer.from(kv.value).toString();
      const answer = { output, at: performance.now() };
      this.history.push({ client: this.#number, input: { type: "read", key }, calledAt, answer });
    } catch (error) {
      expect(error).toMatchObject({ outcome: "not-applied" });
    }
  }

  async #write(key: string, value: string): Promise<void> {
    const calledAt = performance.now();
    const input: RegisterInput = { type: "write", key, value };
    try {
      await this.#client.put(key, value);
      this.writes += 1;
      this.history.push({ client: this.#number, input, calledAt, answer: { output: null, at: performance.now() } });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      // What may happen yet is somebody else's; what was not applied is not part of it.
      if (error.outcome === "unknown") this.history.push({ client: `${this.#number} ${calledAt}`, input, calledAt });
    }
  }
}

test(
  "what callers see of three processes is linearizable, while leaders are killed with -9 and stopped in order",
  { timeout: 90_000 },
  async () => {
    await using cluster = await TestCluster.start(3);
    await cluster.agreedLeader();
    const endpoints = cluster.nodes.map(({ place }) => place.url);
    await using following = KvClient.open({ endpoints, webSocket: WebSocket });
    await using staying = KvClient.open({ endpoints, webSocket: WebSocket, followLeader: false });
    const callers = [0, 1, 2, 3, 4, 5].map((n) => new Caller(n % 2 === 0 ? following : staying, n));
    let isStopped = false;
    const runs = Promise.all(callers.map((caller) => caller.run(() => isStopped)));
    const further = async (count: number): Promise<void> => {
      const goals = callers.map((caller) => caller.writes + count);
      await until(`${count} more writes of each caller`, () =>
        callers.every(({ writes }, i) => writes >= (goals[i] ?? 0)),
      );
    };
    for (const end of ["kill", "terminate"] as const) {
      await further(10);
      const leader = await cluster.leader();
      await leader[end]();
      await further(10);
      await leader.start();
      await cluster.agreedLeader();
    }
    await further(5);
    isStopped = true;
    await runs;
    const verdict = checkLinearizable(
      callers.flatMap(({ history }) => history),
      registerModel(),
    );
    expect(verdict.type === "linearizable" ? "linearizable" : verdict.words).toBe("linearizable");
  },
);
