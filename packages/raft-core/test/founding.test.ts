import { describe, expect, test } from "vitest";
import { type HardState, type Membership, foundedBy, membershipOf } from "../src/index.ts";
import { Cluster } from "./harness/cluster.ts";
import { effectOf, effectsOf, messageOf, messagesOf } from "./harness/effects.ts";
import { changeMembers } from "./harness/leading.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { appendEntries, requestVote, voteReply } from "./harness/messages.ts";
import { membershipAt } from "./harness/stored.ts";

const members = ["n1", "n2", "n3"].map((id) => ({ id, address: `${id}.example` }));
const genesis: Membership = foundedBy(members);
const incarnations = { n1: 11, n2: 22, n3: 33 };
const founded: Membership = { ...membershipOf(members), incarnations };
const founders = JSON.stringify(["n1", "n2", "n3"]);

const stored = (incarnation: number, term = 0): HardState => ({ term, votedFor: undefined, incarnation });

/** A founder that has heard of nobody yet. */
const founder = (options: LoneNodeOptions = {}): LoneNode =>
  new LoneNode({ log: [membershipAt(1, 0, genesis)], hardState: stored(11), ...options });

/** A founder that holds the entry which says who all of them are. */
const settled = (options: LoneNodeOptions = {}): LoneNode =>
  founder({ log: [membershipAt(1, 0, genesis), membershipAt(2, 1, founded)], hardState: stored(11, 1), ...options });

const vote = (node: LoneNode, from: "n2" | "n3", pre: boolean) =>
  node.hear(from, { ...voteReply(node.raft.term + (pre ? 1 : 0), true), pre, incarnation: incarnations[from] });

describe("P26 the first configuration", () => {
  test("names the founders, and says that it is the first one", () => {
    expect(genesis).toEqual({ ...membershipOf(members), founding: true });
  });

  test("elects nobody without the votes of all founders, by pre-vote or by vote", () => {
    const node = founder();
    node.timeOut();
    vote(node, "n2", true);
    expect(node.raft.role).toBe("pre-candidate");
    vote(node, "n3", true);
    expect(node.raft.role).toBe("candidate");
    vote(node, "n3", false);
    expect(node.raft.role).toBe("candidate");
    vote(node, "n2", false);
    expect(node.raft.role).toBe("leader");
  });

  test("ends with the first leader's first entry, which says who each founder is: from there on a majority is enough", () => {
    const node = founder({ preVote: false });
    node.timeOut();
    vote(node, "n2", false);
    const effects = vote(node, "n3", false);
    expect(node.raft.membership).toEqual(founded);
    const kinds = messagesOf(effects, "append-entries").map(({ entries }) => entries.map(({ kind }) => kind));
    expect(kinds).toEqual([
      ["membership", "no-op"],
      ["membership", "no-op"],
    ]);
    node.hear("n2", {
      type: "append-entries-reply",
      term: 1,
      accepted: true,
      prevIndex: 1,
      matchIndex: 3,
      hintIndex: 0,
      hintTerm: 0,
      incarnation: 22,
    });
    expect(node.raft.commitIndex).toBe(3);
    expect(effectsOf(node.run(changeMembers({ remove: ["n3"] })), "members-refused")).toEqual([]);
  });

  test("stays where a founder says nothing of its incarnation: then nothing is committed without all, nor changed", () => {
    const node = founder({ preVote: false });
    node.timeOut();
    for (const id of ["n2", "n3"]) node.hear(id, voteReply(1, true));
    expect(node.raft).toMatchObject({ role: "leader", membership: genesis });
    const accepted = {
      type: "append-entries-reply",
      term: 1,
      accepted: true,
      prevIndex: 1,
      matchIndex: 2,
      hintIndex: 0,
      hintTerm: 0,
    } as const;
    node.hear("n2", accepted);
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n3", accepted);
    expect(node.raft.commitIndex).toBe(2);
    expect(effectOf(node.run(changeMembers({ remove: ["n3"] })), "members-refused")).toMatchObject({
      code: "MEMBERSHIP_PENDING",
      reason: "not all founders have been heard: n1, n2, n3",
    });
  });

  test("§5.1 asks those again that have not answered, for one lost message would cost the election", () => {
    const node = founder();
    const asked = (): readonly string[] =>
      effectsOf(node.timeOut(), "send").flatMap(({ to, message }) => (message.type === "request-vote" ? [to] : []));
    expect(asked()).toEqual(["n2", "n3"]);
    vote(node, "n2", true);
    expect(asked()).toEqual(["n3"]);
    expect(node.raft.role).toBe("pre-candidate");
    vote(node, "n3", true);
    expect(asked()).toEqual(["n2", "n3"]);
    expect(node.raft).toMatchObject({ role: "candidate", term: 1 });
  });

  test("is the only one that asks again: an election on slow disks must not be slowed down by questions", () => {
    const node = settled();
    node.timeOut();
    expect(messagesOf(node.timeOut(), "request-vote").map(({ pre }) => pre)).toEqual([true, true]);
    expect(node.nowMs).toBeGreaterThanOrEqual(300);
  });

  test("alone, a founder founds at once", () => {
    const lone = new LoneNode({ log: [membershipAt(1, 0, foundedBy(members.slice(0, 1)))], hardState: stored(11) });
    lone.timeOut();
    expect(lone.raft).toMatchObject({
      role: "leader",
      commitIndex: 3,
      membership: { voters: ["n1"], incarnations: { n1: 11 } },
    });
  });
});

