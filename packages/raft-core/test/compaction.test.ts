import { describe, expect, test } from "vitest";
import { effectOf, effectsOf } from "./harness/effects.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, appendEntries, chunkReply, heartbeatReply, rejected } from "./harness/messages.ts";
import { bytesOf, configuration, entriesOf, membershipAt, snapshotAt, trio } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const taken = (index: number, term = 1) => ({ type: "snapshot-taken", snapshot: snapshotAt(index, term) }) as const;

/** A follower with entries 1 … 20, all committed and applied. */
function follower(options: LoneNodeOptions = {}): LoneNode {
  const node = new LoneNode({ log: Array.from({ length: 20 }, () => 1), ...options });
  node.hear("n2", appendEntries(1, [20, 1], [], 20));
  return node;
}

describe("compaction, §7", () => {
  test("drops the log behind a snapshot, but for a tail", () => {
    const node = follower({ trailingEntries: 5 });
    const effects = node.run(taken(18));
    expect(effectsOf(effects, "compact")).toEqual([{ type: "compact", index: 13, term: 1 }]);
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 14, lastIndex: 20, snapshot: snapshotAt(18, 1) });
  });

  test("begins with the first snapshot of a node that was started without one", () => {
    const node = new LoneNode({ log: [membershipAt(1, 1, trio), ...entriesOf([1, 1, 1], 2)], trailingEntries: 0 });
    node.disk.snapshot = undefined;
    node.restart();
    expect(node.raft.snapshot).toBeUndefined();
    node.hear("n2", appendEntries(1, [4, 1], [], 4));
    expect(effectOf(node.run(taken(3)), "compact").index).toBe(3);
    expect(node.raft.snapshot?.index).toBe(3);
  });

  test("may drop the whole log", () => {
    const node = follower({ trailingEntries: 0 });
    expect(effectOf(node.run(taken(20)), "compact")).toMatchObject({ index: 20, term: 1 });
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 21, lastIndex: 20 });
    node.restart();
    expect(viewOf(node.raft)).toMatchObject({ firstIndex: 21, lastIndex: 20, commitIndex: 20 });
  });

  test("drops nothing that the tail still wants", () => {
    const node = follower({ trailingEntries: 50 });
    expect(node.run(taken(18))).toEqual([]);
    expect(node.raft.snapshot?.index).toBe(18);
    expect(node.raft.firstIndex).toBe(1);
  });

  test("P6 an older snapshot than the latest one is of no use", () => {
    const node = follower({ trailingEntries: 0 });
    node.run(taken(18));
    expect(node.run(taken(18))).toEqual([]);
    expect(node.run(taken(12))).toEqual([]);
    expect(node.raft.snapshot?.index).toBe(18);
  });

  test("keeps the configuration in force, though its entry goes", () => {
    const membership = configuration(["n1", "n2"]);
    const node = new LoneNode({ log: [membershipAt(1, 1, membership), ...follower().disk.entries.slice(1)] });
    node.hear("n2", appendEntries(1, [20, 1], [], 20));
    node.run({ type: "snapshot-taken", snapshot: snapshotAt(18, 1, { membership: node.raft.membershipAt(18) }) });
    expect(node.raft.membership).toEqual(membership);
    node.restart();
    expect(node.raft.membership).toEqual(membership);
  });
});

describe("compaction and configurations", () => {
  test("those behind the base but the last are forgotten", () => {
    const [one, two] = [configuration(["n1"]), configuration(["n1", "n2"])];
    const log = [membershipAt(1, 1, one), membershipAt(2, 1, two), ...follower().disk.entries.slice(2)];
    const node = new LoneNode({ log, trailingEntries: 10 });
    node.hear("n2", appendEntries(1, [20, 1], [], 20));
    expect(node.raft.membershipAt(1)).toEqual(one);
    node.run({ type: "snapshot-taken", snapshot: snapshotAt(18, 1, { membership: two }) });
    expect(node.raft.firstIndex).toBe(9);
    expect(node.raft.membershipAt(1)).toEqual(configuration([]));
    expect(node.raft.membershipAt(8)).toEqual(two);
  });
});

describe("P37 a leader keeps what follows the snapshots under way", () => {
  /** The leader of term 2 with entries 1 … 20 and its no-op 21; n2 holds all, n3 is being sent the snapshot at 10. */
  function leader(options: LoneNodeOptions = {}): LoneNode {
    const node = follower({ trailingEntries: 0, ...options });
    node.run(taken(10));
    node.nowMs = 1000;
    node.elect();
    node.hear("n2", accepted(2, 21));
    const effects = node.hear("n3", rejected(2, 20, [3, 1]));
    expect(effectOf(effects, "send-chunk")).toMatchObject({ to: "n3", snapshot: { index: 10 }, offsetBytes: 0 });
    return node;
  }

  test("until they are installed", () => {
    const node = leader();
    expect(effectsOf(node.run(taken(18)), "compact")).toEqual([]);
    expect(node.raft.firstIndex).toBe(11);
    const effects = node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 10, installed: true }));
    expect(effectsOf(effects, "send")).toMatchObject([{ to: "n3", message: { prevIndex: 10 } }]);
    expect(effectOf(node.run(taken(21, 2)), "compact").index).toBe(21);
  });

  test("but no more than the limit: a follower that never finishes does not fill the disk", () => {
    const node = leader({ catchUpEntriesMax: 4 });
    expect(effectOf(node.run(taken(18)), "compact").index).toBe(14);
  });

  test("P37 writes that outrun every transfer still end in a follower that has caught up", () => {
    const node = leader();
    for (let each = 0; each < 30; each += 1) {
      node.propose(bytesOf("busy"));
      node.hear("n2", accepted(2, node.raft.lastIndex));
      node.run(taken(node.raft.commitIndex, 2));
      node.timeOut();
      for (const id of ["n2", "n3"]) node.hear(id, heartbeatReply(2, each + 1, 0));
    }
    const effects = node.hear("n3", chunkReply(2, 10, { nextOffsetBytes: 10, installed: true }));
    expect(effectsOf(effects, "send-chunk")).toEqual([]);
    expect(effectsOf(effects, "send")).toMatchObject([
      { to: "n3", message: { type: "append-entries", prevIndex: 10 } },
    ]);
  });
});
