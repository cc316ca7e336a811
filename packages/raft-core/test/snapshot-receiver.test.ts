import { describe, expect, test } from "vitest";
import type { Effect, Snapshot } from "../src/index.ts";
import { aroundSave, effectOf, effectsOf, messageOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { LoneNode, appliedBy } from "./harness/lone-node.ts";
import { appendEntries, chunk, heartbeat, voteReply } from "./harness/messages.ts";
import { configuration, entriesOf, membershipAt, snapshotAt, trio } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const received = (snapshot: Snapshot, from = "n2") => ({ type: "snapshot-received", from, snapshot }) as const;

/** Follows n2 in term 2, with entries 1 … 4, of which 2 are committed and applied. */
function follower(): LoneNode {
  const node = new LoneNode({ log: [1, 1, 1, 1] });
  node.hear("n2", appendEntries(2, [2, 1], [], 2));
  return node;
}

describe("a chunk", () => {
  test("is stored, and the next one asked for", () => {
    const node = follower();
    const snapshot = snapshotAt(9, 2);
    expect(node.hear("n2", chunk(2, snapshot, 0))).toEqual([
      { type: "receive-chunk", from: "n2", snapshot, offsetBytes: 0, data: new Uint8Array(1) },
    ]);
    const effects = node.run({ type: "chunk-received", from: "n2", snapshot, nextOffsetBytes: 4 });
    expect(messagesTo(effects, "n2")).toEqual([
      { type: "install-snapshot-reply", term: 2, snapshotIndex: 9, nextOffsetBytes: 4, installed: false },
    ]);
  });

  test("stored for a leader that leads no more is not answered", () => {
    const node = follower();
    const snapshot = snapshotAt(9, 2);
    node.hear("n2", chunk(2, snapshot));
    node.hear("n3", heartbeat(3));
    expect(node.run({ type: "chunk-received", from: "n2", snapshot, nextOffsetBytes: 4 })).toEqual([]);
  });

  test("is not stored while a snapshot is being installed", () => {
    const node = follower();
    node.step(received(snapshotAt(9, 2)));
    expect(node.step({ type: "message", from: "n2", message: chunk(2, snapshotAt(12, 2)) })).toEqual([]);
  });
});

describe("installing", () => {
  test("the log and the state machine give way; then the leader hears of it", () => {
    const node = follower();
    const snapshot = snapshotAt(9, 2);
    const effects = node.step(received(snapshot));
    expect(effects.map((effect) => effect.type)).toEqual(["commit", "install-snapshot", "membership"]);
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 10, lastIndex: 9, commitIndex: 9, snapshot });
    const done = node.completeSaves();
    expect(messageOf(done, "install-snapshot-reply")).toMatchObject({ snapshotIndex: 9, installed: true });
    expect(messageOf(node.hear("n2", heartbeat(2)), "heartbeat-reply").matchIndex).toBe(9);
  });

  test("the log goes on behind it, applied only once it is installed", () => {
    const node = follower();
    const snapshot = snapshotAt(9, 2);
    node.step(received(snapshot));
    const append = appendEntries(2, [9, 2], entriesOf([2, 2], 10), 11);
    const early = node.step({ type: "message", from: "n2", message: append });
    expect(appliedBy(early)).toEqual([]);
    expect(appliedBy(node.completeSaves())).toEqual(["10/2", "11/2"]);
  });

  test("a batch that was being applied when the snapshot came does not move the state back", () => {
    const node = new LoneNode({ log: [1, 1] });
    const message = appendEntries(1, [2, 1], entriesOf([1, 1], 3), 4);
    node.step({ type: "message", from: "n2", message: { ...message, commitIndex: 0 } });
    node.completeSaves();
    const load = effectOf(node.step({ type: "message", from: "n2", message }), "load");
    const batch = node.step({ type: "loaded", id: load.id, entries: entriesOf([1, 1]) });
    expect(appliedBy(batch)).toEqual(["1/1", "2/1"]);
    const snapshot = snapshotAt(9, 2);
    node.hear("n2", heartbeat(2));
    node.step(received(snapshot));
    node.step({ type: "applied", index: 2 });
    node.completeSaves();
    node.step({ type: "applied", index: 2 });
    const next = node.run({ type: "message", from: "n2", message: appendEntries(2, [9, 2], entriesOf([2], 10), 10) });
    expect(appliedBy(next)).toEqual(["10/2"]);
  });

  test("what was durable in the log that gave way does not vouch for what follows the snapshot", () => {
    const node = new LoneNode({ log: Array.from({ length: 12 }, () => 1) });
    node.hear("n2", heartbeat(2));
    node.run(received(snapshotAt(9, 2)));
    const append = appendEntries(2, [9, 2], entriesOf([2, 2], 10), 11);
    expect(appliedBy(node.step({ type: "message", from: "n2", message: append }))).toEqual([]);
    expect(appliedBy(node.completeSaves())).toEqual(["10/2", "11/2"]);
  });

  test("another snapshot that arrives meanwhile is left alone", () => {
    const node = follower();
    node.step(received(snapshotAt(9, 2)));
    expect(node.step(received(snapshotAt(12, 2)))).toEqual([]);
    expect(viewOf(node.raft)).toMatchObject({ lastIndex: 9, commitIndex: 9, snapshot: { index: 9 } });
  });

  test("is as good as any start for a node that had no snapshot", () => {
    const node = new LoneNode({ log: [membershipAt(1, 1, trio)] });
    node.disk.snapshot = undefined;
    node.restart();
    node.hear("n2", heartbeat(2));
    expect(effectOf(node.run(received(snapshotAt(9, 2))), "install-snapshot").snapshot.index).toBe(9);
    expect(node.raft.snapshot?.index).toBe(9);
  });

  test("survives a restart", () => {
    const node = follower();
    node.run(received(snapshotAt(9, 2)));
    node.restart();
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 10, lastIndex: 9, commitIndex: 9 });
  });

  test("a leader has no use for a snapshot that was on its way", () => {
    const node = follower();
    node.nowMs = 1000;
    node.elect();
    expect(node.run(received(snapshotAt(9, 2)))).toEqual([]);
    expect(node.run({ type: "chunk-received", from: "n2", snapshot: snapshotAt(9, 2), nextOffsetBytes: 4 })).toEqual(
      [],
    );
  });

  test("whoever sent the snapshot: the leader of now is told", () => {
    const node = follower();
    const snapshot = snapshotAt(9, 2);
    node.step(received(snapshot));
    node.step({ type: "message", from: "n3", message: heartbeat(3) });
    expect(messagesTo(node.completeSaves(), "n3")).toMatchObject([
      { type: "install-snapshot-reply", term: 3, snapshotIndex: 9, installed: true },
    ]);
  });
});

