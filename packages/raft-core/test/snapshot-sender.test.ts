import { describe, expect, test } from "vitest";
import { AssertionError } from "../src/index.ts";
import { Progress } from "../src/progress.ts";
import { sendSnapshot } from "../src/snapshot-sender.ts";
import { effectOf, effectsOf, messageOf, messagesTo } from "./harness/effects.ts";
import { innerState } from "./harness/inner-state.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, chunkReply, heartbeatReply, rejected } from "./harness/messages.ts";
import { bytesOf, configuration, snapshotAt } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const snapshot = snapshotAt(10, 1, { sizeBytes: 30 });

/** The leader of term 2, whose log begins behind a snapshot at 10; n3 needs that snapshot. */
function leader(): LoneNode {
  const node = new LoneNode({ snapshot, log: [1, 1], trailingEntries: 0 });
  node.elect();
  node.hear("n2", accepted(2, 13));
  const effects = node.hear("n3", rejected(2, 12, [4, 1]));
  expect(effectsOf(effects, "send-chunk")).toEqual([
    { type: "send-chunk", to: "n3", term: 2, snapshot, offsetBytes: 0 },
  ]);
  return node;
}

const stateOf = (node: LoneNode, id = "n3"): unknown => node.raft.followers().find((each) => each.id === id)?.state;

/** Lets `n` heartbeat intervals pass in which both followers answer. */
function beat(node: LoneNode, n: number): readonly unknown[] {
  const chunks: unknown[] = [];
  for (let each = 0; each < n; each += 1) {
    const { round } = messageOf(node.timeOut().slice(0, 1), "heartbeat");
    node.hear("n2", heartbeatReply(2, round, 13));
    chunks.push(...effectsOf(node.hear("n3", heartbeatReply(2, round, 0)), "send-chunk"));
  }
  return chunks;
}

test("a log that begins behind nothing is a bug", () => {
  const state = innerState();
  state.snapshot = undefined;
  const message = "the log begins behind 0, but there is no snapshot";
  expect(() => sendSnapshot(state, new Progress("n2", 1, 0))).toThrow(new AssertionError(message));
});

