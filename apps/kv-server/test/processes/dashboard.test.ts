import { silenceMsMax } from "@quorate/dashboard/report";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Listening } from "../watch/event-source.ts";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";

/** What this machine may take for it on top, being busy with other tests. */
const slackMs = 1500;

describe("the stream of a cluster of three", { timeout: 60_000 }, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await TestCluster.start(3, ["--dashboard-actions", "--snapshot-entries", "50"]);
    await cluster.agreedLeader();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const listenTo = (node: TestNode): Promise<Listening> => Listening.to(`${node.place.url}/v1/events`);

  async function allHeard(page: Listening): Promise<void> {
    await page.wait("every node", (all) => cluster.nodes.every((node) => all.reportsOf(node.id).length > 0));
  }

  async function leaderAndOthers(): Promise<[TestNode, TestNode, TestNode]> {
    const leader = await cluster.agreedLeader();
    const [one, other] = cluster.nodes.filter((node) => node !== leader);
    if (one === undefined || other === undefined) throw new Error("there are three nodes");
    return [leader, one, other];
  }

  test("every node tells of all three: roles, logs, counters and how long things take", async () => {
    const [leader, follower] = await leaderAndOthers();
    await using page = await listenTo(follower);
    await allHeard(page);
    for (const key of ["a", "b"]) expect((await leader.call("PUT", `/v1/kv/${key}`, { body: "1" })).status).toBe(200);
    await leader.call("GET", "/v1/kv/a");
    const report = await page.wait("what was written", (all) => {
      const last = all.reportsOf(leader.id).at(-1);
      return last !== undefined && last.counters.writes >= 2 && last.counters.reads >= 1 && last;
    });
    expect(report).toMatchObject({
      ...{ id: leader.id, clientUrl: leader.place.url, peerAddress: leader.address, actions: true },
      raft: { role: "leader", leader: leader.id, isForgotten: false },
    });
    const { raft, latencies, health } = report;
    expect(raft.entries.slice(-2).map((entry) => entry.text)).toEqual(["put a", "put b"]);
    expect(raft.entries.at(-1)?.index).toBe(raft.lastIndex);
    expect(raft.durableIndex).toBe(raft.lastIndex);
    expect(raft.membership.voters).toEqual(["n1", "n2", "n3"]);
    expect(raft.followers.map(({ id }) => id).toSorted()).not.toContain(leader.id);
    expect(raft.followers.every(({ contactAgeMs = Infinity }) => contactAgeMs < 2000)).toBe(true);
    for (const latency of Object.values(latencies)) {
      expect(latency.count).toBeGreaterThan(0);
      expect(latency.maxMs).toBeGreaterThanOrEqual(latency.p50Ms);
    }
    expect(health.rssBytes).toBeGreaterThan(health.heapBytes);
    await page.wait("the size of the log", (all) => (all.reportsOf(leader.id).at(-1)?.health.logBytes ?? 0) > 0);
    expect(page.events.filter((event) => event.kind === "started")).toHaveLength(3);
    expect(page.events.some((event) => event.kind === "leader" && event.node === leader.id)).toBe(true);
    const restarted = page.reportsOf(follower.id).at(-1);
    expect(restarted?.raft.election?.totalMs).toBeGreaterThan(0);
  });

  test("a node that is killed is unreachable within a second; it comes back, and nothing is told twice", async () => {
    const [leader, one, other] = await leaderAndOthers();
    await using page = await listenTo(one);
    await allHeard(page);
    const killedMs = performance.now();
    await leader.kill();
    const { heardMs, id } = await page.wait("the loss", (all) => all.losses[0]);
    expect(id).toBe(leader.id);
    expect(heardMs - killedMs).toBeLessThan(silenceMsMax);
    const elected = await page.wait("another leader", (all) =>
      all.messages.find(({ heardMs: atMs, ...message }) => {
        return message.type === "node" && atMs > killedMs && message.report.raft.role === "leader" && message;
      }),
    );
    expect(elected).toMatchObject({ type: "node" });
    await leader.start();
    const startedAt = (listening: Listening): number => listening.reportsOf(leader.id).at(-1)?.startedAtMs ?? 0;
    const before = startedAt(page);
    await page.wait("its return", (all) => startedAt(all) > before);
    await page.wait("the word of it", (all) =>
      all.events.some(({ kind, node }) => kind === "reachable" && node === leader.id),
    );
    await page.wait(
      "its start",
      (all) => all.events.filter(({ kind, node }) => kind === "started" && node === leader.id).length,
    );
    const ids = page.events.map((event) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.losses.filter((loss) => loss.id === other.id)).toEqual([]);
  });

  test("a node that is paused is unreachable, being silent; goes on, and is there again", async () => {
    const [, one, other] = await leaderAndOthers();
    await using page = await listenTo(one);
    await allHeard(page);
    process.kill(other.pid, "SIGSTOP");
    const stoppedMs = performance.now();
    try {
      const loss = await page.wait("the loss", (all) => all.losses.find(({ id }) => id === other.id));
      expect(loss.reason).toBe("silent");
      expect(loss.heardMs - stoppedMs).toBeLessThan(silenceMsMax + slackMs);
    } finally {
      process.kill(other.pid, "SIGCONT");
    }
    const count = page.reportsOf(other.id).length;
    await page.wait("its return", (all) => all.reportsOf(other.id).length > count);
  });

  test("who comes back to the stream hears no event twice; another node tells the same ones", async () => {
    const [leader, one, other] = await leaderAndOthers();
    await using first = await listenTo(one);
    await allHeard(first);
    const heard = first.events.map((event) => event.id);
    const { token } = first;
    await first[Symbol.asyncDispose]();
    await using again = await Listening.to(`${one.place.url}/v1/events`, { "last-event-id": token });
    await allHeard(again);
    expect(again.events.filter((event) => heard.includes(event.id))).toEqual([]);
    await using elsewhere = await listenTo(other);
    await allHeard(elsewhere);
    const own = heard.filter((id) => id.startsWith(`${leader.id}.`) && !id.includes("sight"));
    await elsewhere.wait("the same events", (all) => own.every((id) => all.events.some((event) => event.id === id)));
  });

  test("the page of a node that has died may go on at another: it knows where that one was", async () => {
    const [, one, other] = await leaderAndOthers();
    const origin = one.place.url;
    {
      // As loading the page does: the node asks the others where they are, and tells them where it is.
      await using page = await listenTo(one);
      await allHeard(page);
    }
    await one.kill();
    await using page = await Listening.to(`${other.place.url}/v1/events`, { origin });
    expect(page.headers["access-control-allow-origin"]).toBe(origin);
    await page.wait("the loss", (all) => all.losses.some(({ id }) => id === one.id));
    const missed = (all: Listening): number =>
      all.events.filter(
        ({ kind, node, values }) => kind === "unreachable" && node === one.id && values["by"] === other.id,
      ).length;
    await page.wait("the word of it", (all) => missed(all) > 0);
    await using second = await listenTo(other);
    await second.wait("the loss", (all) => all.losses.some(({ id }) => id === one.id));
    expect(missed(second)).toBe(missed(page));
    const handOver = { headers: { origin }, body: JSON.stringify({ to: other.id }) };
    expect((await other.call("POST", "/v1/cluster/transfer", handOver)).status).toBe(200);
    await page.wait("the transfer", (all) => all.events.some((event) => event.kind === "transfer"));
    const foreign = { origin: "http://elsewhere.example" };
    await using stranger = await Listening.to(`${other.place.url}/v1/events`, foreign);
    expect([stranger.status, stranger.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
    await one.start();
    await until("all to follow one leader", async () => (await cluster.agreedLeader()) !== undefined);
  });

  test("a node that is added is heard, as is who is a member, and that a snapshot was taken", async () => {
    const [leader, one] = await leaderAndOthers();
    await using page = await listenTo(leader);
    await allHeard(page);
    for (let i = 0; i < 60; i += 1) await leader.call("PUT", `/v1/kv/k${i}`, { body: "x" });
    const taken = await page.wait("a snapshot", (all) =>
      all.events.find(({ kind, node }) => kind === "snapshot-taken" && node === leader.id),
    );
    const newcomer = await cluster.newcomer("n4", one);
    await newcomer.start();
    await page.wait("the newcomer", (all) => all.reportsOf("n4").some((report) => report.raft.leader !== undefined));
    await page.wait("the membership", (all) =>
      all.events.some(({ kind, values }) => {
        return kind === "membership" && String(values["voters"]).includes("n4") && values["outgoing"] === "";
      }),
    );
    const { snapshot } = page.reportsOf(leader.id).at(-1)?.raft ?? {};
    expect(snapshot?.index).toBeGreaterThanOrEqual(Number(taken.values["index"]));
    expect(snapshot?.term).toBeGreaterThan(0);
    await until("its removal", async () => (await leader.call("DELETE", "/v1/cluster/members/n4")).status === 200);
    await page.wait("word of its removal", (all) => {
      const last = all.reportsOf(leader.id).at(-1);
      return last !== undefined && !last.raft.membership.voters.includes("n4");
    });
    await cluster.discard(newcomer);
  });

  test("ends with the server, in order", async () => {
    const [, one] = await leaderAndOthers();
    await using page = await listenTo(one);
    await allHeard(page);
    const startMs = performance.now();
    await one.terminate();
    // A stream does not hold up the end of the process, which waits for requests that are under way.
    expect(performance.now() - startMs).toBeLessThan(5000);
    await page.ended();
    expect(page.events.at(-1)).toMatchObject({ kind: "stopping", node: one.id });
    await one.start();
  });
});
