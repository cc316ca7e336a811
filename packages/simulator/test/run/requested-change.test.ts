import { type Membership, membershipOf } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { membershipChangeOf, receiverOf } from "../../src/run/requested-change.ts";

const three = ["n1", "n2", "n3"].map((id) => ({ id, address: `${id}:7000` }));
const now: Membership = { ...membershipOf(three), voters: ["n1", "n2"], learners: ["n3"] };
const surroundings = { machines: ["n1", "n2", "n3", "n4"], leader: "n2", now };

test("what makes no sense of the node named is asked for the next one of which it does", () => {
  const ask = (change: Parameters<typeof membershipChangeOf>[0]): unknown => membershipChangeOf(change, surroundings);
  expect(ask({ type: "add", node: "n2", learner: true })).toEqual({
    add: [{ id: "n4", address: "n4:7000", learner: true }],
  });
  expect(ask({ type: "remove", node: "n4" })).toEqual({ remove: ["n1"] });
  expect(ask({ type: "remove-leader" })).toEqual({ remove: ["n2"] });
  expect(ask({ type: "replace", node: "n3", by: "n1" })).toEqual({
    remove: ["n3"],
    add: [{ id: "n4", address: "n4:7000" }],
  });
  expect(ask({ type: "promote", node: "n1" })).toEqual({ promote: ["n3"] });
  expect(ask({ type: "demote", node: "n3" })).toEqual({ demote: ["n1"] });
  expect(ask({ type: "readdress", node: "n1" })).toEqual({ readdress: [{ id: "n1", address: "n1:7001" }] });
  expect(receiverOf({ type: "transfer-to", node: "n2" }, surroundings)).toBe("n1");
  expect(receiverOf({ type: "transfer" }, surroundings)).toBeUndefined();
});

test("nothing is asked for where there is nobody of whom it makes sense", () => {
  const machines = ["n1", "n2", "n3"];
  const all = { ...surroundings, machines, now: membershipOf(three) };
  expect(membershipChangeOf({ type: "add", node: "n1", learner: false }, all)).toBeUndefined();
  expect(membershipChangeOf({ type: "replace", node: "n1", by: "n2" }, all)).toBeUndefined();
  expect(membershipChangeOf({ type: "promote", node: "n1" }, all)).toBeUndefined();
});
