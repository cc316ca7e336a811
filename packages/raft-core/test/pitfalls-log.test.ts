import { describe, expect, test } from "vitest";
import type { AppendEntries } from "../src/index.ts";
import { effectOf, effectsOf, messageOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { LoneNode, appliedBy } from "./harness/lone-node.ts";
import { accepted, appendEntries, chunk, heartbeat, requestVote, voteReply } from "./harness/messages.ts";
import { bytesOf, commandAt, configuration, entriesOf, membershipAt, quintet, snapshotAt } from "./harness/stored.ts";
import { fc } from "./harness/properties.ts";
import { viewOf } from "./harness/view.ts";

const term3 = { term: 3, votedFor: undefined };

describe("P1 counting replicas for old-term entries", () => {
  test("after the no-op is on a majority, the rival's log wins no vote of it any more", () => {
    const s2 = new LoneNode({ id: "n2", log: [1, 2, 4], membership: quintet });
    expect(messageOf(s2.hear("n5", requestVote(5, [2, 3])), "request-vote-reply").granted).toBe(false);
    const before = new LoneNode({ id: "n2", log: [1, 2], hardState: { term: 4, votedFor: "n1" }, membership: quintet });
    expect(messageOf(before.hear("n5", requestVote(5, [2, 3])), "request-vote-reply").granted).toBe(true);
  });

  test("nor are they committed by counting behind a snapshot", () => {
    const node = new LoneNode({ snapshot: snapshotAt(5, 2), log: [2, 2], hardState: term3 });
    node.elect();
    expect(effectsOf(node.hear("n2", accepted(4, 7)), "commit")).toEqual([]);
    expect(effectOf(node.hear("n2", accepted(4, 8)), "commit").index).toBe(8);
  });

  test("nor in a joint configuration, where both halves must hold the no-op", () => {
    const membership = configuration(["n1", "n2", "n3"], { outgoing: ["n1", "n4", "n5"] });
    const node = new LoneNode({ log: [membershipAt(1, 1, membership), ...entriesOf([2], 2)], hardState: term3 });
    node.elect(["n2", "n4"]);
    for (const id of ["n2", "n3", "n4", "n5"]) expect(effectsOf(node.hear(id, accepted(4, 2)), "commit")).toEqual([]);
    for (const id of ["n2", "n3"]) expect(effectsOf(node.hear(id, accepted(4, 3)), "commit")).toEqual([]);
    expect(effectOf(node.hear("n5", accepted(4, 3)), "commit").index).toBe(3);
  });
});

/** What the leader of term 12 may say of its log, in any order and any number of times. */
interface Said {
  readonly prev: number;
  readonly count: number;
  readonly commit: number;
  readonly beat: boolean;
}

const said: fc.Arbitrary<Said> = fc.record({
  prev: fc.nat(12),
  count: fc.nat(5),
  commit: fc.nat(12),
  beat: fc.boolean(),
});

const terms = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }).map((each) => each.toSorted((a, b) => a - b));

/** The leader's log and the follower's: a common prefix, and then no term in common (log matching, §5.3). */
const logs = fc.tuple(terms, terms, terms).map(([common, leaders, followers]) => ({
  leader: [...common, ...leaders.map((term) => 3 + 2 * term)],
  follower: [...common, ...followers.map((term) => 4 + 2 * term)],
}));

