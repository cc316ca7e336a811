import { describe, expect, test } from "vitest";
import { AssertionError } from "../src/index.ts";
import { Progress } from "../src/progress.ts";
import { sendEntries } from "../src/replication.ts";
import { effectOf, effectsOf, messageOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { innerState } from "./harness/inner-state.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, heartbeatReply, rejected } from "./harness/messages.ts";
import { bytesOf, commandAt, snapshotAt } from "./harness/stored.ts";

const SIZE = commandAt(1, 1).sizeBytes;
const command = bytesOf("x/y");

/** The leader of term 2 with three older entries; n2 is in `replicate` state and holds 1 … 4, n3 has not answered. */
function leader(options: LoneNodeOptions = {}): LoneNode {
  const node = new LoneNode({ log: [1, 1, 1], ...options });
  node.elect();
  node.hear("n2", accepted(2, 4));
  return node;
}

function follower(node: LoneNode, id = "n2"): { state: string; matchIndex: number; nextIndex: number } {
  const found = node.raft.followers().find((each) => each.id === id);
  if (found === undefined) throw new Error(`no follower ${id}`);
  return found;
}

describe("a probe", () => {
  test("one message at a time, until it is answered", () => {
    const node = leader();
    expect(follower(node, "n3").state).toBe("probe");
    expect(messagesTo(node.propose(command), "n3")).toEqual([]);
    expect(messagesTo(node.hear("n3", accepted(2, 4)), "n3")).toMatchObject([
      { prevIndex: 4, entries: [{ index: 5 }] },
    ]);
    expect(follower(node, "n3").state).toBe("replicate");
  });

  test("a late acknowledgement of less than it asks about does not end it", () => {
    const node = leader();
    for (let each = 0; each < 5; each += 1) node.propose(command);
    node.hear("n2", rejected(2, 8, [7, 2]));
    expect(messagesTo(node.hear("n2", accepted(2, 5)), "n2")).toEqual([]);
    expect(follower(node)).toMatchObject({ state: "probe", matchIndex: 5, nextIndex: 8 });
    node.hear("n2", accepted(2, 7));
    expect(follower(node)).toMatchObject({ state: "replicate", matchIndex: 7 });
  });

  test("P48 is repeated when the follower answers a heartbeat", () => {
    const node = leader();
    const round = messageOf(node.timeOut().slice(0, 1), "heartbeat").round;
    const again = messagesTo(node.hear("n3", heartbeatReply(2, round, 0)), "n3");
    expect(again).toMatchObject([{ type: "append-entries", prevIndex: 3 }]);
  });
});

describe("replicate", () => {
  test("sends on without waiting, inside the window", () => {
    const node = leader({ inflightMessagesMax: 2 });
    expect(messagesTo(node.propose(command), "n2")).toMatchObject([{ prevIndex: 4, entries: [{ index: 5 }] }]);
    expect(messagesTo(node.propose(command), "n2")).toMatchObject([{ prevIndex: 5, entries: [{ index: 6 }] }]);
    expect(messagesTo(node.propose(command), "n2")).toEqual([]);
    expect(messagesTo(node.hear("n2", accepted(2, 5)), "n2")).toMatchObject([
      { prevIndex: 6, entries: [{ index: 7 }] },
    ]);
  });

  test("what one turn appends goes out as one message", () => {
    const node = leader();
    const twice = { type: "propose", id: 1, commands: [command, command] } as const;
    const [message, ...others] = messagesTo(node.run(twice, twice), "n2");
    expect(message).toMatchObject({ entries: [{ index: 5 }, { index: 6 }, { index: 7 }, { index: 8 }] });
    expect(others).toEqual([]);
  });

  test("a message holds about appendBytesMax, and at least one entry", () => {
    const node = leader({ appendBytesMax: 2 * SIZE });
    const messages = messagesTo(node.propose(command, command, command, new Uint8Array(500)), "n2");
    expect(messages.map((each) => (each.type === "append-entries" ? each.entries.length : 0))).toEqual([2, 1, 1]);
  });

  test("the window counts bytes", () => {
    const node = leader({ appendBytesMax: SIZE, inflightBytesMax: 2 * SIZE });
    expect(messagesTo(node.propose(command, command, command), "n2")).toHaveLength(2);
  });

  test("a rejection leads back to a probe at the hint", () => {
    const node = leader();
    node.propose(command, command);
    const messages = messagesTo(node.hear("n2", rejected(2, 5, [4, 2])), "n2");
    expect(follower(node)).toMatchObject({ state: "probe", nextIndex: 5 });
    expect(messages).toMatchObject([{ prevIndex: 4, entries: [{ index: 5 }, { index: 6 }] }]);
  });

  test("P47 a stale rejection, of what was acknowledged since or was never sent, is ignored", () => {
    const node = leader();
    for (const prevIndex of [3, 4, 5, 99]) {
      expect(node.hear("n2", rejected(2, prevIndex, [0, 0]))).toEqual([]);
    }
    expect(follower(node)).toMatchObject({ state: "replicate", matchIndex: 4, nextIndex: 5 });
  });

  test("P47 a hint is never taken for a match", () => {
    const node = leader();
    node.hear("n3", rejected(2, 3, [2, 1]));
    expect(follower(node, "n3")).toMatchObject({ state: "probe", matchIndex: 0, nextIndex: 3 });
  });

  test("a hint at what was just rejected, or behind it, leads back all the same", () => {
    for (const hint of [
      [3, 1],
      [9, 9],
    ] as const) {
      const node = leader();
      expect(messagesTo(node.hear("n3", rejected(2, 3, hint)), "n3")).toMatchObject([{ prevIndex: 2 }]);
      expect(follower(node, "n3")).toMatchObject({ state: "probe", nextIndex: 3 });
    }
  });

  test("an acknowledgement of what was never sent is no match, and told", () => {
    const node = leader();
    const effects = node.hear("n3", accepted(2, 5));
    const reason = "acknowledged entry 5, which was never sent";
    expect(effectOf(effects, "suspect")).toEqual({ type: "suspect", peer: "n3", reason });
    expect(follower(node, "n3").matchIndex).toBe(0);
  });

  test("a link that broke starts over with a probe", () => {
    const node = leader();
    node.propose(command, command);
    const messages = messagesTo(node.run({ type: "unreachable", peer: "n2" }), "n2");
    expect(messages).toMatchObject([{ prevIndex: 4, entries: [{ index: 5 }, { index: 6 }] }]);
    expect(messagesTo(node.propose(command), "n2")).toEqual([]);
    expect(node.run({ type: "unreachable", peer: "n9" })).toEqual([]);
  });

  test("P28 messages of nodes that are no members are ignored", () => {
    const node = leader();
    const { round } = messageOf(node.timeOut().slice(0, 1), "heartbeat");
    const strangers = [accepted(2, 4), rejected(2, 3, [0, 0]), heartbeatReply(2, round, 4)];
    for (const message of strangers) expect(node.hear("n9", message)).toEqual([]);
    expect(node.raft.commitIndex).toBe(4);
  });
});

test("entries behind a position that is not in the log are a bug to send", () => {
  const message = "entry 8, which precedes what is sent, is not in the log";
  expect(() => sendEntries(innerState(), new Progress("n2", 9, 0), [])).toThrow(new AssertionError(message));
});

describe("P48 what was sent and lost", () => {
  test("a follower that lives but answers nothing is nudged after two heartbeats, with an empty message", () => {
    const node = leader({ inflightMessagesMax: 1 });
    node.propose(command);
    node.timeOut();
    expect(messagesOf(node.hear("n2", heartbeatReply(2, 1, 4)), "append-entries")).toEqual([]);
    node.timeOut();
    const [nudge] = messagesTo(node.hear("n2", heartbeatReply(2, 2, 4)), "n2");
    expect(nudge).toMatchObject({ type: "append-entries", prevIndex: 5, entries: [] });
    expect(messagesTo(node.hear("n2", rejected(2, 5, [4, 2])), "n2")).toMatchObject([
      { prevIndex: 4, entries: [{ index: 5 }] },
    ]);
  });

  test("a nudge is repeated every two heartbeats, not more often", () => {
    const node = leader({ inflightMessagesMax: 1 });
    node.propose(command);
    const nudges = [1, 2, 3, 4, 5, 6].map((round) => {
      node.timeOut();
      node.hear("n3", heartbeatReply(2, round, 0));
      return messagesOf(node.hear("n2", heartbeatReply(2, round, 4)), "append-entries").length;
    });
    expect(nudges).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test("one that has fallen behind what the log still holds is nudged by the snapshot", () => {
    const node = leader({ inflightMessagesMax: 1, trailingEntries: 0 });
    node.hear("n3", accepted(2, 4));
    for (const index of [5, 6, 7]) {
      node.propose(command);
      node.hear("n3", accepted(2, index));
    }
    node.run({ type: "snapshot-taken", snapshot: snapshotAt(7, 2) });
    expect(node.raft.firstIndex).toBe(8);
    const chunks = [1, 2].map((round) => {
      node.timeOut();
      return effectsOf(node.hear("n2", heartbeatReply(2, round, 4)), "send-chunk");
    });
    expect(chunks).toMatchObject([[], [{ to: "n2", snapshot: { index: 7 }, offsetBytes: 0 }]]);
  });

  test("a follower that has restarted does not know its match any more: a probe tells it", () => {
    const node = leader();
    node.timeOut();
    const [probe] = messagesTo(node.hear("n2", heartbeatReply(2, 1, 0)), "n2");
    expect(probe).toMatchObject({ type: "append-entries", prevIndex: 4, prevTerm: 2, entries: [] });
  });
});

describe("P8 entries that left memory come from storage", () => {
  /** The leader, with entries 1 … 3 in storage only, that needs 3 for n3. */
  function loading(): { readonly node: LoneNode; readonly id: number } {
    const node = leader();
    const effects = node.step({ type: "message", from: "n3", message: rejected(2, 3, [2, 1]) });
    const load = effectOf(effects, "load");
    expect(load).toMatchObject({ fromIndex: 3, toIndex: 4 });
    return { node, id: load.id };
  }

  test("what was loaded is sent, and the rest follows", () => {
    const { node, id } = loading();
    const [message] = messagesTo(node.step({ type: "loaded", id, entries: [commandAt(3, 1)] }), "n3");
    expect(message).toMatchObject({ prevIndex: 2, prevTerm: 1, entries: [{ index: 3 }] });
    const next = node.step({ type: "message", from: "n3", message: accepted(2, 3) });
    expect(messagesTo(next, "n3")).toMatchObject([{ prevIndex: 3, entries: [{ index: 4 }] }]);
  });

  test("one load at a time for each follower", () => {
    const { node } = loading();
    expect(effectsOf(node.step({ type: "message", from: "n3", message: heartbeatReply(2, 0, 0) }), "load")).toEqual([]);
  });

  test("what comes after leadership was lost and won again is not sent", () => {
    const { node, id } = loading();
    node.hear("n3", { ...rejected(3, 3, [0, 0]) });
    expect(node.raft.role).toBe("follower");
    node.elect();
    expect(node.step({ type: "loaded", id, entries: [commandAt(3, 1)] })).toEqual([]);
  });

  test("a load from before the follower was lost does not make a second probe", () => {
    const node = leader({ tailBytesMax: 0, inflightMessagesMax: 1 });
    for (let each = 0; each < 3; each += 1) node.propose(command);
    node.hear("n3", accepted(2, 7));
    const first = effectOf(node.step({ type: "message", from: "n2", message: accepted(2, 5) }), "load");
    const second = effectOf(node.step({ type: "unreachable", peer: "n2" }), "load");
    expect([first.fromIndex, second.fromIndex]).toEqual([6, 6]);
    const entries = [commandAt(6, 2), commandAt(7, 2)];
    const effects = [first.id, second.id].flatMap((id) => node.step({ type: "loaded", id, entries }));
    expect(messagesTo(effects, "n2")).toMatchObject([{ prevIndex: 5, entries: [{ index: 6 }, { index: 7 }] }]);
  });

  test("an acknowledgement that overtakes the load makes it pointless, not a bug", () => {
    const node = leader({ tailBytesMax: 0 });
    for (let each = 0; each < 6; each += 1) node.propose(command);
    // n2 was sent 5 … 10 one by one; the link breaks, and n3 acknowledges, so that they leave the leader's memory.
    node.hear("n3", accepted(2, 10));
    node.step({ type: "unreachable", peer: "n2" });
    const effects = node.step({ type: "message", from: "n2", message: accepted(2, 6) });
    const load = effectOf(effects, "load");
    expect(load.fromIndex).toBe(7);
    node.step({ type: "message", from: "n2", message: accepted(2, 10) });
    expect(follower(node)).toMatchObject({ matchIndex: 10, nextIndex: 11 });
    const entries = [7, 8, 9, 10].map((index) => commandAt(index, 2));
    expect(() => node.step({ type: "loaded", id: load.id, entries })).not.toThrow();
    expect(messagesTo(node.propose(command), "n2")).toMatchObject([{ prevIndex: 10, entries: [{ index: 11 }] }]);
  });

  test("P8 a compaction that overtakes the load leaves the follower to the snapshot", () => {
    // The load found the entries still, or nothing any more.
    for (const entries of [[7, 8, 9, 10].map((index) => commandAt(index, 2)), []]) {
      const node = leader({ tailBytesMax: 0, trailingEntries: 0 });
      for (let each = 0; each < 6; each += 1) node.propose(command);
      node.hear("n3", accepted(2, 10));
      node.step({ type: "unreachable", peer: "n2" });
      const load = effectOf(node.step({ type: "message", from: "n2", message: accepted(2, 6) }), "load");
      expect(load.fromIndex).toBe(7);
      node.step({ type: "snapshot-taken", snapshot: snapshotAt(7, 2) });
      const effects = node.step({ type: "loaded", id: load.id, entries });
      expect(effectOf(effects, "send-chunk")).toMatchObject({ to: "n2", offsetBytes: 0, snapshot: { index: 7 } });
    }
  });
});
