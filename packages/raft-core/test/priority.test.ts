import { describe, expect, test } from "vitest";
import type { Effect, NodeId } from "../src/index.ts";
import { Cluster } from "./harness/cluster.ts";
import { effectsOf, messageOf, messagesOf } from "./harness/effects.ts";
import { acknowledge, beat, changeMembers, leading } from "./harness/leading.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { appendEntries, heartbeat, requestVote } from "./harness/messages.ts";
import { bytesOf, entriesOf } from "./harness/stored.ts";

/** Lets `ms` pass, in which both answer, n3 as a node of priority 5; when that one was asked to stand. */
function watch(node: LoneNode, ms: number, ids: readonly NodeId[] = ["n2", "n3"]): readonly number[] {
  const times: number[] = [];
  for (const endMs = node.nowMs + ms; node.nowMs < endMs && node.raft.role === "leader";) {
    const effects: Effect[] = [...beat(node, ["n2"])];
    if (ids.includes("n3")) {
      const { round, term } = messageOf(
        effects.filter((each) => each.type === "send" && each.to === "n3"),
        "heartbeat",
      );
      const matchIndex = node.raft.followers().find(({ id }) => id === "n3")?.matchIndex ?? 0;
      effects.push(...node.hear("n3", { type: "heartbeat-reply", term, round, matchIndex, priority: 5 }));
    }
    if (messagesOf(effects, "timeout-now").length > 0) times.push(node.nowMs);
  }
  return times;
}

describe("a voter of higher priority", () => {
  test("is handed the lead when it has been steady for ten election timeouts", () => {
    const node = leading();
    const electedMs = node.nowMs;
    const [askedMs = 0] = watch(node, 5000);
    expect(askedMs - electedMs).toBe(3000);
  });

  test("is not while it lacks what is committed", () => {
    const node = leading();
    node.propose(bytesOf("x"));
    acknowledge(node, ["n2"]);
    expect(watch(node, 5000)).toEqual([]);
    acknowledge(node, ["n3"]);
    expect(watch(node, 100)).toHaveLength(2);
  });

  test("and until then it keeps nobody waiting for a transfer", () => {
    const node = leading();
    node.propose(bytesOf("x"));
    acknowledge(node, ["n2"]);
    watch(node, 5000);
    const changed = node.run(changeMembers({ remove: ["n3"] }));
    expect(effectsOf(changed, "members-refused")).toEqual([]);
  });

  test("has to be steady anew after a silence of an election timeout", () => {
    const node = leading();
    watch(node, 2500);
    watch(node, 400, ["n2"]);
    const backMs = node.nowMs;
    const [askedMs = 0] = watch(node, 5000);
    expect(askedMs - backMs).toBeGreaterThanOrEqual(3000);
  });

  test("is not handed the lead during a change of voters", () => {
    const node = leading();
    watch(node, 2500);
    node.run(changeMembers({ add: [{ id: "n4", address: "" }] }));
    expect(watch(node, 1000)).toEqual([]);
  });

  test("nor one of the same priority, or of a lower one", () => {
    const node = leading({ priority: 5 });
    expect(watch(node, 5000)).toEqual([]);
  });

  test("that was handed the lead and did not get it waits twice as long each time, so that writes can go on", () => {
    const node = leading();
    const electedMs = node.nowMs;
    const attempts = watch(node, 40_000).filter((ms, at, all) => ms - (all[at - 1] ?? 0) > 1000);
    expect(attempts.map((ms) => ms - electedMs)).toEqual([3000, 6000, 12_000, 24_000]);
  });
});

describe("a favourite that comes and goes", () => {
  /** n3 leads, and is lost; then n1 leads, to whom n3 comes back at once. */
  function deposed(times: number): LoneNode {
    const node = new LoneNode();
    for (let time = 0; time < times; time += 1) {
      const { term, lastIndex } = node.raft;
      node.hear("n3", heartbeat(term + 1));
      node.hear("n2", requestVote(term + 2, [lastIndex, term]));
      node.elect();
      acknowledge(node);
    }
    return node;
  }

  test.each([
    [1, 6000],
    [2, 12_000],
    [3, 24_000],
    [9, 768_000],
    [12, 768_000],
  ])("whose lead has ended %i times has to be steady for %i ms", (times, expected) => {
    const node = deposed(times);
    const ledMs = node.nowMs;
    const [askedMs = 0] = watch(node, expected + 1000);
    expect(askedMs - ledMs).toBe(expected);
  });

  test("is forgiven after ten times as long", () => {
    const node = deposed(1);
    watch(node, 5500);
    while (node.nowMs < 70_000) watch(node, 1000, ["n2"]);
    const backMs = node.nowMs;
    const [askedMs = 0] = watch(node, 10_000);
    expect(askedMs - backMs).toBeLessThan(3200);
  });
});

describe("a node of priority 0", () => {
  test("never stands for election, but votes, and says that it knows no leader any more", () => {
    const node = new LoneNode({ priority: 0 });
    expect(node.raft.deadlineMs).toBe(Infinity);
    node.hear("n2", appendEntries(1, [0, 0], entriesOf([1]), 1));
    expect(messageOf(node.hear("n2", heartbeat(1)), "heartbeat-reply").priority).toBe(0);
    node.run({ type: "read", id: 5 });
    node.nowMs = 300;
    const effects = node.run({ type: "tick" });
    expect(effectsOf(effects, "read-failed")).toEqual([{ type: "read-failed", id: 5, code: "NO_LEADER" }]);
    expect(node.raft).toMatchObject({ role: "follower", term: 1, leader: undefined, deadlineMs: Infinity });
    expect(messageOf(node.hear("n3", requestVote(2, [1, 1])), "request-vote-reply").granted).toBe(true);
  });
});

describe("a voter of priority 0 that alone holds what others lack", () => {
  test("leads when the others have been in vain for ten election timeouts, and hands over as soon as one is up to date", () => {
    const cluster = new Cluster([{ log: [1, 1], priority: 0 }, { log: [1] }, { log: [1] }]);
    cluster.crash("n3");
    cluster.pass(2_500);
    expect(cluster.leader).toBeUndefined();
    cluster.pass(3_000);
    expect(cluster.leader).toBe("n2");
    expect(cluster.node("n2").raft.commitIndex).toBeGreaterThan(2);
    // n1 led in term 2.
    expect(cluster.node("n2").raft.term).toBe(3);
  });

  test("does not where another can win", () => {
    const cluster = new Cluster([{ log: [1, 1], priority: 0 }, { log: [1, 1] }, { log: [1] }]);
    cluster.pass(10_000);
    expect(cluster.leader).toBe("n2");
    expect(cluster.node("n2").raft.term).toBe(2);
  });

  test("forgets the need when somebody leads", () => {
    const node = new LoneNode({ log: [1, 1], priority: 0 });
    node.hear("n2", requestVote(2, [1, 1]));
    expect(node.raft.deadlineMs).toBeLessThan(Infinity);
    node.hear("n3", heartbeat(3));
    node.timeOut();
    expect(node.raft).toMatchObject({ role: "follower", leader: undefined, deadlineMs: Infinity });
  });

  test("one that is no voter, or whose log is not longer, never stands", () => {
    for (const [last, options] of [
      [[2, 1], {}],
      [[1, 1], { id: "n9" }],
    ] as const) {
      const node = new LoneNode({ log: [1, 1], priority: 0, ...options });
      node.hear("n2", requestVote(2, last));
      expect(node.raft.deadlineMs).toBe(Infinity);
    }
  });
});