describe("P2 and P3, with any messages of one leader, shortened, repeated and reordered", () => {
  test("nothing is committed that the leader does not have, and what was acknowledged stays", () => {
    fc.assert(
      fc.property(logs, fc.array(said, { maxLength: 12 }), ({ leader, follower }, messages) => {
        const node = new LoneNode({ log: follower, hardState: { term: 12, votedFor: undefined } });
        const entries = entriesOf(leader);
        let acknowledged = 0;
        for (const each of messages) {
          const prev = Math.min(each.prev, leader.length);
          const commit = Math.min(each.commit, leader.length);
          const sent = entries.slice(prev, prev + each.count);
          const append = appendEntries(12, [prev, leader[prev - 1] ?? 0], sent, commit);
          const effects = node.hear("n2", each.beat ? heartbeat(12, 1, commit) : append);
          for (const reply of messagesOf(effects, "append-entries-reply")) {
            acknowledged = Math.max(acknowledged, reply.matchIndex);
          }
          expect(node.terms.slice(0, acknowledged)).toEqual(leader.slice(0, acknowledged));
          expect(node.raft.commitIndex).toBeLessThanOrEqual(acknowledged);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("P2 a follower commits no further than the message reaches", () => {
  test.each([
    ["an empty message", appendEntries(3, [2, 1], [], 5), 2],
    ["a shortened one", appendEntries(3, [2, 1], entriesOf([1], 3), 5), 3],
    ["a heartbeat", heartbeat(3, 1, 5), 0],
  ])("%s below a stale suffix", (_, message, commitIndex) => {
    const node = new LoneNode({ log: [1, 1, 1, 2, 2] });
    node.hear("n2", message);
    expect(node.raft.commitIndex).toBe(commitIndex);
    expect(node.terms).toHaveLength(5);
  });
});

describe("P3 truncation only at a real conflict", () => {
  test("a delayed duplicate of a shorter message takes nothing back", () => {
    const node = new LoneNode({ log: [1, 1, 1, 1] });
    node.hear("n2", appendEntries(1, [4, 1], entriesOf([1, 1, 1, 1, 1, 1], 5)));
    const effects = node.hear("n2", appendEntries(1, [4, 1], entriesOf([1, 1], 5)));
    expect(effectsOf(effects, "save")).toEqual([]);
    expect(messageOf(effects, "append-entries-reply").matchIndex).toBe(6);
    expect(node.raft.lastIndex).toBe(10);
  });

  test("cutting and appending are one write", () => {
    const node = new LoneNode({ log: [1, 1, 1, 1] });
    const message = appendEntries(2, [0, 0], entriesOf([1, 1, 2]));
    const effects = node.step({ type: "message", from: "n2", message });
    expect(effectOf(effects, "save").entries).toMatchObject([{ index: 3, term: 2 }]);
  });
});

describe("P4 prev inside the compacted prefix is no conflict", () => {
  /** Restarted behind a snapshot at 8, with 9 … 12: what it knew to be committed above 8 is forgotten. */
  const restarted = (): LoneNode => new LoneNode({ snapshot: snapshotAt(8, 2), log: [2, 2, 3, 3] });

  test.each([0, 3, 7])("a message from %i on is accepted, and nothing is cut", (prev) => {
    const node = restarted();
    const log = entriesOf([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3]);
    const effects = node.hear("n2", appendEntries(3, [prev, log[prev - 1]?.term ?? 0], log.slice(prev, 10)));
    expect(messageOf(effects, "append-entries-reply")).toMatchObject({ accepted: true, matchIndex: 10 });
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 9, lastIndex: 12 });
    expect(node.terms).toEqual([2, 2, 3, 3]);
  });

  test("one that ends inside it is answered with what is committed here", () => {
    const effects = restarted().hear("n2", appendEntries(3, [2, 1], entriesOf([1, 1], 3)));
    expect(messageOf(effects, "append-entries-reply")).toMatchObject({ accepted: true, matchIndex: 8 });
  });
});

describe("P5 a snapshot whose index lies in the local log", () => {
  test("another term there: the whole log goes, and the leader's goes on right behind the snapshot", () => {
    const node = new LoneNode({ log: [1, 1, 1, 1, 1, 1], hardState: term3 });
    const snapshot = snapshotAt(4, 2);
    node.hear("n2", chunk(3, snapshot));
    node.step({ type: "snapshot-received", from: "n2", snapshot });
    const next = node.step({ type: "message", from: "n2", message: appendEntries(3, [4, 2], entriesOf([3], 5)) });
    expect(messageOf(next, "append-entries-reply")).toMatchObject({ accepted: true, matchIndex: 5 });
    node.completeSaves();
    expect(node.disk.base).toEqual({ index: 4, term: 2 });
    expect(node.terms).toEqual([3]);
  });

  test("the same term there: the suffix stays, at the first chunk and at the last", () => {
    const node = new LoneNode({ log: [1, 1, 2, 2, 2, 2], hardState: term3 });
    const snapshot = snapshotAt(4, 2);
    expect(messageOf(node.hear("n2", chunk(3, snapshot)), "install-snapshot-reply").installed).toBe(true);
    expect(effectsOf(node.run({ type: "snapshot-received", from: "n2", snapshot }), "install-snapshot")).toEqual([]);
    expect(node.terms).toEqual([1, 1, 2, 2, 2, 2]);
    expect(messageOf(node.hear("n2", appendEntries(3, [6, 2])), "append-entries-reply").accepted).toBe(true);
  });
});

describe("P9 what was accepted is known by index and term", () => {
  test("another leader's entry at the same index is told from it, after the change of term was told", () => {
    const node = new LoneNode();
    node.elect();
    const mine = effectOf(node.propose(bytesOf("mine")), "accepted");
    expect(mine).toMatchObject({ firstIndex: 2, term: 1 });
    const effects = node.hear("n2", appendEntries(2, [1, 1], [commandAt(2, 2)], 2));
    const role = effects.findIndex((effect) => effect.type === "role" && effect.term === 2);
    const apply = effects.findIndex((effect) => effect.type === "apply");
    expect(appliedBy(effects)).toContain("2/2");
    expect(role).toBeGreaterThanOrEqual(0);
    expect(role).toBeLessThan(apply);
  });

  test("a snapshot that covers it is told by a commit beyond it, without an apply", () => {
    const node = new LoneNode();
    node.elect();
    node.propose(bytesOf("mine"));
    const snapshot = snapshotAt(9, 2);
    node.hear("n2", chunk(2, snapshot));
    const effects = node.run({ type: "snapshot-received", from: "n2", snapshot });
    expect(effectOf(effects, "commit").index).toBe(9);
    expect(appliedBy(effects)).toEqual([]);
  });
});

describe("P42 the ABA of asynchronous writes", () => {
  test("an entry is durable only by its own write, though an equal one was under way before", () => {
    const node = new LoneNode({ log: [1] });
    const give = (from: string, message: AppendEntries) => node.step({ type: "message", from, message });
    // A: n2's entry 2/1. B: n3's 2/2 takes its place. A again: n2, elected in term 3, still has 2/1.
    give("n2", appendEntries(1, [1, 1], [commandAt(2, 1)]));
    give("n3", appendEntries(2, [1, 1], [commandAt(2, 2)]));
    const { id } = effectOf(give("n2", appendEntries(3, [1, 1], [commandAt(2, 1)], 2)), "load");
    node.step({ type: "loaded", id, entries: entriesOf([1]) });
    node.step({ type: "applied", index: 1 });
    expect(node.completeSaves(1)).toEqual([]);
    expect(node.completeSaves(1)).toEqual([]);
    expect(appliedBy(node.completeSaves(1))).toEqual(["2/1"]);
  });

  test("a leader that inherits such an entry counts itself only by the last write", () => {
    const node = new LoneNode({ log: [1], membership: configuration(["n1", "n2"]), preVote: false });
    const hear = (message: AppendEntries) => node.step({ type: "message", from: "n2", message });
    hear(appendEntries(1, [1, 1], [commandAt(2, 1)]));
    hear(appendEntries(2, [1, 1], [commandAt(2, 2)]));
    node.nowMs = node.raft.deadlineMs;
    node.step({ type: "tick" });
    node.step({ type: "message", from: "n2", message: voteReply(3, true) });
    expect(node.raft.role).toBe("candidate");
    expect(effectsOf(node.completeSaves(1), "role")).toEqual([]);
    expect(effectsOf(node.completeSaves(1), "role")).toEqual([]);
    expect(effectOf(node.completeSaves(1), "role").role).toBe("leader");
    // The no-op, 3/3, is on n2's disk, and not on this one.
    expect(node.step({ type: "message", from: "n2", message: accepted(3, 3) })).toEqual([]);
    expect(effectOf(node.completeSaves(1), "commit").index).toBe(3);
  });
});

describe("P43 a leader counts itself only when its write is durable", () => {
  test("the only voter commits nothing before, and nothing of it is applied", () => {
    const node = new LoneNode({ membership: configuration(["n1"]) });
    node.elect([]);
    const effects = node.step({ type: "propose", id: 1, commands: [bytesOf("x")] });
    expect(effects.map((effect) => effect.type)).toEqual(["accepted", "save"]);
    const done = node.completeSaves();
    expect(effectOf(done, "commit").index).toBe(2);
    expect(appliedBy(done)).toEqual(["2/1"]);
  });

  test("what was sent but never durable is the same entry after a restart only if somebody kept it", () => {
    const node = new LoneNode();
    node.elect();
    node.step({ type: "propose", id: 1, commands: [bytesOf("first")] });
    node.restart();
    node.nowMs = 5000;
    node.elect();
    // The id (2, term 1) is never given to another command: the next life leads a later term.
    const again = effectOf(node.propose(bytesOf("second")), "accepted");
    expect(again.term).toBe(2);
    expect(messagesTo(node.hear("n2", accepted(2, 2)), "n2")).toMatchObject([{ entries: [{ index: 3, term: 2 }] }]);
  });
});
