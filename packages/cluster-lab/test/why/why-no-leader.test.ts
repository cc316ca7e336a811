import { describe, expect, test } from "vitest";
import { whyNoLeader } from "../../src/index.ts";
import { Lab } from "../../src/lab.ts";
import { keys, roleOf } from "../support/facts.ts";
import { act, ledByN1, metBefore, node, until } from "../support/labs.ts";

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
    const lab = await Lab.open({ options: { ...metBefore, randomTimeouts: false, delayMinMs: 15, delayMaxMs: 15 } });
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
    const lab = await Lab.open({ options: { logs, preVote: false } });
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

  test("of a recording that has not told who has a vote, nothing is said", async () => {
    const lab = await ledByN1();
    const { nodes, ...view } = lab.view();
    const none = { voters: [], outgoing: [], learners: [] };
    const untold = nodes.map((each) => ({ ...each, role: undefined, condition: "down" as const, membership: none }));
    expect(whyNoLeader({ ...view, nodes: untold })).toEqual([]);
  });

  test("a first election waits for all founders", async () => {
    const lab = await Lab.open();
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
