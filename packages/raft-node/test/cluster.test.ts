import { RaftError } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Cluster } from "./support/cluster.ts";
import { text } from "./support/text-machine.ts";

describe("a cluster of three", () => {
  test("elects one leader, and everybody knows it with its address", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    await cluster.clock.run(100);
    const known = cluster.members.find((member) => member.id === leader);
    for (const id of cluster.ids) expect(cluster.node(id).status().leader).toEqual(known);
    const roles = cluster.ids.map((id) => cluster.node(id).status().role);
    expect(roles.toSorted()).toEqual(["follower", "follower", "leader"]);
    expect(
      cluster
        .node(leader)
        .status()
        .followers.map(({ id }) => id),
    ).toHaveLength(2);
    for (const id of cluster.ids) {
      const { votedFor, timer } = cluster.node(id).status().election;
      expect([undefined, leader, id]).toContain(votedFor);
      expect(timer === undefined).toBe(id === leader);
    }
    await cluster.close();
  });

  test("a proposal on the leader is applied on every node", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    expect(await cluster.propose(leader, "a")).toBe(1);
    expect(await cluster.propose(leader, "b")).toBe(2);
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(["a", "b"]);
    await cluster.close();
  });

  test("a proposal on a follower fails with NOT_LEADER and the leader's id and address", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    await cluster.clock.run(100);
    for (const id of cluster.others(leader)) {
      const error: unknown = await cluster.propose(id, "no").catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(RaftError);
      expect(error).toMatchObject({ code: "NOT_LEADER", leader: cluster.members.find((m) => m.id === leader) });
    }
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual([]);
    await cluster.close();
  });

  test("a hundred proposals at once get their own results, from few writes", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    await cluster.converge();
    const before = cluster.node(leader).status().lastIndex;
    const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
    const results = await cluster.clock.during(
      Promise.all(lines.map((line) => cluster.node(leader).propose(text(line)))),
    );
    expect(results).toEqual(lines.map((_, i) => i + 1));
    expect(cluster.node(leader).status().lastIndex).toBe(before + 100);
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(lines);
    await cluster.close();
  });

  test("linearizable reads, on the leader and on followers, see every write acknowledged before", async () => {
    const cluster = await Cluster.start(3);
    const leader = await cluster.elect();
    for (let i = 0; i < 10; i += 1) {
      await cluster.propose(leader, `${i}`);
      const reads = cluster.ids.map((id) => cluster.node(id).read(0));
      const answers = await cluster.clock.during(Promise.all(reads));
      for (const answer of answers) expect(answer).toHaveLength(i + 1);
    }
    await cluster.close();
  });

  test("a cut off leader answers stale reads and no linearizable one", async () => {
    const cluster = await Cluster.start(3);
    const old = await cluster.elect();
    await cluster.propose(old, "before");
    cluster.network.isolate(old);
    await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== old, "another leader");
    const pending = cluster.node(old).read(0);
    await cluster.propose(await cluster.elect(), "after");
    expect(await cluster.node(old).read(0, { consistency: "stale" })).toEqual(["before"]);
    await expect(cluster.clock.during(pending)).rejects.toMatchObject({ code: "NO_LEADER" });
    await cluster.close();
  });

  test("the leader is killed: another takes over and no acknowledged write is lost", async () => {
    const cluster = await Cluster.start(3);
    const acknowledged: string[] = [];
    for (let life = 0; life < 5; life += 1) {
      const leader = await cluster.elect();
      for (let i = 0; i < 5; i += 1) {
        await cluster.propose(leader, `${life}/${i}`);
        acknowledged.push(`${life}/${i}`);
      }
      cluster.crash(leader);
      const next = await cluster.elect();
      expect(next).not.toBe(leader);
      const answer = await cluster.clock.during(cluster.node(next).read(0));
      expect(answer).toEqual(acknowledged);
      await cluster.start(leader);
    }
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(acknowledged);
    await cluster.close();
  });

  test("P9: what a cut off leader accepted ends as unknown, and its log is brought into line", async () => {
    const cluster = await Cluster.start(3);
    const old = await cluster.elect();
    await cluster.propose(old, "common");
    cluster.network.isolate(old);
    const lost = ["x", "y", "z"].map((line) => cluster.node(old).propose(text(line)));
    const outcomes = Promise.allSettled(lost);
    await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== old, "another leader");
    const next = await cluster.elect();
    for (const line of ["p", "q", "r", "s"]) await cluster.propose(next, line);
    cluster.network.heal();
    for (const outcome of await cluster.clock.during(outcomes)) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "OUTCOME_UNKNOWN" } });
    }
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(["common", "p", "q", "r", "s"]);
    await cluster.close();
  });
});

describe("a cluster of five", () => {
  test("stays available with two killed, refuses with three, and comes back", async () => {
    const cluster = await Cluster.start(5);
    const first = await cluster.elect();
    await cluster.propose(first, "five");
    cluster.crash(first);
    const second = await cluster.elect();
    await cluster.propose(second, "four");
    cluster.crash(second);
    const third = await cluster.elect();
    await cluster.propose(third, "three");
    cluster.crash(third);
    await cluster.clock.run(5_000);
    expect(cluster.leader).toBeUndefined();
    for (const id of cluster.running) {
      await expect(cluster.propose(id, "never")).rejects.toMatchObject({ code: "NO_LEADER" });
    }
    await cluster.start(first);
    const last = await cluster.elect();
    await cluster.propose(last, "three again");
    await cluster.start(second);
    await cluster.start(third);
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(["five", "four", "three", "three again"]);
    await cluster.close();
  });

  test("a partition: the majority works on, the minority learns of it when the network heals", async () => {
    const cluster = await Cluster.start(5);
    const leader = await cluster.elect();
    const [companion = "", ...majority] = cluster.others(leader);
    cluster.network.partition([[leader, companion], majority]);
    await cluster.clock.until(() => majority.includes(cluster.leader ?? ""), "a leader of the majority");
    await cluster.propose(await cluster.elect(), "majority");
    await cluster.clock.run(3_000);
    expect(cluster.node(leader).status().role).not.toBe("leader");
    expect(cluster.lines(companion)).toEqual([]);
    cluster.network.heal();
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(["majority"]);
    await cluster.close();
  });

  test("logs that diverged over several terms are brought into line", async () => {
    const cluster = await Cluster.start(5);
    const committed: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const leader = await cluster.elect();
      await cluster.propose(leader, `round ${round}`);
      committed.push(`round ${round}`);
      cluster.network.isolate(leader);
      const lost = Array.from({ length: 3 + round }, (_, i) =>
        cluster.node(leader).propose(text(`lost ${round}.${i}`)),
      );
      const outcomes = Promise.allSettled(lost);
      await cluster.clock.until(() => cluster.leader !== leader && cluster.leader !== undefined, "another leader");
      await cluster.clock.during(outcomes);
      if (round % 2 === 1) cluster.network.heal();
    }
    cluster.network.heal();
    await cluster.converge();
    for (const id of cluster.ids) expect(cluster.lines(id)).toEqual(committed);
    await cluster.close();
  });
});
