import type { NodeId } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Cluster } from "./support/cluster.ts";
import { codesOf } from "./support/ports.ts";
import { text } from "./support/text-machine.ts";

async function three(): Promise<{
  readonly cluster: Cluster;
  readonly leader: NodeId;
  readonly others: readonly NodeId[];
}> {
  const cluster = await Cluster.start(3);
  const leader = await cluster.elect();
  await cluster.propose(leader, "first");
  await cluster.converge();
  return { cluster, leader, others: cluster.others(leader) };
}

describe("handing over the lead", () => {
  test("to whom it was said, with nothing left in doubt", async () => {
    const { cluster, leader, others } = await three();
    const [to = ""] = others;
    const node = cluster.node(leader);
    const before = Array.from({ length: 20 }, (_, i) => node.propose(text(`line ${i}`)));
    const handed = node.transferLeadership(to);
    const outcomes = codesOf(before);
    expect(await cluster.clock.during(handed)).toMatchObject({ id: to });
    expect(new Set(await cluster.clock.during(outcomes))).toEqual(new Set(["resolved"]));
    expect(cluster.leader).toBe(to);
    await cluster.close();
  });

  test("proposals meanwhile are refused, definitely not done", async () => {
    const { cluster, leader, others } = await three();
    const node = cluster.node(leader);
    cluster.network.setLinks({ delayMinMs: 20, delayMaxMs: 20 });
    const handed = node.transferLeadership();
    await cluster.clock.run(5);
    expect(others).toContain(node.status().transferTo);
    const refused = codesOf([node.propose(text("too late"))]);
    expect(await cluster.clock.during(refused)).toEqual(["TRANSFERRING"]);
    const next = await cluster.clock.during(handed);
    await cluster.propose(next.id, "second");
    await cluster.converge();
    expect(cluster.lines(leader)).toEqual(["first", "second"]);
    await cluster.close();
  });

  test("P50: to a node that does not answer fails in time, and the leader leads on", async () => {
    const { cluster, leader, others } = await three();
    const [to = ""] = others;
    cluster.crash(to);
    const failed = codesOf([cluster.node(leader).transferLeadership(to)]);
    expect(await cluster.clock.during(failed, 1_000)).toEqual(["TRANSFER_FAILED"]);
    await cluster.propose(leader, "second");
    await cluster.close();
  });

  test("is not for followers, nor to strangers", async () => {
    const { cluster, leader, others } = await three();
    const [follower = ""] = others;
    const calls = [cluster.node(follower).transferLeadership(), cluster.node(leader).transferLeadership("n9")];
    expect(await cluster.clock.during(codesOf(calls))).toEqual(["NOT_LEADER", "TRANSFER_REFUSED"]);
    expect(await cluster.clock.during(cluster.node(leader).transferLeadership(leader))).toMatchObject({ id: leader });
    await cluster.close();
  });
});

describe("closing with drain", () => {
  test("hands over first: the next leader is there within a few round trips", async () => {
    const { cluster, leader } = await three();
    const before = cluster.clock.now();
    const node = cluster.node(leader);
    const last = codesOf([node.propose(text("last"))]);
    await cluster.clock.during(node.close({ drain: true }));
    expect(await last).toEqual(["resolved"]);
    await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== leader, "the next leader");
    expect(cluster.clock.now() - before).toBeLessThan(100);
    await cluster.close();
  });

  test("waits for nobody where nobody is left", async () => {
    const { cluster, leader, others } = await three();
    for (const id of others) cluster.crash(id);
    await cluster.clock.during(cluster.node(leader).close({ drain: true }), 3_000);
    await cluster.close();
  });
});

describe("P34: what was decided in one term", () => {
  test("is not proposed in another", async () => {
    const { cluster, leader } = await three();
    const node = cluster.node(leader);
    const { term: ifTerm } = node.status();
    const now = codesOf([node.propose(text("now"), { ifTerm }), node.propose(text("never"), { ifTerm: ifTerm - 1 })]);
    expect(await cluster.clock.during(now)).toEqual(["resolved", "TERM_CHANGED"]);
    await cluster.clock.during(node.transferLeadership());
    await cluster.clock.during(cluster.node(await cluster.elect()).transferLeadership(leader));
    const late = codesOf([node.propose(text("late"), { ifTerm })]);
    expect(await cluster.clock.during(late)).toEqual(["TERM_CHANGED"]);
    await cluster.converge();
    expect(cluster.lines(leader)).toEqual(["first", "now"]);
    await cluster.close();
  });
});
