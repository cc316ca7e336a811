import { describe, expect, test } from "vitest";
import {
  type Membership,
  addressOf,
  assertMembership,
  decodeMembership,
  encodeMembership,
  incarnationOf,
  isMember,
  isVoter,
  membersOf,
  membershipOf,
} from "../src/index.ts";
import { fc } from "./harness/properties.ts";
import { bytesOf, configuration } from "./harness/stored.ts";

const joint = configuration(["n1", "n2"], { outgoing: ["n2", "n3"], learners: ["n4"] });

const id = fc.string({ minLength: 1, unit: "binary" });
const ids = fc.uniqueArray(id, { maxLength: 4 });
const memberships: fc.Arbitrary<Membership> = fc
  .record({
    voters: fc.uniqueArray(id, { minLength: 1, maxLength: 4 }),
    outgoing: ids,
    learners: ids,
    hasTarget: fc.boolean(),
    incarnations: fc.option(fc.dictionary(id, fc.nat(), { noNullPrototype: true })),
  })
  .map(({ voters, outgoing, learners, hasTarget, incarnations }) => {
    const others = learners.filter((each) => !voters.includes(each) && !outgoing.includes(each));
    return {
      ...configuration(voters, { outgoing, learners: others }),
      ...(incarnations !== null && { incarnations }),
      ...(hasTarget && { target: { voters, learners: others, added: others.slice(1) } }),
    };
  });

const target = { voters: ["n1", "n2"], learners: ["n3"], added: [] };

describe("Membership", () => {
  test("tells addresses and incarnations of those that it names, and of nobody else", () => {
    const named: Membership = { ...joint, incarnations: { n1: 11 } };
    expect([addressOf(named, "n1"), addressOf(named, "n9"), addressOf(named, "toString")]).toEqual([
      "n1.example",
      "",
      "",
    ]);
    expect(["n1", "n2", "toString"].map((each) => incarnationOf(named, each))).toEqual([11, undefined, undefined]);
    expect(incarnationOf(joint, "n1")).toBeUndefined();
  });

  test("members are voters of either configuration, and learners", () => {
    expect(["n1", "n3", "n4", "n5"].map((each) => isMember(joint, each))).toEqual([true, true, true, false]);
  });

  test("equal sets of members are equal, whatever their order", () => {
    const a = { id: "a", address: "1" };
    const b = { id: "b", address: "2" };
    expect(encodeMembership(membershipOf([b, a]))).toEqual(encodeMembership(membershipOf([a, b])));
    expect(membershipOf([b, a])).toEqual({
      voters: ["a", "b"],
      outgoing: [],
      learners: [],
      addresses: { a: "1", b: "2" },
    });
  });

  test("members are voters of both configurations and learners, each once", () => {
    expect(membersOf(joint).map((member) => member.id)).toEqual(["n1", "n2", "n3", "n4"]);
    expect(membersOf(joint)[3]).toEqual({ id: "n4", address: "n4.example" });
  });

  test("whoever it does not name has no address, whatever objects have names for", () => {
    expect(["n1", "n9", "constructor"].map((id) => addressOf(joint, id))).toEqual(["n1.example", "", ""]);
  });

  test("voters of either configuration vote; learners do not stand for election", () => {
    expect(["n1", "n2", "n3", "n4", "n5"].filter((id) => isVoter(joint, id))).toEqual(["n1", "n2", "n3"]);
  });

  test("any membership survives being encoded, in ASCII", () => {
    fc.assert(
      fc.property(memberships, (membership) => {
        const data = encodeMembership(membership);
        expect(Math.max(...data)).toBeLessThan(0x80);
        expect(decodeMembership(data)).toEqual(membership);
      }),
    );
  });

  test.each([
    ["membership is not an object", null],
    ["membership is not an object", "n1"],
    ["membership.voters is not a list", { ...joint, voters: "n1" }],
    ["membership.outgoing is not a list", { ...joint, outgoing: [1] }],
    ["membership.learners is not a list", { ...joint, learners: [""] }],
    ["membership.voters names a node twice", { ...joint, voters: ["n1", "n1"] }],
    ["membership.addresses is not a table", { ...joint, addresses: null }],
    ["membership.addresses is not a table", { ...joint, addresses: "n1.example" }],
    ["membership.addresses is not a table", { ...joint, addresses: { n1: 5 } }],
    ["membership.addresses is not a table", { ...joint, addresses: { ...joint.addresses, n2: 5 } }],
    ["membership.addresses has none for n3", { ...joint, addresses: { n1: "", n2: "", n4: "" } }],
    ["membership.addresses has none for constructor", { ...joint, learners: ["constructor"] }],
    ["membership.voters is empty", { ...joint, voters: [] }],
    ["membership.learners names n1", { ...joint, learners: ["n1"] }],
    ["membership.learners names n3", { ...joint, learners: ["n3"] }],
    ["membership.incarnations is not a table", { ...joint, incarnations: null }],
    ["membership.incarnations is not a table", { ...joint, incarnations: { n1: "11" } }],
    ["membership.incarnations is not a table", { ...joint, incarnations: { n1: 2 ** 53 } }],
    ["membership.target is not an object", { ...joint, target: null }],
    ["membership.target.voters is not a list", { ...joint, target: { ...target, voters: undefined } }],
    ["membership.target.learners is not a list", { ...joint, target: { ...target, learners: "n3" } }],
    ["membership.target.added is not a list", { ...joint, target: { ...target, added: undefined } }],
    ["membership.target.voters names a node twice", { ...joint, target: { ...target, voters: ["n1", "n1"] } }],
    ["membership.target.voters is empty", { ...joint, target: { ...target, voters: [] } }],
    ["membership.addresses has none for n9", { ...joint, target: { ...target, added: ["n9"] } }],
    [
      "membership.target.learners names n2, who is to be a voter",
      { ...joint, target: { ...target, learners: ["n2"] } },
    ],
    [
      "membership.target.voters are not those of the joint configuration",
      { ...joint, target: { ...target, voters: ["n2"] } },
    ],
  ])("%s: refused by name", (message, value) => {
    expect(() => assertMembership(value)).toThrow(TypeError);
    expect(() => assertMembership(value)).toThrow(message);
  });

  test.each(["", "{", "[]", '{"voters":[]}', "\u0000\u00ff"])("data %j is refused with a TypeError", (text) => {
    expect(() => decodeMembership(bytesOf(text))).toThrow(TypeError);
  });

  test("what JSON says of it is the cause", () => {
    const cause: unknown = expect.any(SyntaxError);
    expect(() => decodeMembership(bytesOf("{"))).toThrow(expect.objectContaining({ cause }));
  });
});
