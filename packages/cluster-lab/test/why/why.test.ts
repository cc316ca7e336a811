import { describe, expect, test } from "vitest";
import { type Lab, type WhyFact, whyNoLeader, whyNotCommitted, whyRole, whySections } from "../../src/index.ts";
import { figure8, playStep } from "../../src/scripts/index.ts";
import { Lab as TheLab } from "../../src/lab.ts";
import { act, ledByN1, metBefore, node, until } from "../support/labs.ts";

const keys = (facts: readonly WhyFact[]): readonly string[] => facts.map(({ key }) => key);
const roleOf = (lab: Lab, id: string): readonly WhyFact[] => {
  return whyRole(lab.view(), id, { electionTimeoutMaxMs: lab.options.electionTimeoutMaxMs });
};

test("of a recording that has not told who has a vote, nothing is said", async () => {
  const lab = await ledByN1();
  const { nodes, ...view } = lab.view();
  const none = { voters: [], outgoing: [], learners: [] };
  const untold = nodes.map((each) => ({ ...each, role: undefined, condition: "down" as const, membership: none }));
  expect(whyNoLeader({ ...view, nodes: untold })).toEqual([]);
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

test("every fact names its section", () => {
  for (const section of Object.values(whySections)) expect(section).toMatch(/^(?:§\d|diss\. §\d|fig\. \d)/);
});

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
    const lab = await TheLab.open({});
    expect(keys(roleOf(lab, "n1"))).toEqual(["node.starting"]);
    expect(whyNoLeader(lab.view())).toEqual([]);
    await until(lab, () => node(lab, "n1").condition === "up");
    expect(keys(roleOf(lab, "n1"))).toEqual(["follower.waits"]);
  });

  test("a pre-candidate and a candidate wait for votes, and a voter for what comes of its own", async () => {
    const lab = await TheLab.open({ options: { ...metBefore, syncMs: 20 } });
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
});

describe("why nobody leads", () => {
  test("somebody does", async () => {
    expect(whyNoLeader((await ledByN1()).view())).toEqual([]);
  });

  test("too few are up; no two of them reach each other; whose timeout is next", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "kill", node: "n1" });
    await act(lab, { type: "kill", node: "n2" });
    expect(whyNoLeader(lab.view())).toMatchObject([{ key: "no-leader.too-few-up", values: { up: ["n3"], needed: 2 } }]);
    await act(lab, { type: "restart", node: "n2" });
    await until(lab, () => node(lab, "n2").condition === "up");
    const facts = whyNoLeader(lab.view());
    expect(facts).toMatchObject([{ key: "no-leader.waits" }]);
    const { deadlineMs } = facts[0]?.values ?? {};
    expect(deadlineMs).toBe(Math.min(...["n2", "n3"].map((id) => node(lab, id).election?.deadlineMs ?? Infinity)));
    await act(lab, { type: "cut", from: "n2", to: "n3" });
    expect(keys(whyNoLeader(lab.view()))).toEqual(["no-leader.partitioned"]);
  });

  test("votes are split, and an election is under way", async () => {
    const lab = await TheLab.open({ options: { ...metBefore, randomTimeouts: false, delayMinMs: 15, delayMaxMs: 15 } });
    await until(lab, () =>
      lab.view().nodes.every(({ role, votes }) => role === "candidate" && Object.keys(votes).length > 0),
    );
    const [first, ...rest] = whyNoLeader(lab.view());
    expect(first).toMatchObject({
      key: "no-leader.split-vote",
      section: "§5.2",
      values: { candidates: ["n1", "n2", "n3"], term: 2 },
    });
    expect(keys(rest)).toEqual(["no-leader.election", "no-leader.election", "no-leader.election"]);
    expect(rest[0]?.values).toMatchObject({
      candidate: "n1",
      term: 2,
      granted: ["n1"],
      awaited: ["n2", "n3"],
      needed: 2,
    });
  });

  test("a log is behind, and voters are loyal to a leader that is gone", async () => {
    const logs = { n1: { term: 2, terms: [1] }, n2: { term: 2, terms: [1, 2] }, n3: { term: 2, terms: [1, 2] } };
    const lab = await TheLab.open({ options: { logs, preVote: false } });
    await act(lab, { type: "force-election", node: "n1" });
    await until(lab, () => node(lab, "n1").votes["n2"] === false && node(lab, "n1").role === "candidate");
    expect(whyNoLeader(lab.view()).find(({ key }) => key === "no-leader.log-behind")).toMatchObject({
      section: "§5.4.1",
      values: { candidate: "n1", refused: ["n2"] },
    });
    const loyal = await ledByN1({}, 5);
    await act(loyal, { type: "kill", node: "n1" });
    await act(loyal, { type: "force-election", node: "n2" });
    await until(loyal, () => Object.values(node(loyal, "n2").votes).includes(false));
    expect(whyNoLeader(loyal.view()).find(({ key }) => key === "no-leader.loyal")).toMatchObject({
      values: { leader: "n1" },
    });
  });
});

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
    const lab = await TheLab.open({ nodes: 5, options: figure8.options });
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
});

