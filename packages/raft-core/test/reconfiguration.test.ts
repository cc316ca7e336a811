import { describe, expect, test } from "vitest";
import type { Membership, MembershipChange } from "../src/index.ts";
import { effectOf, effectsOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { acknowledge, beat, changeMembers, leading } from "./harness/leading.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat, heartbeatReply } from "./harness/messages.ts";
import { configuration, membershipAt, quintet } from "./harness/stored.ts";

const view = ({ voters, outgoing, learners, target }: Membership) => ({ voters, outgoing, learners, target });
const stable = (voters: readonly string[], learners: readonly string[] = []) => ({
  ...{ voters, outgoing: [], learners },
  target: undefined,
});
const n4 = { id: "n4", address: "n4.example" };

test("a change waits for the last step of one that was inherited", () => {
  const target = { voters: ["n1", "n2", "n4"], learners: [], added: ["n4"] };
  const joint: Membership = { ...configuration(target.voters, { outgoing: ["n1", "n2", "n3"] }), target };
  const node = new LoneNode({ log: [membershipAt(1, 1, joint)] });
  node.elect(["n2", "n3", "n4"]);
  acknowledge(node);
  expect(view(node.raft.membership)).toEqual(stable(target.voters));
  const refused = effectOf(node.run(changeMembers({ remove: ["n2"] })), "members-refused");
  expect(refused).toMatchObject({ code: "MEMBERSHIP_PENDING" });
});

describe("a change is refused, and told why,", () => {
  const refusal = (node: LoneNode, change: MembershipChange = { remove: ["n3"] }) =>
    effectOf(node.run(changeMembers(change)), "members-refused");

  test("where nobody is known to lead, and by a follower", () => {
    const node = new LoneNode();
    expect(refusal(node)).toMatchObject({ id: 7, code: "NO_LEADER" });
    node.hear("n2", heartbeat(1));
    expect(refusal(node)).toMatchObject({
      id: 7,
      code: "NOT_LEADER",
      reason: expect.stringContaining("only the leader"),
    });
  });

  test("P20 until the leader has committed in its own term", () => {
    const node = new LoneNode({ log: [1, 1] });
    node.elect();
    expect(refusal(node)).toMatchObject({ code: "MEMBERSHIP_PENDING" });
    node.hear("n2", accepted(2, 2));
    expect(refusal(node)).toMatchObject({ code: "MEMBERSHIP_PENDING" });
    node.hear("n2", accepted(2, 3));
    expect(effectsOf(node.run(changeMembers({ remove: ["n3"] })), "members-refused")).toEqual([]);
  });

  test("P20 nor does a leader go on with a change that it has inherited before that", () => {
    const target = { voters: ["n1", "n2"], learners: [], added: [] };
    const joint: Membership = { ...configuration(["n1", "n2"], { outgoing: ["n1", "n2", "n3"] }), target };
    const node = new LoneNode({ membership: joint });
    node.elect();
    expect(node.raft).toMatchObject({ membership: joint, lastIndex: 1 });
    acknowledge(node, ["n2"]);
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2"]));
  });

  test("while another is under way, in every phase of it", () => {
    const node = leading();
    node.run(changeMembers({ add: [n4] }));
    for (const ids of [["n2"], ["n4"], ["n2", "n4"], ["n2", "n4"]]) {
      expect(refusal(node)).toMatchObject({ code: "MEMBERSHIP_PENDING" });
      acknowledge(node, ids);
    }
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2", "n3", "n4"]));
    expect(effectsOf(node.run(changeMembers({ remove: ["n4"] })), "members-refused")).toEqual([]);
  });

  test("while one of learners alone is not committed", () => {
    const node = leading();
    node.run(changeMembers({ add: [{ ...n4, learner: true }] }));
    expect(refusal(node)).toMatchObject({ code: "MEMBERSHIP_PENDING" });
  });

  test("while the lead is handed over", () => {
    const node = leading();
    node.run({ type: "transfer", id: 1, to: "n2" });
    expect(refusal(node)).toMatchObject({ code: "TRANSFERRING" });
  });

  test("where it makes no sense, and nothing is appended", () => {
    const node = leading();
    const { lastIndex } = node.raft;
    expect(refusal(node, { remove: ["n9"] })).toEqual({
      type: "members-refused",
      id: 7,
      code: "MEMBERSHIP_REFUSED",
      reason: "n9 is no member",
    });
    expect(node.raft.lastIndex).toBe(lastIndex);
    expect(effectsOf(node.run(changeMembers({ remove: ["n3"] })), "members-refused")).toEqual([]);
  });
});

describe("a change of voters", () => {
  test("adds a learner, makes it a voter when it has caught up, and ends with the new configuration alone", () => {
    const node = leading();
    node.run(changeMembers({ add: [n4] }));
    const target = { voters: ["n1", "n2", "n3", "n4"], learners: [], added: ["n4"] };
    expect(view(node.raft.membership)).toEqual({ ...stable(["n1", "n2", "n3"], ["n4"]), target });
    acknowledge(node, ["n2"]);
    expect(view(node.raft.membership)).toEqual({ ...stable(["n1", "n2", "n3"], ["n4"]), target });
    acknowledge(node, ["n4"]);
    expect(view(node.raft.membership)).toEqual({
      ...{ voters: ["n1", "n2", "n3", "n4"], outgoing: ["n1", "n2", "n3"] },
      ...{ learners: [], target },
    });
    acknowledge(node, ["n2", "n4"]);
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2", "n3", "n4"]));
    acknowledge(node, ["n2"]);
    const effects = acknowledge(node, ["n4"]);
    expect(effectOf(effects, "members-changed")).toEqual({
      type: "members-changed",
      id: 7,
      membership: node.raft.membership,
    });
  });

  test("each step waits until the one before it is committed, the joint one by both majorities", () => {
    const node = leading({ membership: quintet });
    node.run(changeMembers({ remove: ["n4", "n5"] }));
    for (const ids of [["n2"], ["n4"]]) {
      expect(node.raft.membership.outgoing).toEqual(quintet.voters);
      acknowledge(node, ids);
    }
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2", "n3"]));
    // Of the new configuration alone now.
    const effects = [...acknowledge(node, ["n4", "n5"])];
    expect(effectsOf(effects, "members-changed")).toEqual([]);
    expect(effectsOf(acknowledge(node, ["n3"]), "members-changed")).toHaveLength(1);
  });

  test("goes on under a new leader, whichever phase it finds", () => {
    const target = { voters: ["n1", "n2", "n4"], learners: [], added: ["n4"] };
    const staged: Membership = { ...configuration(["n1", "n2", "n3"], { learners: ["n4"] }), target };
    const joint: Membership = { ...configuration(target.voters, { outgoing: ["n1", "n2", "n3"] }), target };
    const final = configuration(target.voters);
    for (const membership of [staged, joint, final]) {
      const node = new LoneNode({ log: [membershipAt(1, 1, membership)] });
      node.elect(["n2", "n3", "n4"]);
      for (let turn = 0; turn < 3; turn += 1) acknowledge(node);
      expect(view(node.raft.membership)).toEqual(stable(target.voters));
      expect(node.raft.commitIndex).toBe(node.raft.lastIndex);
    }
  });

  test("is of unknown outcome when its leader leads no more, and rolls back with its entry", () => {
    const node = leading();
    node.run(changeMembers({ remove: ["n3"] }));
    const effects = node.hear("n2", appendEntries(2, [1, 1], [], 1));
    expect(effectsOf(effects, "members-refused")).toMatchObject([{ id: 7, code: "OUTCOME_UNKNOWN" }]);
    expect(node.raft.membership.outgoing).toEqual(["n1", "n2", "n3"]);
    node.hear("n2", appendEntries(2, [1, 1], [membershipAt(2, 2, configuration(["n1", "n2", "n3"]))], 2));
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2", "n3"]));
  });

  test("stands still while the lead is handed over, and goes on when that has failed", () => {
    const node = leading();
    node.run(changeMembers({ remove: ["n3"] }));
    node.run({ type: "transfer", id: 1, to: "n2" });
    acknowledge(node);
    expect(node.raft.membership.outgoing).toEqual(["n1", "n2", "n3"]);
    while (effectsOf(beat(node), "transfer-failed").length === 0) expect(node.raft.role).toBe("leader");
    beat(node);
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2"]));
  });
});

describe("a change of learners, or of an address,", () => {
  test("is one entry, and done when that is committed", () => {
    const node = leading();
    const begun = node.run(changeMembers({ add: [{ ...n4, learner: true }], readdress: [{ id: "n2", address: "b" }] }));
    expect(effectsOf(begun, "membership")).toHaveLength(1);
    expect(node.raft.peers).toContainEqual({ id: "n2", address: "b" });
    expect(node.raft.peers).toContainEqual(n4);
    expect(messagesTo(begun, "n4")).toMatchObject([{ type: "append-entries" }]);
    expect(effectsOf(acknowledge(node, ["n2"]), "members-changed")).toMatchObject([{ id: 7 }]);
  });

  test("the learner stays one, however well it keeps up", () => {
    const node = leading();
    node.run(changeMembers({ add: [{ ...n4, learner: true }] }));
    for (let each = 0; each < 5; each += 1) acknowledge(node);
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2", "n3"], ["n4"]));
  });
});

describe("P24 a leader that is removed, or made a learner,", () => {
  const out = (change: MembershipChange, options: LoneNodeOptions = {}): LoneNode => {
    const node = leading(options);
    node.run(changeMembers(change));
    acknowledge(node, ["n2", "n3"]);
    expect(node.raft.membership.outgoing).toEqual([]);
    expect(node.raft.membership.voters).not.toContain("n1");
    return node;
  };

  test.each<[string, MembershipChange]>([
    ["removed", { remove: ["n1"] }],
    ["demoted", { demote: ["n1"] }],
  ])("%s: leads until that is committed, counts itself nowhere, then hands over and steps down", (_, change) => {
    const node = out(change);
    node.propose(new Uint8Array(1));
    acknowledge(node, ["n2"]);
    expect(node.raft).toMatchObject({ role: "leader", commitIndex: 2 });
    const effects = acknowledge(node, ["n3"]);
    expect(node.raft.commitIndex).toBe(4);
    expect(effectsOf(effects, "members-changed")).toMatchObject([{ id: 7 }]);
    expect(messagesTo(effects, "n2")).toContainEqual({ type: "timeout-now", term: 1 });
    expect(node.raft.role).toBe("follower");
    // And does not stand again.
    expect(node.timeOut().filter(({ type }) => type === "send")).toEqual([]);
    expect(node.raft.deadlineMs).toBe(Infinity);
  });

  test("steps down all the same when nobody is there to take over", () => {
    const node = out({ remove: ["n1"] });
    for (const ids of [["n2"], ["n2"], ["n2"], ["n2"], ["n2"], ["n2"], ["n2"], ["n2"]]) beat(node, ids);
    expect(node.raft.role).not.toBe("leader");
  });

  test("does not hear itself: without a majority of the others it steps down", () => {
    const node = out({ remove: ["n1"] }, { membership: configuration(["n1", "n2", "n3"]) });
    const electedMs = node.nowMs;
    while (node.raft.role === "leader") beat(node, ["n3"]);
    expect(node.nowMs - electedMs).toBeLessThan(500);
  });
});

describe("a node that was removed", () => {
  test("is told by the entry that removed it, then it is dropped", () => {
    const node = leading();
    node.run(changeMembers({ remove: ["n3"] }));
    acknowledge(node, ["n2"]);
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2"]));
    expect(node.raft.peers).toContainEqual({ id: "n3", address: "n3.example" });
    acknowledge(node, ["n2"]);
    node.hear("n3", accepted(1, 3));
    beat(node, ["n2"]);
    // That it is committed, too, else it would go on seeking election.
    const [farewell = heartbeat(0)] = messagesOf(
      node.timeOut().filter((effect) => effect.type === "send" && effect.to === "n3"),
      "heartbeat",
    );
    expect(farewell.commitIndex).toBe(3);
    expect(node.raft.peers).toHaveLength(3);
    node.hear("n3", heartbeatReply(1, farewell.round, 3));
    const effects = beat(node, ["n2"]);
    expect(effectsOf(effects, "peers")).toHaveLength(1);
    expect(node.raft.peers.map(({ id }) => id)).toEqual(["n1", "n2"]);
    expect(messagesTo(beat(node, ["n2"]), "n3")).toEqual([]);
  });

  test("that does not answer is dropped after ten election timeouts, and sent nothing more", () => {
    const node = leading();
    node.run(changeMembers({ remove: ["n3"] }));
    for (const _ of [1, 2]) acknowledge(node, ["n2"]);
    const removedMs = node.nowMs;
    while (node.raft.peers.length > 2) beat(node, ["n2"]);
    expect(node.nowMs - removedMs).toBe(3000);
    expect(messagesTo(beat(node, ["n2"]), "n3")).toEqual([]);
  });

  test("its answers commit nothing, and confirm no read", () => {
    const node = leading({ membership: quintet });
    node.run(changeMembers({ remove: ["n4", "n5"] }));
    acknowledge(node, ["n2", "n4"]);
    const { commitIndex, lastIndex } = node.raft;
    expect(commitIndex).toBeLessThan(lastIndex);
    node.run({ type: "read", id: 5 });
    const effects = [...acknowledge(node, ["n4", "n5"]), ...beat(node, ["n4", "n5"])];
    expect(node.raft.commitIndex).toBe(commitIndex);
    expect(effectsOf(effects, "read-ready")).toEqual([]);
  });

  test("and was added again meanwhile is a member like any other", () => {
    const node = leading();
    node.run(changeMembers({ remove: ["n3"] }));
    for (const _ of [1, 2]) acknowledge(node, ["n2"]);
    node.run(changeMembers({ add: [{ id: "n3", address: "new", learner: true }] }));
    expect(node.raft.peers.filter(({ id }) => id === "n3")).toEqual([{ id: "n3", address: "new" }]);
    acknowledge(node, ["n2"]);
    for (let each = 0; each < 100; each += 1) beat(node, ["n2"]);
    expect(node.raft.peers.map(({ id }) => id)).toEqual(["n1", "n2", "n3"]);
  });
});
