import { describe, expect, test } from "vitest";
import { AssertionError, type Effect } from "../src/index.ts";
import { effectOf, effectsOf } from "./harness/effects.ts";
import { LoneNode, type LoneNodeOptions, appliedBy } from "./harness/lone-node.ts";
import { accepted, appendEntries, chunk, heartbeat, rejected } from "./harness/messages.ts";
import { commandAt, entriesOf, snapshotAt } from "./harness/stored.ts";

const SIZE = commandAt(1, 1).sizeBytes;

/** A follower of n2 in term 1 that was just sent four entries, all committed; nothing is done for it. */
function sentFour(options: LoneNodeOptions = {}): { readonly node: LoneNode; readonly effects: readonly Effect[] } {
  const node = new LoneNode(options);
  const message = appendEntries(1, [0, 0], entriesOf([1, 1, 1, 1]), 4);
  return { node, effects: node.step({ type: "message", from: "n2", message }) };
}

describe("applying", () => {
  test("§10 waits until the entries are durable here, although they are committed", () => {
    const { node, effects } = sentFour();
    expect(effectOf(effects, "commit").index).toBe(4);
    expect(effectsOf(effects, "apply")).toEqual([]);
    expect(appliedBy(node.completeSaves())).toEqual(["1/1", "2/1", "3/1", "4/1"]);
  });

  test("goes on with the next batch only when the last one is applied", () => {
    const { node } = sentFour({ applyBytesMax: 2 * SIZE });
    expect(appliedBy(node.completeSaves())).toEqual(["1/1", "2/1"]);
    expect(appliedBy(node.step())).toEqual([]);
    expect(appliedBy(node.step({ type: "applied", index: 2 }))).toEqual(["3/1", "4/1"]);
    expect(appliedBy(node.step({ type: "applied", index: 4 }))).toEqual([]);
  });

  test("hands out every entry once, however often the end of a batch is told", () => {
    const { node } = sentFour({ applyBytesMax: 2 * SIZE });
    node.completeSaves();
    node.step({ type: "applied", index: 2 });
    expect(node.step({ type: "applied", index: 2 })).toEqual([]);
  });

  test.each([
    ["before", true],
    ["after", false],
  ])("P6 a batch that ends %s a snapshot is installed behind its back changes nothing", (_, isBefore) => {
    const { node } = sentFour({ applyBytesMax: 2 * SIZE });
    expect(appliedBy(node.completeSaves())).toEqual(["1/1", "2/1"]);
    node.step({ type: "snapshot-received", from: "n2", snapshot: snapshotAt(9, 1) });
    if (isBefore) expect(node.step({ type: "applied", index: 2 })).toEqual([]);
    node.completeSaves();
    if (!isBefore) expect(node.step({ type: "applied", index: 2 })).toEqual([]);
    const next = node.hear("n2", appendEntries(1, [9, 1], entriesOf([1], 10), 10));
    expect(appliedBy(next)).toEqual(["10/1"]);
  });

  test("§5.3 in log order and once, whatever the turns", () => {
    const node = new LoneNode({ applyBytesMax: SIZE });
    const effects = [
      ...node.hear("n2", appendEntries(1, [0, 0], entriesOf([1, 1, 1]), 1)),
      ...node.hear("n2", appendEntries(1, [2, 1], entriesOf([1, 1], 3), 3)),
      ...node.hear("n2", heartbeat(1, 1, 99)),
    ];
    expect(appliedBy(effects)).toEqual(["1/1", "2/1", "3/1", "4/1"]);
  });
});

describe("entries that are in storage only", () => {
  /** Three entries on disk, committed by the first message; the load has been asked for. */
  function loading(): { readonly node: LoneNode; readonly id: number } {
    const node = new LoneNode({ log: [1, 1, 1] });
    const effects = node.step({ type: "message", from: "n2", message: appendEntries(1, [3, 1], [], 3) });
    const load = effectOf(effects, "load");
    expect(load).toMatchObject({ fromIndex: 1, toIndex: 3 });
    return { node, id: load.id };
  }

  test("are asked for once, and applied as they come", () => {
    const { node, id } = loading();
    expect(effectsOf(node.step({ type: "tick" }), "load")).toEqual([]);
    expect(appliedBy(node.step({ type: "loaded", id, entries: entriesOf([1, 1]) }))).toEqual(["1/1", "2/1"]);
    expect(effectOf(node.step({ type: "applied", index: 2 }), "load")).toMatchObject({ fromIndex: 3, toIndex: 3 });
  });

  test("an answer to nothing is ignored", () => {
    const { node, id } = loading();
    expect(node.step({ type: "loaded", id: id + 1, entries: entriesOf([1]) })).toEqual([]);
  });

  test("P8 an answer from before a change of term does not count; they are asked for anew", () => {
    const { node, id } = loading();
    const effects = node.step({ type: "message", from: "n3", message: heartbeat(2) });
    const again = effectOf(effects, "load");
    expect(again.id).not.toBe(id);
    expect(node.step({ type: "loaded", id, entries: entriesOf([1, 1, 1]) })).toEqual([]);
    const entries = entriesOf([1, 1, 1]);
    expect(appliedBy(node.step({ type: "loaded", id: again.id, entries }))).toHaveLength(3);
  });

  test("P6 an answer that comes while a snapshot is installed is not applied", () => {
    const { node, id } = loading();
    const snapshot = snapshotAt(9, 1);
    node.step({ type: "message", from: "n2", message: chunk(1, snapshot) });
    node.step({ type: "snapshot-received", from: "n2", snapshot });
    expect(node.step({ type: "loaded", id, entries: entriesOf([1, 1, 1]) })).toEqual([]);
  });

  test("do not wait for those that a follower needs", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.elect();
    const forFollower = node.step({ type: "message", from: "n3", message: rejected(2, 3, [2, 1]) });
    expect(effectOf(forFollower, "load").fromIndex).toBe(3);
    const forItself = node.step({ type: "message", from: "n2", message: accepted(2, 4) });
    expect(effectOf(forItself, "load")).toMatchObject({ fromIndex: 1, toIndex: 4 });
  });

  test.each([
    ["nothing", [], "storage no longer holds entry 1"],
    ["what does not follow", entriesOf([1], 2), "storage holds another entry 1 than the log"],
    ["another entry", entriesOf([0]), "storage holds another entry 1 than the log"],
    ["another entry in the end", [commandAt(1, 1), commandAt(2, 0)], "storage holds another entry 1 than the log"],
  ])("storage that gives back %s has lost what it promised: the node stops", (_, entries, message) => {
    const { node, id } = loading();
    expect(() => node.step({ type: "loaded", id, entries })).toThrow(new AssertionError(message));
  });

  test("storage that gives back nothing of what a follower needs, and no snapshot covers, does not go on either", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.elect();
    const { id } = effectOf(node.step({ type: "message", from: "n3", message: rejected(2, 3, [2, 1]) }), "load");
    const lost = new AssertionError("storage no longer holds entry 3");
    expect(() => node.step({ type: "loaded", id, entries: [] })).toThrow(lost);
  });
});