describe("P26 a founder whose disk is lost, and that founds again,", () => {
  test("gets no vote from one that holds the entry of the founding", () => {
    for (const pre of [true, false]) {
      const request = { ...requestVote(2, [1, 0]), pre, founders, incarnation: 99 };
      expect(messagesOf(settled().hear("n3", request), "request-vote-reply")).toEqual([]);
    }
  });

  test("elects no leader together with one that has heard of nothing, and gives none its vote that counts", () => {
    const cluster = new Cluster([
      { log: [membershipAt(1, 0, genesis), membershipAt(2, 1, founded)], hardState: stored(11, 1) },
      { log: [membershipAt(1, 0, genesis)], hardState: stored(22) },
      { log: [membershipAt(1, 0, genesis)], hardState: stored(99) },
    ]);
    cluster.isolate("n1");
    cluster.pass(20_000);
    expect(cluster.ids.map((id) => cluster.node(id).raft.term)).toEqual([1, 0, 0]);
    cluster.heal();
    cluster.pass(5_000);
    expect(cluster.leader).toBe("n1");
    expect(cluster.node("n2").raft.membership.incarnations).toEqual(incarnations);
    expect(cluster.node("n3").raft.isForgotten).toBe(true);
  });
});

describe("P29 founders that were begun with other founders", () => {
  const request = { ...requestVote(1, [1, 0]), founders: JSON.stringify(["n1", "n2"]) };

  test("get no vote, and are named", () => {
    for (const pre of [true, false]) {
      const effects = founder().hear("n2", { ...request, pre });
      expect(messageOf(effects, "request-vote-reply").granted).toBe(false);
      expect(effectOf(effects, "suspect")).toMatchObject({
        peer: "n2",
        reason: expect.stringContaining('["n1","n2"]'),
      });
    }
  });

  test("those with the same do", () => {
    const effects = founder().hear("n2", { ...request, founders });
    expect(messageOf(effects, "request-vote-reply").granted).toBe(true);
  });

  test("and who has nothing yet follows the leader of whatever cluster it is added to", () => {
    const joiner = new LoneNode({ id: "n4", log: [], hardState: stored(44) });
    joiner.hear("n1", appendEntries(1, [0, 0], [membershipAt(1, 0, genesis), membershipAt(2, 1, founded)]));
    expect(joiner.raft.membership).toEqual(founded);
  });
});
