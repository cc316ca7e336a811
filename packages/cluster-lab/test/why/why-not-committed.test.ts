import { describe, expect, test } from "vitest";
import { whyNoLeader, whyNotCommitted, whyRole } from "../../src/index.ts";
import { Lab } from "../../src/lab.ts";
import { figure8, playStep } from "../../src/scripts/index.ts";
import { keys, roleOf } from "../support/facts.ts";
import { act, ledByN1, node, until } from "../support/labs.ts";

describe("why an entry is not committed yet", () => {
  test("whose acknowledgement is awaited, and why it has not come", async () => {
    const lab = await ledByN1({ syncMs: 20 }, 7);
    await act(lab, { type: "kill", node: "n2" });
    await act(lab, { type: "pause", node: "n3" });
    await act(lab, { type: "cut", from: "n1", to: "n4" });
    await act(lab, { type: "cut", from: "n5", to: "n1" });
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    await until(lab, () => node(lab, "n6").log.lastIndex > node(lab, "n2").log.lastIndex);
    const index = node(lab, "n6").log.lastIndex;
    const facts = whyNotCommitted(lab.view(), index);
    expect(facts[0]).toMatchObject({ key: "entry.acknowledgements", section: "§5.3", values: { index, needed: 4 } });
    const reasons = Object.fromEntries(facts.slice(1).map(({ key, node: of }) => [of, key]));
    expect(reasons).toMatchObject({
      n2: "awaited.down",
      n3: "awaited.paused",
      n4: "awaited.cut-to",
      n5: "awaited.cut-from",
      n6: "awaited.disk",
    });
    await act(lab, { type: "heal-all" });
    await until(lab, () => node(lab, "n1").commitIndex === index);
    expect(whyNotCommitted(lab.view(), index)).toMatchObject([
      { key: "entry.committed", values: { index, knowing: ["n1"] } },
    ]);
  });

  test("one that is committed will not be learnt by who holds something else in its place: that goes", async () => {
    const lab = await ledByN1();
    const index = node(lab, "n1").log.lastIndex + 1;
    await act(lab, { type: "partition", groups: [["n1"]] });
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    await until(lab, () => node(lab, "n2").commitIndex >= index && node(lab, "n3").commitIndex >= index);
    const leader = lab.leader ?? "";
    expect(whyNotCommitted(lab.view(), index)).toMatchObject([
      { key: "entry.committed", values: { index, knowing: ["n2", "n3"], ignorant: [] } },
      { key: "entry.overwritten", values: { index, leader, holders: ["n1"] } },
    ]);
  });

  test("no leader, no such entry, another one in its place", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "partition", groups: [["n1"]] });
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    await lab.runUntil(lab.nowMs + 10);
    const index = node(lab, "n1").log.lastIndex;
    expect(keys(whyNotCommitted(lab.view(), index + 1))).toEqual(["entry.nowhere"]);
    await act(lab, { type: "kill", node: "n1" });
    expect(keys(whyNotCommitted(lab.view(), index))).toEqual(["entry.no-leader"]);
    await until(lab, () => lab.leader !== undefined);
    const leader = lab.leader ?? "";
    expect(whyNotCommitted(lab.view(), index).at(-1)).toMatchObject({
      key: "entry.overwritten",
      values: { leader, holders: ["n1"] },
    });
  });

  test("an entry of an earlier term waits for one of the leader's own, though a majority has it (figure 8)", async () => {
    const lab = await Lab.open({ nodes: 5, options: figure8.options });
    for (const step of figure8.steps) {
      await playStep(lab, step);
      if (step.name === "c-majority") break;
    }
    const facts = whyNotCommitted(lab.view(), 3);
    expect([facts[0], facts.at(-1)]).toMatchObject([
      { key: "entry.earlier-term", section: "§5.4.2", values: { index: 3, term: 2, leaderTerm: 4, waitsFor: 4 } },
      { key: "entry.overwritten", values: { holders: ["n5"] } },
    ]);
    expect(facts.slice(1, -1)).toContainEqual(expect.objectContaining({ key: "awaited.cut-to", node: "n4" }));
    expect(new Set(facts.slice(1, -1).map(({ values }) => values["index"]))).toEqual(new Set([4]));
  });

  test("a snapshot is on its way, or where the logs agree is still to be found", async () => {
    const lab = await ledByN1({ snapshotEveryEntries: 2 });
    await act(lab, { type: "kill", node: "n3" });
    for (const value of ["1", "2", "3"]) {
      await act(lab, { type: "put", via: "n1", key: "x", value });
      await until(lab, () => lab.calls.at(-1)?.state === "done");
    }
    await act(lab, { type: "restart", node: "n3" });
    await until(lab, () => node(lab, "n1").followers.some(({ state }) => state === "snapshot"));
    await act(lab, { type: "kill", node: "n2" });
    await act(lab, { type: "put", via: "n1", key: "x", value: "4" });
    await lab.next();
    const index = node(lab, "n1").log.lastIndex;
    expect(whyNotCommitted(lab.view(), index).slice(1)).toMatchObject([
      { key: "awaited.own-disk", node: "n1", section: "diss. §10.2.1" },
      { key: "awaited.down", node: "n2" },
      { key: "awaited.snapshot", node: "n3", section: "§7" },
    ]);
  });

  test("what a majority has acknowledged and the leader has not counted yet awaits nobody", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    const index = node(lab, "n1").log.lastIndex;
    await until(lab, () => node(lab, "n1").commitIndex === index);
    const { nodes, ...view } = lab.view();
    const before = nodes.map((each) => ({ ...each, commitIndex: index - 1 }));
    const facts = whyNotCommitted({ ...view, nodes: before }, index);
    expect(facts).toMatchObject([{ key: "entry.acknowledged", values: { index } }]);
    expect(facts[0]?.values["have"]).toContain("n1");
  });

  test("one that was removed does not count, nor does a learner that has the entry", async () => {
    const lab = await ledByN1({}, 4);
    await act(lab, { type: "change-members", demote: ["n3"] });
    await until(lab, () => lab.calls.at(-1)?.state === "done");
    await act(lab, { type: "kill", node: "n2" });
    await act(lab, { type: "kill", node: "n4" });
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    const { lastIndex } = node(lab, "n1").log;
    await until(lab, () =>
      node(lab, "n1").followers.some(({ id, matchIndex }) => id === "n3" && matchIndex > lastIndex),
    );
    const facts = whyNotCommitted(lab.view(), lastIndex + 1);
    expect(facts.at(-1)).toMatchObject({
      key: "entry.learners",
      section: "diss. §4.2.1",
      values: { learners: ["n3"] },
    });
    await act(lab, { type: "pause", node: "n1" });
    expect(keys(whyNotCommitted(lab.view(), lastIndex + 1))[0]).toBe("entry.leader-paused");
    const view = lab.view();
    const outside = view.nodes.map((each) => (each.id === "n3" ? { ...each, standing: "outside" as const } : each));
    expect(keys(whyRole({ ...view, nodes: outside }, "n3"))).toContain("follower.removed");
  });

  test("those that have lost their disks are counted nowhere", async () => {
    const lab = await ledByN1({}, 5);
    for (const id of ["n2", "n3"]) await act(lab, { type: "wipe", node: id });
    await until(lab, () => ["n2", "n3"].every((id) => node(lab, id).isForgotten === true));
    await act(lab, { type: "kill", node: "n5" });
    expect(roleOf(lab, "n1")[0]).toMatchObject({ key: "leader.unheard", values: { silent: ["n2", "n3", "n5"] } });
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    const facts = whyNotCommitted(lab.view(), node(lab, "n1").log.lastIndex + 1);
    expect(keys(facts)).toEqual(["entry.nowhere"]);
    await lab.next();
    const awaited = whyNotCommitted(lab.view(), node(lab, "n1").log.lastIndex);
    expect(awaited).toContainEqual(expect.objectContaining({ key: "awaited.forgotten", node: "n2" }));
    await act(lab, { type: "kill", node: "n1" });
    expect(whyNoLeader(lab.view())).toMatchObject([
      { key: "no-leader.too-few-up", section: "§2", values: { up: ["n4"], needed: 3 } },
      { key: "no-leader.forgotten", values: { nodes: ["n2", "n3"] } },
    ]);
  });
});
