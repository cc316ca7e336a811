import { describe, expect, test } from "vitest";
import type { Effect, Membership } from "../src/index.ts";
import { effectsOf } from "./harness/effects.ts";
import { acknowledge, beat, changeMembers, leading } from "./harness/leading.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, chunkReply } from "./harness/messages.ts";
import { bytesOf, configuration, entriesOf, membershipAt, snapshotAt } from "./harness/stored.ts";

const n4 = { id: "n4", address: "n4.example" };
const n5 = { id: "n5", address: "n5.example" };

/** A leader that is to add n4 as a voter; of that the old members know. */
function adding(options: LoneNodeOptions = {}): LoneNode {
  const node = leading({ catchUpTimeoutMs: 1000, ...options });
  node.run(changeMembers({ add: [n4] }));
  acknowledge(node, ["n2", "n3"]);
  return node;
}

/** Lets time pass, in which the peers named answer heartbeats, until the change has ended one way or the other. */
function until(node: LoneNode, ids: readonly string[], isEnough: () => boolean): readonly Effect[] {
  const effects: Effect[] = [];
  for (let count = 0; count < 500 && !isEnough(); count += 1) {
    effects.push(...beat(node, ids), ...acknowledge(node, ["n2", "n3"]));
  }
  return effects;
}

const isStable = ({ raft }: LoneNode): boolean =>
  raft.membership.target === undefined && raft.commitIndex === raft.lastIndex;
const refusals = (effects: readonly Effect[]) =>
  effectsOf(effects, "members-refused").map(({ code, reason }) => [code, reason]);

describe("P27 a newcomer that is down", () => {
  test("is given up after the timeout: it is no member, and the change is refused with the reason", () => {
    const node = adding();
    const begunMs = node.nowMs;
    const effects = until(node, ["n2", "n3"], () => isStable(node));
    expect(node.nowMs - begunMs).toBe(1000);
    expect(refusals(effects)).toEqual([
      ["MEMBERSHIP_REFUSED", "n4 has come no further for 1000 ms: it holds 0 of 2 entries"],
    ]);
    expect(node.raft.membership).toEqual(configuration(["n1", "n2", "n3"]));
  });

  test("costs no availability meanwhile: one of the others may fail", () => {
    const node = adding();
    node.propose(bytesOf("x"));
    node.hear("n2", accepted(1, node.raft.lastIndex));
    expect(node.raft.commitIndex).toBe(node.raft.lastIndex);
  });

  test("takes back the whole change: who was to leave stays", () => {
    const node = leading({ catchUpTimeoutMs: 1000 });
    node.run(changeMembers({ add: [n4], remove: ["n3"] }));
    until(node, ["n2", "n3"], () => isStable(node));
    expect(node.raft.membership).toEqual(configuration(["n1", "n2", "n3"]));
  });

  test("a learner that is to be promoted stays a learner", () => {
    const membership = configuration(["n1", "n2", "n3"], { learners: ["n4"] });
    const node = leading({ membership, catchUpTimeoutMs: 1000 });
    node.run({ type: "tick" });
    for (let count = 0; count < 8; count += 1) beat(node, ["n2", "n3"]);
    node.run(changeMembers({ promote: ["n4"] }));
    acknowledge(node, ["n2", "n3"]);
    const begunMs = node.nowMs;
    const effects = until(node, ["n2", "n3"], () => isStable(node));
    // It held everything, and went away: that is no falling behind, and no reason to hurry.
    expect(refusals(effects)).toEqual([
      ["MEMBERSHIP_REFUSED", "n4 has come no further for 1000 ms: it holds 1 of 2 entries"],
    ]);
    expect(node.nowMs - begunMs).toBe(1000);
    expect(node.raft.membership).toEqual(membership);
  });

  test("one that is back in time is promoted, long as it may have had nothing to catch up with", () => {
    const membership = configuration(["n1", "n2", "n3"], { learners: ["n4"] });
    const node = leading({ membership, catchUpTimeoutMs: 1000 });
    for (let count = 0; count < 100; count += 1) beat(node, ["n2", "n3"]);
    node.run(changeMembers({ promote: ["n4"] }));
    acknowledge(node, ["n2", "n3"]);
    for (let count = 0; count < 10; count += 1) beat(node, ["n2", "n3"]);
    acknowledge(node, ["n4"]);
    until(node, ["n2", "n3", "n4"], () => node.raft.membership.voters.includes("n4"));
    expect(node.raft.membership.voters).toContain("n4");
  });

  test("one that goes away when it has caught up, while another still catches up, is not waited for without end", () => {
    const node = leading({ catchUpTimeoutMs: 1000 });
    node.run(changeMembers({ add: [n4, n5] }));
    acknowledge(node, ["n2", "n3", "n4"]);
    expect(node.raft.membership.outgoing).toEqual([]);
    for (let count = 0; count < 10; count += 1) beat(node, ["n2", "n3", "n5"]);
    node.hear("n5", accepted(1, node.raft.lastIndex));
    const effects = until(node, ["n2", "n3", "n5"], () => isStable(node));
    expect(refusals(effects)).toMatchObject([
      ["MEMBERSHIP_REFUSED", expect.stringContaining("n4 has come no further")],
    ]);
    expect(node.raft.membership).toEqual(configuration(["n1", "n2", "n3"]));
  });
});

