import { describe, expect, test } from "vitest";
import { effectOf, effectsOf, messageOf, messagesTo } from "./harness/effects.ts";
import { LoneNode, appliedBy } from "./harness/lone-node.ts";
import { appendEntries, chunk, heartbeatReply } from "./harness/messages.ts";
import { configuration, entriesOf, snapshotAt } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const received = (snapshot = snapshotAt(5, 2)) => ({ type: "snapshot-received", from: "n2", snapshot }) as const;

describe("fig. 13, InstallSnapshot", () => {
  test("rule 1: of an earlier term, it is not stored, and its sender hears so at once", () => {
    const node = new LoneNode({ hardState: { term: 3, votedFor: undefined } });
    const effects = node.hear("n2", chunk(2, snapshotAt(5, 2)));
    expect(effects).toEqual([{ type: "send", to: "n2", message: heartbeatReply(3, 0, 0) }]);
  });

  test("rules 2 to 4: chunks are written at their offsets, each answered before the next", () => {
    const node = new LoneNode();
    const snapshot = snapshotAt(5, 2);
    for (const offsetBytes of [0, 4]) {
      expect(effectOf(node.hear("n2", chunk(2, snapshot, offsetBytes)), "receive-chunk").offsetBytes).toBe(offsetBytes);
      const stored = node.run({ type: "chunk-received", from: "n2", snapshot, nextOffsetBytes: offsetBytes + 4 });
      expect(messageOf(stored, "install-snapshot-reply").nextOffsetBytes).toBe(offsetBytes + 4);
    }
  });

  test("rule 5: once whole, it is what the node starts from; an earlier one is of no use", () => {
    const node = new LoneNode();
    node.hear("n2", chunk(2, snapshotAt(5, 2)));
    node.run(received());
    expect(node.raft.snapshot?.index).toBe(5);
    expect(effectsOf(node.run(received(snapshotAt(3, 1))), "install-snapshot")).toEqual([]);
    expect(node.raft.snapshot?.index).toBe(5);
  });

  test("rule 6: where the log has its last entry, what follows that is kept", () => {
    const node = new LoneNode({ log: [1, 1, 2, 2, 2, 2, 2] });
    node.hear("n2", chunk(2, snapshotAt(5, 2)));
    const effects = node.run(received());
    expect(effectsOf(effects, "install-snapshot")).toEqual([]);
    expect(node.terms).toEqual([1, 1, 2, 2, 2, 2, 2]);
    expect(viewOf(node.raft)).toMatchObject({ lastIndex: 7, commitIndex: 5 });
  });

  test.each([
    ["shorter", [1, 1, 2]],
    ["another one", [1, 1, 1, 1, 1, 1, 1]],
    ["empty", []],
  ])("rule 7: where the log is %s it is dropped whole", (_, log) => {
    const node = new LoneNode({ log, hardState: { term: 2, votedFor: undefined } });
    node.hear("n2", chunk(2, snapshotAt(5, 2)));
    expect(effectOf(node.run(received()), "install-snapshot").snapshot).toEqual(snapshotAt(5, 2));
    expect(node.terms).toEqual([]);
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 6, lastIndex: 5, commitIndex: 5 });
  });

  test("rule 8: the state and the configuration are the snapshot's; what follows is applied to them", () => {
    const membership = configuration(["n1", "n2", "n7"]);
    const node = new LoneNode();
    node.hear("n2", chunk(2, snapshotAt(5, 2, { membership })));
    node.run(received(snapshotAt(5, 2, { membership })));
    expect(node.raft.membership).toEqual(membership);
    expect(appliedBy(node.hear("n2", appendEntries(2, [5, 2], entriesOf([2], 6), 6)))).toEqual(["6/2"]);
  });
});

describe("§7", () => {
  test("a snapshot carries index, term and configuration of its last entry: the check of prev behind it holds", () => {
    const node = new LoneNode({ snapshot: snapshotAt(5, 2) });
    expect(messagesTo(node.hear("n2", appendEntries(2, [5, 2], entriesOf([2], 6))), "n2")).toMatchObject([
      { accepted: true, matchIndex: 6 },
    ]);
  });

  test("a log that ends at the snapshot is as up-to-date as the snapshot's last entry", () => {
    const node = new LoneNode({ snapshot: snapshotAt(5, 2), preVote: false });
    expect(messageOf(node.timeOut().slice(0, 3), "request-vote")).toMatchObject({ lastIndex: 5, lastTerm: 2 });
  });
});
