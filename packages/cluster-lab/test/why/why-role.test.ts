import { describe, expect, test } from "vitest";
import { whyNoLeader, whyNotCommitted, whyRole } from "../../src/index.ts";
import { Lab } from "../../src/lab.ts";
import { keys, roleOf } from "../support/facts.ts";
import { act, ledByN1, metBefore, node, until } from "../support/labs.ts";

describe("why a node is in its role", () => {
  test("a follower hears its leader, and does not notice at once that it is gone", async () => {
    const lab = await ledByN1();
    expect(roleOf(lab, "n2")).toMatchObject([
      { key: "follower.hears-leader", node: "n2", values: { leader: "n1", term: 1 } },
    ]);
    await act(lab, { type: "kill", node: "n1" });
    expect(keys(roleOf(lab, "n2"))).toEqual(["follower.leader-silent"]);
    expect(keys(roleOf(lab, "n1"))).toEqual(["node.down"]);
    expect(roleOf(lab, "n9")).toEqual([]);
  });

  test("a node that was just started reads its disk, and that is no reason to look for a leader", async () => {
    const lab = await Lab.open({});
    expect(keys(roleOf(lab, "n1"))).toEqual(["node.starting"]);
    expect(whyNoLeader(lab.view())).toEqual([]);
    await until(lab, () => node(lab, "n1").condition === "up");
    expect(keys(roleOf(lab, "n1"))).toEqual(["follower.waits"]);
  });

  test("a pre-candidate and a candidate wait for votes, and a voter for what comes of its own", async () => {
    const lab = await Lab.open({ options: { ...metBefore, syncMs: 20 } });
    await act(lab, { type: "force-election", node: "n1" });
    await until(lab, () => node(lab, "n1").role === "pre-candidate");
    const open = { granted: ["n1"], refused: [], awaited: ["n2", "n3"], needed: 2 };
    expect(roleOf(lab, "n1")).toMatchObject([
      { key: "pre-candidate.asks", section: "diss. §9.6", values: { term: 2, ...open } },
    ]);
    expect(keys(roleOf(lab, "n2"))).toEqual(["follower.waits"]);
    await until(lab, () => node(lab, "n1").role === "candidate");
    expect(keys(roleOf(lab, "n1"))).toEqual(["candidate.saves-vote"]);
    await until(lab, () => node(lab, "n1").votes["n1"] === true);
    expect(roleOf(lab, "n1")).toMatchObject([{ key: "candidate.asks", values: { term: 2, ...open } }]);
    await until(lab, () => node(lab, "n2").votedFor === "n1");
    expect(roleOf(lab, "n2")).toMatchObject([{ key: "follower.voted", values: { candidate: "n1", term: 2 } }]);
    await until(lab, () => lab.leader === "n1");
    expect(keys(roleOf(lab, "n1"))).toEqual(["leader.leads", "leader.commits-nothing-yet"]);
    await until(lab, () => node(lab, "n1").commitIndex === node(lab, "n1").log.lastIndex);
    expect(keys(roleOf(lab, "n1"))).toEqual(["leader.leads"]);
  });

  test("a leader that nobody hears, that is outdated, that hands over, that is paused", async () => {
    const lab = await ledByN1();
    expect(roleOf(lab, "n1")).toMatchObject([
      { key: "leader.leads", values: { term: 1, heard: ["n1", "n2", "n3"], needed: 2 } },
    ]);
    await act(lab, { type: "transfer", to: "n2" });
    await lab.next();
    expect(roleOf(lab, "n1").at(-1)).toMatchObject({ key: "leader.transferring", values: { to: "n2" } });
    await until(lab, () => lab.leader === "n2" && node(lab, "n1").leader === "n2");
    await act(lab, { type: "partition", groups: [["n2"]] });
    expect(roleOf(lab, "n2")[0]).toMatchObject({ key: "leader.unheard", values: { silent: ["n1", "n3"], needed: 2 } });
    await act(lab, { type: "pause", node: "n2" });
    await until(lab, () => lab.leader !== "n2");
    expect(keys(roleOf(lab, "n2")).slice(0, 2)).toEqual(["node.paused", "leader.outdated"]);
  });

  test("a spare waits to be added, a learner never stands, two majorities are asked meanwhile", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "start-spare" });
    await until(lab, () => node(lab, "n4").condition === "up");
    expect(keys(roleOf(lab, "n4"))).toEqual(["follower.outside"]);
    await act(lab, { type: "change-members", add: [{ id: "n4" }] });
    await until(lab, () => node(lab, "n4").standing === "learner");
    expect(keys(roleOf(lab, "n4"))).toContain("follower.learner");
    await until(lab, () => node(lab, "n1").membership.outgoing.length > 0);
    expect(roleOf(lab, "n1").at(-1)).toMatchObject({
      key: "leader.joint",
      values: { incoming: ["n1", "n2", "n3", "n4"], outgoing: ["n1", "n2", "n3"] },
    });
    const index = node(lab, "n1").log.lastIndex;
    expect(whyNotCommitted(lab.view(), index)[0]).toMatchObject({
      key: "entry.joint",
      values: { index, needed: 3, outgoingNeeded: 2 },
    });
  });

  test("one that has lost its disk has no vote", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "wipe", node: "n3" });
    await until(lab, () => node(lab, "n3").isForgotten === true);
    expect(roleOf(lab, "n3")[0]?.key).toBe("node.forgotten");
  });

  test("a clock that runs wrong, and a leader without CheckQuorum", async () => {
    const lab = await ledByN1({ checkQuorum: false });
    await act(lab, { type: "clock", node: "n2", rate: 2 });
    expect(roleOf(lab, "n2").at(-1)).toMatchObject({ key: "node.clock", section: "§5.6", values: { rate: 2 } });
    await act(lab, { type: "partition", groups: [["n1"]] });
    const facts = whyRole(lab.view(), "n1", { checkQuorum: false });
    expect(facts[0]).toMatchObject({ key: "leader.powerless", values: { silent: ["n2", "n3"], needed: 2 } });
    await lab.runUntil(lab.nowMs + 5000);
    expect(node(lab, "n1").role).toBe("leader");
  });

  test("one way is enough to hear a leader", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "cut", from: "n2", to: "n1" });
    expect(keys(roleOf(lab, "n2"))).toEqual(["follower.hears-leader"]);
  });
});