describe("the end of an installation that nobody waits for", () => {
  const snapshot = snapshotAt(9, 2);
  const installed = { type: "snapshot-installed", snapshot } as const;

  /** A node that installs `snapshot`, and whose leader falls silent meanwhile. */
  function orphan(): LoneNode {
    const node = new LoneNode({ preVote: false });
    node.hear("n2", heartbeat(2));
    node.step(received(snapshot));
    node.nowMs = node.raft.deadlineMs;
    const { save } = aroundSave(node.step({ type: "tick" }));
    node.step({ type: "saved", seq: save.seq });
    expect(viewOf(node.raft)).toMatchObject({ role: "candidate", leader: undefined });
    return node;
  }

  test("is told to nobody where there is no leader", () => {
    expect(effectsOf(orphan().step(installed), "send")).toEqual([]);
  });

  test("nor to itself by the node that leads now", () => {
    const node = orphan();
    node.step({ type: "message", from: "n2", message: voteReply(3, true) });
    expect(node.raft.role).toBe("leader");
    expect(effectsOf(node.step(installed), "send")).toEqual([]);
  });
});

describe("P6 a snapshot of what is here already", () => {
  test("is not stored, but acknowledged", () => {
    const effects = follower().hear("n2", chunk(2, snapshotAt(2, 1)));
    expect(effectsOf(effects, "receive-chunk")).toEqual([]);
    expect(messageOf(effects, "install-snapshot-reply")).toMatchObject({ snapshotIndex: 2, installed: true });
  });

  test("nor one that claims another term there: what is committed gives way to nobody", () => {
    const effects = follower().hear("n2", chunk(2, snapshotAt(2, 2)));
    expect(effectsOf(effects, "receive-chunk")).toEqual([]);
  });

  test("is not installed when appends have overtaken its last chunk", () => {
    const node = follower();
    const snapshot = snapshotAt(6, 2);
    node.hear("n2", chunk(2, snapshot));
    const applied = node.hear("n2", appendEntries(2, [2, 1], entriesOf([2, 2, 2, 2, 2], 3), 7));
    expect(appliedBy(applied)).toHaveLength(5);
    const effects = node.run(received(snapshot));
    expect(effectsOf(effects, "install-snapshot")).toEqual([]);
    expect(messageOf(effects, "install-snapshot-reply").installed).toBe(true);
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 1, lastIndex: 7, commitIndex: 7 });
  });

  test("of a leader that leads no more is not acknowledged", () => {
    const node = follower();
    node.hear("n3", heartbeat(3));
    expect(messagesOf(node.run(received(snapshotAt(2, 1))), "install-snapshot-reply")).toEqual([]);
  });
});

describe("P7 the snapshot's configuration", () => {
  const four = configuration(["n1", "n2", "n3", "n4"]);
  const five = configuration(["n1", "n2", "n3", "n4", "n5"]);

  test("takes the place of every one in the log, though an uncommitted one had a higher index", () => {
    const node = new LoneNode({ log: [...entriesOf([1, 1, 1]), membershipAt(4, 1, five)] });
    node.hear("n2", heartbeat(2));
    expect(node.raft.membership).toEqual(five);
    const effects: readonly Effect[] = node.run(received(snapshotAt(9, 2, { membership: four })));
    expect(effectsOf(effects, "membership")).toHaveLength(1);
    expect(node.raft.membership).toEqual(four);
    node.restart();
    expect(node.raft.membership).toEqual(four);
  });
});
