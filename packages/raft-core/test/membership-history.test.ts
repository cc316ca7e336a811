import { describe, expect, test } from "vitest";
import { MembershipHistory } from "../src/membership-history.ts";
import { configuration, membershipAt, snapshotAt } from "./harness/stored.ts";

const one = configuration(["n1"]);
const two = configuration(["n1", "n2"]);
const three = configuration(["n1", "n2", "n3"]);

/** `one` from the snapshot at 10, `two` from entry 15, `three` from entry 20. */
function history(): MembershipHistory {
  const entries = [membershipAt(15, 1, two), membershipAt(20, 2, three)];
  return new MembershipHistory(snapshotAt(10, 1, { membership: one }), entries);
}

describe("MembershipHistory", () => {
  test("the last configuration is in force, committed or not", () => {
    expect(history().current).toEqual(three);
    const appended = history();
    appended.append(membershipAt(21, 2, two));
    expect(appended.current).toEqual(two);
  });

  test("knows which one was in force at any index", () => {
    const memberships = history();
    expect([10, 14, 15, 19, 20, 99].map((index) => memberships.at(index))).toEqual([one, one, two, two, three, three]);
  });

  test("before the first one there is nobody", () => {
    const nobody = configuration([]);
    expect(new MembershipHistory(undefined, []).current).toEqual(nobody);
    expect(history().at(9)).toEqual(nobody);
  });

  test("P7 a configuration rolls back with its entry", () => {
    const memberships = history();
    expect(memberships.truncate(21)).toBe(false);
    expect(memberships.current).toEqual(three);
    expect(memberships.truncate(20)).toBe(true);
    expect(memberships.current).toEqual(two);
    expect(memberships.truncate(11)).toBe(true);
    expect(memberships.current).toEqual(one);
  });

  test("P7 a snapshot replaces every configuration, uncommitted ones too", () => {
    const memberships = history();
    memberships.reset(snapshotAt(30, 3, { membership: one }));
    expect(memberships.current).toEqual(one);
    expect(memberships.at(20)).toEqual(configuration([]));
  });

  test("a snapshot inside the log stands in its place among the entries", () => {
    const entries = [membershipAt(5, 1, one), membershipAt(15, 1, three)];
    const memberships = new MembershipHistory(snapshotAt(10, 1, { membership: two }), entries);
    expect([5, 9, 10, 14, 15].map((index) => memberships.at(index))).toEqual([one, one, two, two, three]);
  });

  test("compaction keeps the configuration that covers the base", () => {
    const memberships = history();
    memberships.compact(17);
    expect(memberships.at(17)).toEqual(two);
    expect(memberships.current).toEqual(three);
    memberships.compact(20);
    expect(memberships.at(20)).toEqual(three);
    expect(memberships.at(19)).toEqual(configuration([]));
  });
});
