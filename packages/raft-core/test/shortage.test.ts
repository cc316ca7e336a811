import { describe, expect, test } from "vitest";
import type { Membership, MembershipChange } from "../src/index.ts";
import { effectOf, effectsOf } from "./harness/effects.ts";
import { acknowledge, beat, changeMembers, leading } from "./harness/leading.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { heartbeat } from "./harness/messages.ts";
import { configuration, quintet } from "./harness/stored.ts";

const view = ({ voters, outgoing, learners, target }: Membership) => ({ voters, outgoing, learners, target });
const stable = (voters: readonly string[], learners: readonly string[] = []) => ({
  ...{ voters, outgoing: [], learners },
  target: undefined,
});
const n4 = { id: "n4", address: "n4.example" };

describe("a change that would leave voters who cannot go on is refused", () => {
  const refusal = (node: LoneNode, change: MembershipChange) =>
    effectsOf(node.run(changeMembers(change)), "members-refused")[0];

  /** n1 leads n2 and n3; only those named have answered lately. */
  const hearing = (...ids: readonly string[]): LoneNode => {
    const node = leading({ checkQuorum: false });
    for (let count = 0; count < 10; count += 1) beat(node, ids);
    return node;
  };

  test("where no majority of them is there: with n3 dead, n2 must not go, but n3 may, and n2 may be replaced", () => {
    expect(refusal(hearing("n2"), { remove: ["n2"] })).toMatchObject({
      code: "MEMBERSHIP_REFUSED",
      reason: expect.stringMatching(/^of the voters n1, n3 .* n3 cannot be reached/),
    });
    expect(refusal(hearing("n2"), { demote: ["n2"] })).toMatchObject({ code: "MEMBERSHIP_REFUSED" });
    expect(refusal(hearing("n2"), { remove: ["n3"] })).toBeUndefined();
    expect(refusal(hearing("n2"), { remove: ["n2"], add: [n4] })).toBeUndefined();
  });

  test("a voter that died a moment ago, or has said nothing yet to this leader, is not there", () => {
    const node = leading();
    for (let count = 0; count < 3; count += 1) beat(node, ["n2"]);
    expect(refusal(node, { remove: ["n2"] })).toMatchObject({ code: "MEMBERSHIP_REFUSED" });
    const fresh = new LoneNode({});
    fresh.elect();
    acknowledge(fresh, ["n2"]);
    expect(refusal(fresh, { remove: ["n2"] })).toMatchObject({ code: "MEMBERSHIP_REFUSED" });
    acknowledge(fresh, ["n3"]);
    expect(refusal(fresh, { remove: ["n2"] })).toBeUndefined();
  });

  test("but learners and addresses may always change", () => {
    expect(refusal(hearing("n2"), { add: [{ ...n4, learner: true }] })).toBeUndefined();
    expect(refusal(hearing("n2"), { readdress: [{ id: "n3", address: "moved" }] })).toBeUndefined();
  });

  test("where all of them have priority 0", () => {
    const node = leading({ priority: 1 });
    beat(node, ["n2", "n3"], { priority: 0 });
    expect(refusal(node, { remove: ["n1"] })).toMatchObject({
      code: "MEMBERSHIP_REFUSED",
      reason: expect.stringContaining("priority 0"),
    });
    beat(node, ["n2"], { priority: 1 });
    expect(refusal(node, { remove: ["n1"] })).toBeUndefined();
  });

  test("also when they stop answering while a newcomer catches up", () => {
    const node = leading({ membership: quintet, checkQuorum: false });
    node.run(changeMembers({ add: [{ id: "n6", address: "" }], remove: ["n2", "n3"] }));
    acknowledge(node, ["n2", "n3"]);
    for (let count = 0; count < 10; count += 1) beat(node, ["n2", "n3"]);
    // A round of less than an election timeout is the last one.
    beat(node, ["n2", "n3", "n6"]);
    acknowledge(node, ["n6"]);
    const staged = node.raft.membership;
    expect(view(staged)).toEqual(stable(quintet.voters));
    const effects = acknowledge(node, ["n2", "n3"]);
    expect(effectsOf(effects, "members-refused")).toMatchObject([
      { code: "MEMBERSHIP_REFUSED", reason: expect.stringContaining("n4, n5 cannot be reached") },
    ]);
  });
});

describe("a change that waits for a newcomer is taken back by the newcomer's removal", () => {
  const asked = (change: MembershipChange): { node: LoneNode; remove: (id: number) => readonly unknown[] } => {
    const node = leading();
    node.run(changeMembers(change, 1));
    acknowledge(node, ["n2", "n3"]);
    const remove = (id: number) => node.run(changeMembers({ remove: ["n4"] }, id));
    return { node, remove };
  };

  test("whoever asked for it hears so when that is committed", () => {
    const { node, remove } = asked({ add: [n4] });
    expect(view(node.raft.membership).target).toMatchObject({ added: ["n4"] });
    remove(2);
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2", "n3"]));
    const effects = acknowledge(node, ["n2", "n3"]);
    expect(effectsOf(effects, "members-refused")).toMatchObject([
      { id: 1, code: "MEMBERSHIP_REFUSED", reason: "n4 was removed before it had caught up" },
    ]);
    expect(effectsOf(effects, "members-changed")).toMatchObject([{ id: 2 }]);
  });

  test("one that was a learner before is one no more", () => {
    const node = leading({ membership: configuration(["n1", "n2", "n3"], { learners: ["n4"] }) });
    node.run(changeMembers({ promote: ["n4"] }, 1));
    acknowledge(node, ["n2", "n3"]);
    node.run(changeMembers({ remove: ["n4"] }, 2));
    acknowledge(node, ["n2", "n3"]);
    expect(view(node.raft.membership)).toEqual(stable(["n1", "n2", "n3"]));
  });

  test("another change is told what is waited for", () => {
    const { node } = asked({ add: [n4] });
    expect(effectOf(node.run(changeMembers({ remove: ["n2"] })), "members-refused")).toMatchObject({
      code: "MEMBERSHIP_PENDING",
      reason: "n4 must catch up first, or be removed",
    });
    for (const change of [{ remove: ["n4", "n2"] }, { remove: ["n4"], demote: ["n2"] }]) {
      expect(effectOf(node.run(changeMembers(change)), "members-refused").code).toBe("MEMBERSHIP_PENDING");
    }
  });

  test("a leader that loses its lead in between leaves both unknown", () => {
    const { node, remove } = asked({ add: [n4] });
    remove(2);
    const effects = node.hear("n2", heartbeat(9));
    expect(effectsOf(effects, "members-refused")).toMatchObject([
      { id: 1, code: "OUTCOME_UNKNOWN" },
      { id: 2, code: "OUTCOME_UNKNOWN" },
    ]);
  });
});