describe("what is rarely seen", () => {
  test("a first election waits for all founders", async () => {
    const lab = await TheLab.open();
    await until(lab, () => lab.view().nodes.every(({ condition }) => condition === "up"));
    await act(lab, { type: "kill", node: "n3" });
    expect(whyNoLeader(lab.view())).toMatchObject([
      { key: "no-leader.founding", values: { up: ["n1", "n2"], needed: 3 } },
    ]);
    await until(lab, () => node(lab, "n1").role === "pre-candidate" && node(lab, "n1").votes["n2"] === true);
    expect(roleOf(lab, "n1")).toMatchObject([
      { key: "pre-candidate.asks", values: { granted: ["n1", "n2"], awaited: ["n3"], needed: 3 } },
      { key: "candidate.founding", values: { awaited: ["n3"] } },
    ]);
    await act(lab, { type: "restart", node: "n3" });
    await until(lab, () => lab.leader !== undefined);
    expect(lab.view().nodes.some(({ membership }) => membership.isFounding === true)).toBe(true);
    await until(lab, () => lab.view().nodes.every(({ membership }) => membership.isFounding !== true));
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

  test("an election in a joint configuration takes both majorities, the old one, too", async () => {
    const lab = await ledByN1();
    for (const id of ["n4", "n5"]) {
      await act(lab, { type: "start-spare" });
      await until(lab, () => node(lab, id).condition === "up");
    }
    await act(lab, { type: "change-members", add: [{ id: "n4" }, { id: "n5" }] });
    await until(lab, () => node(lab, "n2").membership.outgoing.length > 0);
    const { lastIndex } = node(lab, "n2").log;
    for (const id of ["n1", "n3"]) await act(lab, { type: "kill", node: id });
    const both = { incoming: ["n1", "n2", "n3", "n4", "n5"], outgoing: ["n1", "n2", "n3"] };
    expect(whyNoLeader(lab.view())).toMatchObject([
      {
        key: "no-leader.joint",
        section: "§6",
        values: { ...both, up: ["n2", "n4", "n5"], needed: 3, outgoingNeeded: 2 },
      },
    ]);
    expect(node(lab, "n2").log.lastIndex).toBe(lastIndex);
    await until(lab, () => node(lab, "n2").role === "pre-candidate");
    expect(roleOf(lab, "n2").at(-1)).toMatchObject({ key: "candidate.joint", values: both });
  });

  test("two candidates of one term are no split vote while one of them can win", async () => {
    const lab = await ledByN1({}, 5);
    await act(lab, { type: "kill", node: "n1" });
    const view = lab.view();
    const stands = { role: "candidate" as const, term: 2, leader: undefined };
    const nodes = view.nodes.map((each) => {
      if (each.id === "n2") return { ...each, ...stands, votedFor: "n2", votes: { n2: true } };
      if (each.id === "n3") return { ...each, ...stands, votedFor: "n3", votes: { n3: true } };
      return each;
    });
    expect(keys(whyNoLeader({ ...view, nodes }))).toEqual(["no-leader.election", "no-leader.election"]);
    const split = nodes.map((each) => (each.id === "n4" ? { ...each, ...stands, votedFor: "n4" } : each));
    const taken = split.map((each) => (each.id === "n5" ? { ...each, term: 2, votedFor: "n3" } : each));
    expect(keys(whyNoLeader({ ...view, nodes: split }))[0]).toBe("no-leader.election");
    const full = taken.map((each) => (each.id === "n1" ? { ...each, term: 2, votedFor: "n2" } : each));
    expect(whyNoLeader({ ...view, nodes: full })[0]).toMatchObject({
      key: "no-leader.split-vote",
      values: { candidates: ["n2", "n3", "n4"], term: 2 },
    });
  });
});
