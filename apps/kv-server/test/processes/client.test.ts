import { ClientError, KvClient } from "@quorate/client";
import type { KvClientOptions } from "@quorate/client";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";

type Outcome = "done" | "not-applied" | "unknown";

/** No election but those that a test brings about, however busy the machine is. */
const calm = ["--election-timeout-min-ms", "2000", "--election-timeout-max-ms", "4000"];

function open(nodes: readonly TestNode[], options: Partial<KvClientOptions> = {}): KvClient {
  return KvClient.open({ endpoints: nodes.map(({ place }) => place.url), webSocket: WebSocket, ...options });
}

async function outcomeOf(put: Promise<unknown>): Promise<Outcome> {
  try {
    await put;
    return "done";
  } catch (error) {
    if (error instanceof ClientError) return error.outcome;
    throw error;
  }
}

function wordsOf(put: Promise<unknown>): Promise<string> {
  return put.then(
    () => "done",
    (error: unknown) => String(error),
  );
}

/** How many times each key was put, as a linearizable read says. */
function versionsOf(client: KvClient, keys: readonly string[]): Promise<readonly number[]> {
  return Promise.all(keys.map(async (key) => (await client.get(key, { timeoutMs: 20_000 })).kv?.version ?? 0));
}

function assertKept(keys: readonly string[], outcomes: readonly Outcome[], versions: readonly number[]): void {
  for (const [i, key] of keys.entries()) {
    const allowed = { done: [1], "not-applied": [0], unknown: [0, 1] }[outcomes[i] ?? "unknown"];
    expect([key, outcomes[i], allowed]).toEqual([key, outcomes[i], expect.arrayContaining([versions[i]])]);
  }
}

test(
  "the leader is killed with -9 while 1,000 puts are pipelined: each settles, what was acknowledged is there once, what was not applied is not",
  { timeout: 90_000 },
  async () => {
    await using cluster = await TestCluster.start(3, calm);
    const leader = await cluster.agreedLeader();
    await using client = open(cluster.nodes, { timeoutMs: 20_000 });
    await client.put("warm", "up");
    const keys = Array.from({ length: 1000 }, (_, i) => `key-${i}`);
    const puts: Promise<Outcome>[] = [];
    let done = 0;
    const count = async (put: Promise<unknown>): Promise<Outcome> => {
      const outcome = await outcomeOf(put);
      if (outcome === "done") done += 1;
      return outcome;
    };
    // In waves, so that some of all kinds are under way at the kill: answered, sent, and yet to be sent.
    for (const key of keys) {
      puts.push(count(client.put(key, `value of ${key}`)));
      if (puts.length % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (puts.length === 500) await until("100 acknowledged puts", () => done >= 100);
      if (puts.length === 600) void leader.kill();
      if (puts.length === 900) await until("another node", async () => (await client.status()).id !== leader.id);
    }
    const outcomes = await Promise.all(puts);
    expect(done).toBeGreaterThan(100);
    assertKept(keys, outcomes, await versionsOf(client, keys));
    // What came behind those that were lost with the connection found the next leader by itself.
    expect(outcomes.slice(-100)).toEqual(Array.from({ length: 100 }, () => "done"));
  },
);

test(
  "a client that knows one follower learns the leader from it; one that is to stay is served there, pipelined",
  { timeout: 60_000 },
  async () => {
    await using cluster = await TestCluster.start(3, calm);
    const leader = await cluster.agreedLeader();
    const follower = cluster.nodes.find((node) => node.id !== leader.id);
    if (follower === undefined) throw new Error("there are followers");
    await using staying = open([follower], { followLeader: false });
    await using following = open([follower]);
    const keys = Array.from({ length: 500 }, (_, i) => `key-${i}`);
    const puts = keys.map((key) => wordsOf(staying.put(key, "v")));
    expect(new Set(await Promise.all(puts))).toEqual(new Set(["done"]));
    expect(new Set(await versionsOf(staying, keys))).toEqual(new Set([1]));
    expect((await staying.status()).id).toBe(follower.id);
    await until("the client to have found the leader", async () => (await following.status()).id === leader.id);
    await following.put("found", "it");
    const { kv, appliedIndex } = await staying.get("found");
    expect(Buffer.from(kv?.value ?? []).toString()).toBe("it");
    expect((await following.get("found", { consistency: { minIndex: appliedIndex } })).kv).toEqual(kv);
    const refused = staying.put("large", new Uint8Array(1024 * 1024 + 1));
    await expect(refused).rejects.toMatchObject({ code: "TOO_LARGE", outcome: "not-applied" });
    await expect(staying.get("found", { consistency: "lease" })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  },
);

test("a leader that is stopped in order loses no request, and leaves none unknown", { timeout: 60_000 }, async () => {
  await using cluster = await TestCluster.start(3, calm);
  const leader = await cluster.agreedLeader();
  await using client = open(cluster.nodes, { timeoutMs: 20_000 });
  await until("the client to have found the leader", async () => (await client.status()).id === leader.id);
  const keys: string[] = [];
  const puts: Promise<string>[] = [];
  let isStopped = false;
  const stopped = leader.terminate().then(() => (isStopped = true));
  for (let n = 0; !isStopped || n % 100 !== 0; n += 1) {
    keys.push(`key-${n}`);
    puts.push(wordsOf(client.put(`key-${n}`, "v")));
    if (n % 10 === 9) await Promise.all(puts.slice(-10));
  }
  await stopped;
  expect(new Set(await Promise.all(puts))).toEqual(new Set(["done"]));
  expect(new Set(await versionsOf(client, keys))).toEqual(new Set([1]));
});

test(
  "a leader that is frozen is left for the next one; what it had taken happens once at most",
  { timeout: 60_000 },
  async () => {
    await using cluster = await TestCluster.start(3);
    const leader = await cluster.agreedLeader();
    await using client = open(cluster.nodes, { silenceMsMax: 1000 });
    await until("the client to have found the leader", async () => (await client.status()).id === leader.id);
    const keys: string[] = [];
    const outcomes: Outcome[] = [];
    process.kill(leader.pid, "SIGSTOP");
    try {
      await until("a put to be done", async () => {
        keys.push(`key-${keys.length}`);
        outcomes.push(await outcomeOf(client.put(keys.at(-1) ?? "", "v")));
        return outcomes.at(-1) === "done";
      });
    } finally {
      process.kill(leader.pid, "SIGCONT");
    }
    expect(outcomes[0]).toBe("unknown");
    await cluster.agreedLeader();
    assertKept(keys, outcomes, await versionsOf(client, keys));
  },
);