describe("catching up goes in rounds, diss. §4.2.1", () => {
  test("a round that took an election timeout is not the last", () => {
    const node = adding();
    const first = node.raft.lastIndex;
    for (let count = 0; count < 6; count += 1) {
      node.propose(bytesOf("x"));
      beat(node, ["n2", "n3", "n4"]);
    }
    node.hear("n4", accepted(1, first));
    expect(node.raft.membership.outgoing).toEqual([]);
    acknowledge(node, ["n4"]);
    expect(node.raft.membership.outgoing).toEqual(["n1", "n2", "n3"]);
  });

  test("one that never gets near is given up after ten of them", () => {
    const node = adding();
    let reached = node.raft.lastIndex;
    const effects: Effect[] = [];
    let rounds = 0;
    for (; node.raft.membership.target !== undefined; rounds += 1) {
      for (let count = 0; count < 6; count += 1) {
        node.propose(bytesOf("x"));
        effects.push(...beat(node, ["n2", "n3", "n4"]));
      }
      const next = node.raft.lastIndex;
      effects.push(...node.hear("n4", accepted(1, reached)));
      reached = next;
      effects.push(...acknowledge(node, ["n2"]));
    }
    expect(rounds).toBe(10);
    effects.push(...acknowledge(node, ["n2"]));
    expect(refusals(effects)).toMatchObject([
      ["MEMBERSHIP_REFUSED", expect.stringContaining("n4 falls behind faster than it catches up")],
    ]);
  });

  test("one that comes and goes, and gets a little further each time, is given up as well", () => {
    const node = adding();
    let id = 100;
    const effects: Effect[] = [];
    for (let count = 0; count < 40 && !isStable(node); count += 1) {
      for (let silence = 0; silence < 8; silence += 1) effects.push(...beat(node, ["n2", "n3"]));
      effects.push(...node.run({ type: "propose", id: (id += 1), commands: [bytesOf("a"), bytesOf("b")] }));
      effects.push(...acknowledge(node, ["n2", "n3"]));
      effects.push(...node.hear("n4", accepted(node.raft.term, count + 1)));
    }
    expect(refusals(effects)).toEqual([
      ["MEMBERSHIP_REFUSED", expect.stringContaining("n4 falls behind faster than it catches up")],
    ]);
  });

  test("the chunks of a snapshot are progress, too", () => {
    const membership = configuration(["n1", "n2", "n3"]);
    const snapshot = snapshotAt(5, 1, { membership, sizeBytes: 1000 });
    const node = leading({ snapshot, log: entriesOf([1], 6), catchUpTimeoutMs: 200 });
    node.run(changeMembers({ add: [n4] }));
    acknowledge(node, ["n2", "n3"]);
    node.hear("n4", { ...accepted(node.raft.term, 0), accepted: false, prevIndex: 7 });
    expect(node.raft.followers().find(({ id }) => id === "n4")?.state).toBe("snapshot");
    for (let offset = 100; offset < 1000; offset += 100) {
      beat(node, ["n2", "n3", "n4"]);
      beat(node, ["n2", "n3", "n4"]);
      node.hear("n4", chunkReply(node.raft.term, 5, { nextOffsetBytes: offset }));
      expect(node.raft.membership.learners).toEqual(["n4"]);
    }
  });

  test("a new leader begins anew with those who are to become voters", () => {
    const target = { voters: ["n1", "n2", "n3", "n4"], learners: [], added: ["n4"] };
    const staged: Membership = { ...configuration(["n1", "n2", "n3"], { learners: ["n4"] }), target };
    const node = new LoneNode({ log: [membershipAt(1, 1, staged)], catchUpTimeoutMs: 1000 });
    node.elect();
    acknowledge(node, ["n2", "n3"]);
    const ledMs = node.nowMs;
    const effects = until(node, ["n2", "n3"], () => isStable(node));
    expect(node.nowMs - ledMs).toBe(1000);
    // Nobody has asked this leader for it.
    expect(refusals(effects)).toEqual([]);
    expect(node.raft.membership).toEqual(configuration(["n1", "n2", "n3"]));
  });
});
