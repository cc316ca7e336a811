import { describe, expect, test } from "vitest";
import type { Membership, MembershipChange } from "../src/index.ts";
import {
  abandonedConfiguration,
  beginChange,
  finalConfiguration,
  jointConfiguration,
  withIncarnations,
} from "../src/membership-change.ts";
import { configuration } from "./harness/stored.ts";

const current = configuration(["n1", "n2", "n3"], { learners: ["l1", "l2"] });
const member = (id: string) => ({ id, address: `${id}.example` });

/** The configuration with which the change begins; throws what stands against it. */
function begun(change: MembershipChange, from: Membership = current): Membership {
  const next = beginChange(from, change);
  if (typeof next === "string") throw new Error(next);
  return next;
}

const view = ({ voters, outgoing, learners, target }: Membership) => ({ voters, outgoing, learners, target });

describe("W23: a change that cannot be is refused in words", () => {
  test.each<[string, MembershipChange]>([
    ["the change names no node", {}],
    ["the change names no node", { add: [], remove: [], promote: [], demote: [], readdress: [] }],
    ["the change names a node without an id", { add: [{ id: "", address: "x" }] }],
    ["the change names n4 twice", { add: [member("n4"), member("n4")] }],
    ["the change names n2 twice", { remove: ["n2"], demote: ["n2"] }],
    ["the change names l1 twice", { promote: ["l1"], remove: ["l1"] }],
    ["the change names n2 twice", { remove: ["n2"], readdress: [member("n2")] }],
    ["the change names n2 twice", { remove: ["n2"], add: [member("n2")] }],
    ["n2 is a member already", { add: [member("n2")] }],
    ["l1 is a member already", { add: [member("l1")] }],
    ["n9 is no member", { remove: ["n9"] }],
    ["n9 is no member", { readdress: [member("n9")] }],
    ["n2 is no learner, so it cannot be promoted", { promote: ["n2"] }],
    ["n9 is no learner, so it cannot be promoted", { promote: ["n9"] }],
    ["l1 is no voter, so it cannot be demoted", { demote: ["l1"] }],
    ["n9 is no voter, so it cannot be demoted", { demote: ["n9"] }],
    ["no voter would be left", { remove: ["n1", "n2", "n3"] }],
    ["no voter would be left", { demote: ["n1", "n2", "n3"], add: [{ ...member("n4"), learner: true }] }],
    ["constructor is no member", { remove: ["constructor"] }],
  ])("%s", (reason, change) => {
    expect(beginChange(current, change)).toBe(reason);
  });
});

describe("a change begins", () => {
  test("with new voters as learners, who are counted nowhere until they have caught up", () => {
    expect(view(begun({ add: [member("n4")], promote: ["l1"], remove: ["n1"] }))).toEqual({
      voters: ["n1", "n2", "n3"],
      outgoing: [],
      learners: ["l1", "l2", "n4"],
      target: { voters: ["n2", "n3", "l1", "n4"], learners: ["l2"], added: ["n4"] },
    });
  });

  test("at once with the joint configuration where voters only leave", () => {
    expect(view(begun({ remove: ["n1"], demote: ["n2"] }))).toEqual({
      voters: ["n3"],
      outgoing: ["n1", "n2", "n3"],
      learners: ["l1", "l2"],
      target: { voters: ["n3"], learners: ["l1", "l2", "n2"], added: [] },
    });
  });

  test("and is done at once where no majority changes: learners, addresses", () => {
    const change: MembershipChange = {
      add: [{ ...member("n4"), learner: true }],
      remove: ["l1"],
      readdress: [{ id: "n2", address: "elsewhere" }],
    };
    const next = begun(change);
    expect(view(next)).toEqual({ voters: ["n1", "n2", "n3"], outgoing: [], learners: ["l2", "n4"], target: undefined });
    expect(next.addresses).toEqual({
      n1: "n1.example",
      n2: "elsewhere",
      n3: "n3.example",
      l2: "l2.example",
      n4: "n4.example",
    });
  });

  test("an address may be changed along with everything else, and holds at once", () => {
    const next = begun({ promote: ["l1"], readdress: [{ id: "n3", address: "moved" }] });
    expect(next.addresses["n3"]).toBe("moved");
    expect(abandonedConfiguration(next).addresses["n3"]).toBe("moved");
  });

  test("ids that objects have of their own are ids like any other", () => {
    const next = begun({ add: [{ id: "__proto__", address: "there", learner: true }] });
    expect(Object.entries(next.addresses)).toContainEqual(["__proto__", "there"]);
  });
});

describe("and goes on", () => {
  const staged = begun({ add: [member("n4"), { ...member("l3"), learner: true }], promote: ["l1"], remove: ["n1"] });
  const joint = jointConfiguration(staged);

  test("to the joint configuration, in which no voter of either half is a learner", () => {
    expect(view(joint)).toEqual({
      voters: ["n2", "n3", "l1", "n4"],
      outgoing: ["n1", "n2", "n3"],
      learners: ["l2", "l3"],
      target: staged.target,
    });
    const demoting = begun({ demote: ["n1"], promote: ["l1"] });
    expect(jointConfiguration(demoting).learners).toEqual(["l2"]);
  });

  test("to what was wanted, and forgets who has left", () => {
    const final = finalConfiguration({ ...joint, incarnations: { n1: 1, n2: 2 } });
    expect(view(final)).toEqual({
      voters: ["n2", "n3", "l1", "n4"],
      outgoing: [],
      learners: ["l2", "l3"],
      target: undefined,
    });
    expect(Object.keys(final.addresses)).not.toContain("n1");
    expect(final.incarnations).toEqual({ n2: 2 });
  });

  test("where a voter is demoted it becomes a learner only then", () => {
    const left = finalConfiguration(begun({ demote: ["n1"] }));
    expect(view(left)).toEqual({ voters: ["n2", "n3"], outgoing: [], learners: ["l1", "l2", "n1"], target: undefined });
  });

  test("or back to what was before, when those who should vote do not catch up", () => {
    expect(abandonedConfiguration(staged)).toEqual(current);
  });

  test("a joint configuration that names no target ends with its learners as they are", () => {
    const bare = configuration(["n2"], { outgoing: ["n1"], learners: ["l1"] });
    expect(view(finalConfiguration(bare))).toEqual({
      voters: ["n2"],
      outgoing: [],
      learners: ["l1"],
      target: undefined,
    });
  });
});

test("incarnations are added to those known, and only members have one", () => {
  const known: Membership = { ...current, incarnations: { n1: 1 } };
  const heard = new Map([
    ["n2", 2],
    ["n9", 9],
  ]);
  expect(withIncarnations(known, heard).incarnations).toEqual({ n1: 1, n2: 2 });
});
