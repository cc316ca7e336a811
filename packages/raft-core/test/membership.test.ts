import { describe, expect, test } from "vitest";
import {
  type Membership,
  addressOf,
  assertMembership,
  decodeMembership,
  encodeMembership,
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
  .record({ voters: fc.uniqueArray(id, { minLength: 1, maxLength: 4 }), outgoing: ids, learners: ids })
  .map(({ voters, outgoing, learners }) =>
    configuration(voters, { outgoing, learners: learners.filter((each) => !voters.includes(each)) }),
  );

describe("Membership", () => {
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