describe("sending a snapshot", () => {
  test("a follower that needs what the log no longer holds gets the snapshot, and no entries", () => {
    const node = leader();
    expect(stateOf(node)).toBe("snapshot");
    expect(messagesTo(node.propose(bytesOf("x")), "n3")).toEqual([]);
    expect(messagesTo(node.timeOut(), "n3")).toMatchObject([{ type: "heartbeat" }]);
  });

  test("chunk by chunk, as the follower asks", () => {
    const node = leader();
    const next = node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 12 }));
    expect(effectOf(next, "send-chunk")).toMatchObject({ to: "n3", snapshot, offsetBytes: 12 });
    const third = node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 25 }));
    expect(effectOf(third, "send-chunk").offsetBytes).toBe(25);
  });

  test("a repeated answer does not send a chunk twice", () => {
    const node = leader();
    node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 12 }));
    expect(node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 12 }))).toEqual([]);
  });

  test("a follower that has all of it, and is still installing, is sent nothing", () => {
    const node = leader();
    for (const nextOffsetBytes of [30, 31]) {
      expect(node.hear("n3", chunkReply(2, 10, { nextOffsetBytes }))).toEqual([]);
    }
    expect(stateOf(node)).toBe("snapshot");
  });

  test("a follower that lost what it had stored begins again", () => {
    const node = leader();
    node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 12 }));
    const effects = node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 0 }));
    expect(effectOf(effects, "send-chunk").offsetBytes).toBe(0);
  });

  test("a late rejection does not end the transfer", () => {
    const node = leader();
    for (const prevIndex of [12, 3]) expect(node.hear("n3", rejected(2, prevIndex, [2, 1]))).toEqual([]);
    expect(stateOf(node)).toBe("snapshot");
  });

  test("nor does a late acknowledgement", () => {
    const node = leader();
    expect(node.hear("n3", accepted(2, 4))).toEqual([]);
    expect(stateOf(node)).toBe("snapshot");
  });

  test("once it is installed, the log goes on behind it", () => {
    const node = leader();
    const effects = node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 30, installed: true }));
    expect(messagesTo(effects, "n3")).toMatchObject([{ prevIndex: 10, prevTerm: 1, entries: [{}, {}, {}] }]);
    expect(node.raft.followers().find((each) => each.id === "n3")).toMatchObject({ matchIndex: 10 });
  });

  test("answers about another snapshot are ignored", () => {
    const node = leader();
    expect(node.hear("n3", chunkReply(2, 7, { nextOffsetBytes: 12 }))).toEqual([]);
    expect(node.hear("n3", chunkReply(2, 7, { nextOffsetBytes: 30, installed: true }))).toEqual([]);
    expect(stateOf(node)).toBe("snapshot");
    expect(node.hear("n2", chunkReply(2, 10, { nextOffsetBytes: 12 }))).toEqual([]);
    expect(node.hear("n9", chunkReply(2, 10, { nextOffsetBytes: 12 }))).toEqual([]);
  });

  test("P48 a chunk or answer that was lost is made good while the follower lives", () => {
    const node = leader();
    node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 12 }));
    expect(beat(node, 11)).toEqual([]);
    expect(beat(node, 1)).toMatchObject([{ to: "n3", offsetBytes: 12 }]);
    expect(beat(node, 11)).toEqual([]);
  });

  test("P37 when the snapshot under way was replaced, the latest is sent from its start", () => {
    const node = leader();
    node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 12 }));
    const later = snapshotAt(13, 2);
    node.run({ type: "snapshot-taken", snapshot: later });
    const effects = node.run({ type: "chunk-failed", to: "n3", snapshotIndex: 10 });
    expect(effectOf(effects, "send-chunk")).toMatchObject({ snapshot: later, offsetBytes: 0 });
    expect(node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 20 }))).toEqual([]);
  });

  test("P37 the failure of another transfer, or of nobody's, moves none to the latest", () => {
    const node = leader();
    node.run({ type: "snapshot-taken", snapshot: snapshotAt(13, 2) });
    expect(node.run({ type: "chunk-failed", to: "n3", snapshotIndex: 7 })).toEqual([]);
    expect(node.run({ type: "chunk-failed", to: "n2", snapshotIndex: 10 })).toEqual([]);
    expect(node.run({ type: "chunk-failed", to: "n9", snapshotIndex: 10 })).toEqual([]);
    expect(stateOf(node, "n2")).toBe("replicate");
  });

  test("a failure without a later snapshot waits for the repetition, and one of nobody is ignored", () => {
    const node = leader();
    expect(node.run({ type: "chunk-failed", to: "n3", snapshotIndex: 10 })).toEqual([]);
    expect(node.run({ type: "chunk-failed", to: "n2", snapshotIndex: 10 })).toEqual([]);
    expect(node.run({ type: "chunk-failed", to: "n9", snapshotIndex: 10 })).toEqual([]);
    expect(beat(node, 12)).toHaveLength(1);
  });

  test("P38 a leader whose log is empty, and to whom nothing is proposed, still sends a new learner the snapshot", () => {
    const membership = configuration(["n1"], { learners: ["n4"] });
    const node = new LoneNode({ membership, trailingEntries: 0 });
    node.elect([]);
    node.run({ type: "snapshot-taken", snapshot: snapshotAt(1, 1, { membership }) });
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 2, lastIndex: 1 });
    const { round } = messageOf(node.timeOut(), "heartbeat");
    const effects = node.hear("n4", heartbeatReply(1, round, 0));
    expect(effectOf(effects, "send-chunk")).toMatchObject({ to: "n4", snapshot: { index: 1 }, offsetBytes: 0 });
  });

  test("P38 the same, when the learner is probed at the base first", () => {
    const membership = configuration(["n1"], { learners: ["n4"] });
    const node = new LoneNode({ snapshot: snapshotAt(9, 1, { membership }) });
    expect(messagesTo(node.elect([]), "n4")).toMatchObject([{ prevIndex: 9, prevTerm: 1, entries: [{ index: 10 }] }]);
    expect(effectOf(node.hear("n4", rejected(2, 9, [0, 0])), "send-chunk")).toMatchObject({ snapshot: { index: 9 } });
  });
});
