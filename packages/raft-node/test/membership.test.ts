import type { MembershipChange, NodeId } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Cluster } from "./support/cluster.ts";
import { codesOf } from "./support/ports.ts";
import { text } from "./support/text-machine.ts";

const n4 = { id: "n4", address: "host-4" };

async function change(cluster: Cluster, what: MembershipChange): Promise<readonly NodeId[]> {
  const leader = await cluster.elect();
  const { voters } = await cluster.clock.during(cluster.node(leader).changeMembers(what));
  return voters.toSorted();
}

async function three(options = {}): Promise<{ readonly cluster: Cluster; readonly leader: NodeId }> {
  const cluster = await Cluster.start(3, options);
  const leader = await cluster.elect();
  await cluster.propose(leader, "first");
  return { cluster, leader };
}

describe("adding a node", () => {
  test("it joins with nothing, catches up as a learner and becomes a voter", async () => {
    const { cluster } = await three();
    const joined = await cluster.join("n4");
    expect(joined.status()).toMatchObject({ role: "follower", lastIndex: 0, membership: { voters: [] } });
    expect(await change(cluster, { add: [n4] })).toEqual(["n1", "n2", "n3", "n4"]);
    await cluster.propose(await cluster.elect(), "second");
    await cluster.converge();
    expect(cluster.lines("n4")).toEqual(["first", "second"]);
    expect(joined.status().membership.incarnations?.["n4"]).toBe(joined.status().incarnation);
    await cluster.close();
  });

  test("a learner stays one until it is promoted", async () => {
    const { cluster } = await three();
    await cluster.join("n4");
    expect(await change(cluster, { add: [{ ...n4, learner: true }] })).toEqual(["n1", "n2", "n3"]);
    await cluster.converge();
    expect(cluster.lines("n4")).toEqual(["first"]);
    expect(await change(cluster, { promote: ["n4"] })).toEqual(["n1", "n2", "n3", "n4"]);
    expect(await change(cluster, { demote: ["n4"] })).toEqual(["n1", "n2", "n3"]);
    await cluster.close();
  });

  test("P27: one that is not there costs nothing, and is taken back", async () => {
    const { cluster, leader } = await three({ catchUpTimeoutMs: 1_000 });
    const refused = cluster.node(leader).changeMembers({ add: [n4] });
    const outcome = codesOf([refused]);
    await cluster.clock.run(200);
    cluster.crash(cluster.others(leader)[0] ?? "");
    await cluster.propose(leader, "with two of three");
    expect(await cluster.clock.during(outcome)).toEqual(["MEMBERSHIP_REFUSED"]);
    await expect(refused).rejects.toThrow(/n4 has come no further for 1000 ms: it holds 0 of \d+ entries/);
    expect(cluster.node(leader).status().membership).toMatchObject({ voters: ["n1", "n2", "n3"], learners: [] });
    await cluster.close();
  });

  test("a node restarted before it was sent anything still waits to be added", async () => {
    const { cluster } = await three();
    const { incarnation } = (await cluster.join("n4")).status();
    cluster.crash("n4");
    const again = await cluster.join("n4");
    expect(again.status().incarnation).toBe(incarnation);
    expect(await change(cluster, { add: [n4] })).toEqual(["n1", "n2", "n3", "n4"]);
    await cluster.close();
  });
});

describe("removing a node", () => {
  test("a follower is told, and calls for no election any more", async () => {
    const { cluster, leader } = await three();
    const [gone = ""] = cluster.others(leader);
    await change(cluster, { remove: [gone] });
    await cluster.clock.run(5_000);
    const { membership, role, term } = cluster.node(gone).status();
    expect(membership.voters).not.toContain(gone);
    expect({ role, term }).toEqual({ role: "follower", term: cluster.node(leader).status().term });
    await cluster.close();
  });

  test("one that was away, and does not know that it was removed, is heard, deposes nobody, and is told", async () => {
    const { cluster, leader } = await three();
    const [gone = ""] = cluster.others(leader);
    cluster.crash(gone);
    await change(cluster, { remove: [gone] });
    // So long that the leader does not try to tell it any more.
    await cluster.clock.run(10_000);
    const { term } = cluster.node(leader).status();
    const heard: NodeId[] = [];
    cluster.network.on("deliver", ({ from, to }) => void (from === gone && heard.push(to)));
    await cluster.start(gone);
    await cluster.clock.run(10_000);
    expect([...new Set(heard)].toSorted()).toEqual(cluster.others(gone));
    expect(cluster.node(leader).status()).toMatchObject({ role: "leader", term });
    expect(cluster.node(gone).status()).toMatchObject({ term, membership: { voters: cluster.others(gone) } });
    heard.length = 0;
    await cluster.clock.run(10_000);
    expect(heard, "it asks for nothing any more").toEqual([]);
    await cluster.close();
  });

  test("P24: the leader hands over and goes", async () => {
    const { cluster, leader } = await three();
    const before = cluster.clock.now();
    expect(await change(cluster, { remove: [leader] })).toEqual(cluster.others(leader));
    await cluster.clock.until(() => cluster.leader !== undefined && cluster.leader !== leader, "another leader");
    expect(cluster.clock.now() - before, "nobody had to notice an absence").toBeLessThan(150);
    expect(cluster.node(leader).status().role).toBe("follower");
    await cluster.propose(await cluster.elect(), "second");
    await cluster.close();
  });

  test("a dead node is replaced in one step", async () => {
    const { cluster, leader } = await three();
    const [dead = "", alive = ""] = cluster.others(leader);
    cluster.crash(dead);
    await cluster.join("n4");
    expect(await change(cluster, { remove: [dead], add: [n4] })).toEqual([leader, alive, "n4"].toSorted());
    await cluster.close();
  });
});

