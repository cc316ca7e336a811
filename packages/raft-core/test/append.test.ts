import { describe, expect, test } from "vitest";
import { appendToLog } from "../src/append.ts";
import { becomeCandidate, becomeLeader } from "../src/roles.ts";
import type { State } from "../src/state.ts";
import { effectsOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { innerState } from "./harness/inner-state.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat } from "./harness/messages.ts";
import { configuration, entriesOf, membershipAt, trio } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const pair = configuration(["n1", "n2"]);
const withLearner = configuration(["n1", "n2"], { learners: ["n4"] });

describe("configurations in the log, §6", () => {
  test("count from the moment they are appended, and are told", () => {
    const node = new LoneNode();
    const effects = node.hear("n2", appendEntries(1, [0, 0], [membershipAt(1, 1, pair)]));
    expect(effectsOf(effects, "membership")).toHaveLength(1);
    expect(viewOf(node.raft)).toMatchObject({ membership: pair, commitIndex: 0 });
  });

  test("P7 roll back with their entries", () => {
    const node = new LoneNode({ log: entriesOf([1, 1]) });
    node.hear("n2", appendEntries(1, [2, 1], [membershipAt(3, 1, pair), membershipAt(4, 1, withLearner)]));
    const effects = node.hear("n3", appendEntries(2, [3, 1], entriesOf([2], 4)));
    expect(effectsOf(effects, "membership")).toHaveLength(1);
    expect(node.raft.membership).toEqual(pair);
    node.hear("n3", appendEntries(3, [2, 1], entriesOf([3], 3)));
    expect(node.raft.membership).toEqual(trio);
  });

  test("P7 survive a restart with what they would roll back to", () => {
    const node = new LoneNode({ log: [membershipAt(1, 1, pair), membershipAt(2, 1, withLearner)] });
    node.restart();
    expect(node.raft.membership).toEqual(withLearner);
    expect(node.raft.membershipAt(1)).toEqual(pair);
    node.hear("n2", appendEntries(2, [1, 1], entriesOf([2], 2)));
    expect(node.raft.membership).toEqual(pair);
  });

  test("entries that bring none are not told", () => {
    const node = new LoneNode();
    expect(effectsOf(node.hear("n2", appendEntries(1, [0, 0], entriesOf([1]))), "membership")).toEqual([]);
    expect(effectsOf(node.hear("n3", appendEntries(2, [0, 0], entriesOf([2]))), "membership")).toEqual([]);
  });

  test("a leader replicates to whom the last one names, learners included", () => {
    const node = new LoneNode({ log: [membershipAt(1, 1, withLearner)] });
    const effects = node.elect(["n2"]);
    expect(node.raft.followers().map((each) => each.id)).toEqual(["n2", "n4"]);
    expect(messagesTo(effects, "n4")).toMatchObject([{ type: "append-entries", prevIndex: 1 }]);
    expect(messagesTo(effects, "n3")).toEqual([]);
  });

  test("P32 a learner's acknowledgement commits nothing", () => {
    const node = new LoneNode({ log: [membershipAt(1, 1, withLearner)] });
    node.elect(["n2"]);
    node.hear("n4", accepted(2, 2));
    expect(node.raft.commitIndex).toBe(0);
    node.hear("n2", accepted(2, 2));
    expect(node.raft.commitIndex).toBe(2);
  });

  test("a node that is no voter any more does not stand for election once it knows that to be committed", () => {
    const node = new LoneNode();
    node.hear("n2", heartbeat(1));
    expect(node.raft.deadlineMs).toBe(225);
    node.hear("n2", appendEntries(1, [0, 0], [membershipAt(1, 1, configuration(["n2", "n3"]))]));
    expect(messagesOf(node.timeOut(), "request-vote")).toHaveLength(2);
    node.hear("n2", heartbeat(1, 1, 1));
    expect(messagesOf(node.timeOut(), "request-vote")).toEqual([]);
    expect(viewOf(node.raft)).toMatchObject({ role: "follower", deadlineMs: Infinity });
  });
});

describe("a leader's followers, §6", () => {
  /** n1 leads term 1 with n2 and n3, and has appended its no-op. */
  function leader(): State {
    const state = innerState();
    becomeCandidate(state);
    state.takeEffects();
    state.saves.saved(1);
    becomeLeader(state);
    return state;
  }

  test("a configuration in its log changes them at once; of those that stay nothing is forgotten", () => {
    const state = leader();
    const n2 = state.leading?.followers.get("n2");
    state.nowMs = 70;
    appendToLog(state, [membershipAt(2, 1, configuration(["n1", "n2", "n4"]))]);
    const followers = [...(state.leading?.followers.values() ?? [])];
    expect(followers.map((each) => each.id)).toEqual(["n2", "n4"]);
    expect(followers[0]).toBe(n2);
    expect(followers[1]).toMatchObject({ matchIndex: 0, nextIndex: 3, lastContactMs: 70 });
  });
});
