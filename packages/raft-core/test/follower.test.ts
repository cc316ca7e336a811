import { describe, expect, test } from "vitest";
import { type AppendEntries, Entry, type Message } from "../src/index.ts";
import { effectOf, effectsOf, messageOf, messagesTo } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, appendEntries, chunk, heartbeat } from "./harness/messages.ts";
import { bytesOf, commandAt, entriesOf, snapshotAt } from "./harness/stored.ts";

describe("a message that no correct leader sends is ignored and told", () => {
  const garbage = new Entry(4, 2, "membership", bytesOf("no membership"));

  test.each<[string, AppendEntries, string]>([
    ["does not follow prev", appendEntries(2, [3, 2], entriesOf([2], 5)), "entry 5 stands behind entry 3"],
    ["skips an index", appendEntries(2, [3, 2], [commandAt(4, 2), commandAt(6, 2)]), "entry 6 stands behind entry 4"],
    [
      "skips and repeats an index",
      appendEntries(2, [3, 2], [commandAt(4, 2), commandAt(6, 2), commandAt(6, 2)]),
      "entry 6 stands behind entry 4",
    ],
    ["goes back in term behind prev", appendEntries(2, [3, 2], entriesOf([1], 4)), "entry 4 is of an earlier term"],
    ["goes back in term", appendEntries(2, [3, 2], entriesOf([2, 1], 4)), "entry 5 is of an earlier term"],
    [
      "goes back in term in the middle",
      appendEntries(4, [3, 2], entriesOf([2, 4, 3, 4], 4)),
      "entry 6 is of an earlier term",
    ],
    ["is of a later term than the message", appendEntries(2, [3, 2], entriesOf([3], 4)), "entry 4 is of term 3, later"],
    ["has a later term in the middle", appendEntries(3, [3, 2], entriesOf([5, 3], 4)), "entry 5 is of an earlier term"],
    [
      "is a configuration that is none",
      appendEntries(2, [3, 2], [garbage]),
      "entry 4 is no configuration: membership is not JSON",
    ],
    [
      "contradicts what is committed",
      appendEntries(2, [1, 1], entriesOf([2], 2)),
      "entry 2 contradicts the committed one",
    ],
    [
      "goes back in term behind what is committed",
      appendEntries(3, [2, 1], entriesOf([1, 1], 3)),
      "entry 3 contradicts the committed one",
    ],
  ])("entries of which one %s", (_, message, reason) => {
    const node = new LoneNode({ log: [1, 1, 2] });
    node.hear("n2", appendEntries(2, [3, 2], [], 3));
    expect(node.raft.commitIndex).toBe(3);
    const effects = node.hear("n2", message);
    expect(effectOf(effects, "suspect")).toMatchObject({ peer: "n2", reason: expect.stringContaining(reason) });
    expect(messagesTo(effects, "n2")).toEqual([]);
    expect(node.terms).toEqual([1, 1, 2]);
    expect(node.raft.lastIndex).toBe(3);
  });

  test("a lie about prev, where it is committed already, cannot order the log backwards", () => {
    const node = new LoneNode({ log: [1, 1, 2] });
    node.hear("n2", appendEntries(3, [3, 2], [], 3));
    const effects = node.hear("n2", appendEntries(3, [3, 1], entriesOf([1], 4), 3));
    expect(effectOf(effects, "suspect").peer).toBe("n2");
    expect(node.terms).toEqual([1, 1, 2]);
  });

  test("a lie about prev, where it is the last entry of a snapshot, is told as well", () => {
    const node = new LoneNode({ snapshot: snapshotAt(5, 2) });
    const effects = node.hear("n2", appendEntries(3, [5, 1]));
    expect(effectOf(effects, "suspect").reason).toBe("entry 5 contradicts the committed one");
    expect(effectsOf(effects, "send")).toEqual([]);
    expect(messageOf(node.hear("n2", appendEntries(3, [5, 2])), "append-entries-reply").accepted).toBe(true);
  });

  const sameTerm: readonly Message[] = [appendEntries(2, [3, 2]), heartbeat(2), chunk(2, snapshotAt(9, 2))];

  test.each(sameTerm)("§5.2 a second leader of one term is not followed: $type", (message) => {
    const node = new LoneNode({ log: [1, 1, 2] });
    node.hear("n2", heartbeat(2));
    const effects = node.hear("n3", message);
    expect(effectOf(effects, "suspect")).toEqual({
      type: "suspect",
      peer: "n3",
      reason: "claims term 2, which n2 leads",
    });
    expect(effectsOf(effects, "send")).toEqual([]);
    expect(node.raft.leader).toBe("n2");
  });

  test.each(sameTerm)("§5.2 a leader does not step down for another one of its own term: $type", (message) => {
    const node = new LoneNode({ log: [1, 1], hardState: { term: 1, votedFor: undefined } });
    node.elect();
    const effects = node.hear("n3", message);
    expect(effectOf(effects, "suspect")).toMatchObject({ peer: "n3" });
    expect(node.raft.role).toBe("leader");
  });
});

describe("the answer to a heartbeat", () => {
  test("repeats the round, and tells how far the log is known to be the leader's", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    expect(messageOf(node.hear("n2", heartbeat(1, 7)), "heartbeat-reply")).toMatchObject({ round: 7, matchIndex: 0 });
    node.hear("n2", appendEntries(1, [2, 1]));
    expect(messageOf(node.hear("n2", heartbeat(1, 8)), "heartbeat-reply")).toMatchObject({ round: 8, matchIndex: 2 });
  });

  test("another term's match says nothing about this one's leader", () => {
    const node = new LoneNode({ log: [1, 1, 1] });
    node.hear("n2", appendEntries(1, [3, 1]));
    expect(messageOf(node.hear("n3", heartbeat(2, 1)), "heartbeat-reply").matchIndex).toBe(0);
  });
});

describe("entries", () => {
  test("are acknowledged by the last one that the logs share", () => {
    const node = new LoneNode({ log: [1, 1] });
    const reply = messageOf(node.hear("n2", appendEntries(3, [2, 1], entriesOf([3, 3], 3))), "append-entries-reply");
    expect(reply).toEqual(accepted(3, 4, 2));
  });

  test("a failed check of prev changes nothing in the log", () => {
    const node = new LoneNode({ log: [1, 1, 2] });
    const reply = messageOf(node.hear("n2", appendEntries(3, [3, 3], entriesOf([3], 4))), "append-entries-reply");
    expect(reply).toMatchObject({ accepted: false, prevIndex: 3, matchIndex: 0, hintIndex: 3, hintTerm: 2 });
    expect(node.terms).toEqual([1, 1, 2]);
  });

  test("those of one turn are saved together, with the term", () => {
    const node = new LoneNode({ log: [1] });
    const effects = node.step(
      { type: "message", from: "n2", message: appendEntries(2, [1, 1], entriesOf([2], 2)) },
      { type: "message", from: "n2", message: appendEntries(2, [2, 2], entriesOf([2], 3)) },
    );
    const save = effectOf(effects, "save");
    expect(save.hardState).toEqual({ term: 2, votedFor: undefined });
    expect(save.entries.map((entry) => entry.index)).toEqual([2, 3]);
    expect(effects.slice(effects.indexOf(save) + 1).map((effect) => effect.type)).toEqual(["send", "send"]);
  });
});