describe("diss. §4.1: a node that was away while all the members that it knows were replaced", () => {
  const others = ["n4", "n5"].map((id) => ({ id, address: `at-${id}` }));

  async function afterReplacement(): Promise<{ cluster: Cluster; away: NodeId }> {
    const { cluster, leader } = await three();
    const [away = "", other = ""] = cluster.others(leader);
    cluster.crash(away);
    for (const { id } of others) await cluster.join(id);
    await change(cluster, { add: others });
    for (const gone of [other, leader]) {
      await change(cluster, { remove: [gone] });
      cluster.crash(gone);
    }
    return { cluster, away };
  }

  test("hears strangers: is caught up by a leader that its configuration does not name", async () => {
    const { cluster, away } = await afterReplacement();
    const line = "while it was away";
    await cluster.propose(await cluster.elect(), line);
    const node = await cluster.start(away);
    expect(node.status().membership.voters).toEqual(["n1", "n2", "n3"]);
    await cluster.clock.until(() => node.status().leader !== undefined, "it knows who leads");
    await cluster.converge();
    expect(cluster.lines(away)).toEqual(["first", line]);
    expect(node.status().membership.voters.toSorted()).toEqual([away, "n4", "n5"].toSorted());
    // And is of use: one of the two others is not needed any more.
    cluster.crash("n4");
    await cluster.propose(await cluster.elect(), "without n4");
    await cluster.close();
  });

  test("deposes nobody by the votes that it asks for before it hears them", async () => {
    const { cluster, away } = await afterReplacement();
    const leader = await cluster.elect();
    cluster.network.isolate(away);
    const node = await cluster.start(away);
    await cluster.clock.run(5_000);
    expect(node.status()).toMatchObject({ leader: undefined, membership: { voters: ["n1", "n2", "n3"] } });
    cluster.network.heal();
    await cluster.converge();
    expect(cluster.leader, "nobody was deposed").toBe(leader);
    await cluster.close();
  });

  test("as does one that never knew anybody, and was told to join", async () => {
    const { cluster } = await afterReplacement();
    const joined = await cluster.join("n6");
    await cluster.clock.run(1_000);
    expect(joined.status()).toMatchObject({ role: "follower", leader: undefined, membership: { voters: [] } });
    expect(await change(cluster, { add: [{ id: "n6", address: "at-n6" }] })).toContain("n6");
    await cluster.clock.until(() => cluster.lines("n6").length === 1, "it has what the others have");
    await cluster.close();
  });
});

describe("a change is refused by name", () => {
  test("where there can be none, or another is under way, or this node does not lead", async () => {
    const { cluster, leader } = await three();
    const node = cluster.node(leader);
    const refused = async (what: MembershipChange, words: RegExp): Promise<void> =>
      expect(cluster.clock.during(node.changeMembers(what))).rejects.toThrow(words);
    await refused({ add: [{ id: "n2", address: "" }] }, /n2 is a member already/);
    await refused({ remove: ["n1", "n2", "n3"] }, /no voter would be left/);
    await refused({ remove: ["n9"] }, /n9 is no member/);
    await expect(node.changeMembers({ add: [{ id: "" }] } as never)).rejects.toThrow(/^change\.add\.0\.id/);
    const first = node.changeMembers({ add: [{ ...n4, learner: true }] });
    const codes = codesOf([first, node.changeMembers({ remove: ["n1"] })]);
    expect(await cluster.clock.during(codes)).toEqual(["resolved", "MEMBERSHIP_PENDING"]);
    const [follower = ""] = cluster.others(leader);
    const there = codesOf([cluster.node(follower).changeMembers({ remove: ["n4"] })]);
    expect(await cluster.clock.during(there)).toEqual(["NOT_LEADER"]);
    await cluster.close();
  });
});

describe("P26: a node that comes back with an empty disk", () => {
  test("is not counted, says what to do, and is of use again when it has been removed and added", async () => {
    const { cluster, leader } = await three();
    const [wiped = "", other = ""] = cluster.others(leader);
    await cluster.converge();
    cluster.wipe(wiped);
    await cluster.start(wiped);
    await cluster.clock.until(() => cluster.node(wiped).status().isForgotten, "it knows that it is forgotten");
    cluster.crash(other);
    const doubtful = codesOf([cluster.node(leader).propose(text("by one of three"))]);
    await cluster.clock.run(2_000);
    expect(cluster.node(wiped).status().role, "it has no vote").toBe("follower");
    expect(cluster.node(leader).status().role, "no majority answers the leader").not.toBe("leader");
    await cluster.start(other);
    await cluster.clock.during(doubtful);
    await cluster.propose(await cluster.elect(), "by two of three");
    await change(cluster, { remove: [wiped] });
    const voters = await change(cluster, { add: [{ id: wiped, address: "elsewhere" }] });
    expect(voters).toEqual(["n1", "n2", "n3"]);
    expect(cluster.node(wiped).status()).toMatchObject({ isForgotten: false });
    await cluster.converge();
    await cluster.close();
  });
});
