import { describe, expect, test } from "vitest";
import { effectOf, effectsOf, messagesTo } from "./harness/effects.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, heartbeat } from "./harness/messages.ts";
import { bytesOf, commandAt } from "./harness/stored.ts";

/** As many bytes as an entry with the data "x/y" takes. */
const SIZE = commandAt(1, 1).sizeBytes;
const command = bytesOf("x/y");

/** The leader of term 1, whose no-op, entry 1, is committed. */
function leader(options: LoneNodeOptions = {}): LoneNode {
  const node = new LoneNode(options);
  node.elect();
  node.hear("n2", accepted(1, 1));
  return node;
}

describe("a proposal", () => {
  test("P9 is accepted under its term and indexes", () => {
    const effects = leader().run({ type: "propose", id: 7, commands: [command, command] });
    expect(effectOf(effects, "accepted")).toEqual({ type: "accepted", id: 7, term: 1, firstIndex: 2, count: 2 });
    expect(effectsOf(effects, "refused")).toEqual([]);
    expect(messagesTo(effects, "n2")).toMatchObject([{ entries: [{ term: 1, kind: "command", data: command }, {}] }]);
  });

  test("P9 two of one turn get indexes of their own", () => {
    const effects = leader().run(
      { type: "propose", id: 7, commands: [command] },
      { type: "propose", id: 8, commands: [command] },
    );
    expect(effectsOf(effects, "accepted")).toMatchObject([
      { id: 7, firstIndex: 2 },
      { id: 8, firstIndex: 3 },
    ]);
  });

  test("of nothing appends nothing", () => {
    expect(leader().run({ type: "propose", id: 7, commands: [] })).toEqual([]);
  });

  test("an empty command is a command", () => {
    expect(effectOf(leader().propose(new Uint8Array()), "save").entries).toMatchObject([{ kind: "command" }]);
  });

  test("is refused by a follower, which knows the leader, and by a node that knows none", () => {
    const node = new LoneNode();
    const propose = { type: "propose", id: 7, commands: [command] } as const;
    expect(node.run(propose)).toEqual([{ type: "refused", id: 7, first: 0, code: "NO_LEADER" }]);
    node.hear("n2", heartbeat(1));
    expect(node.run(propose)).toEqual([{ type: "refused", id: 7, first: 0, code: "NOT_LEADER" }]);
  });
});

describe("P51 the limit on what is not committed", () => {
  test("a proposal is taken as far as the limit lets it; the rest is refused by number", () => {
    const node = leader({ uncommittedBytesMax: 3 * SIZE });
    const effects = node.run({ type: "propose", id: 7, commands: Array.from({ length: 5 }, () => command) });
    expect(effectOf(effects, "accepted")).toMatchObject({ firstIndex: 2, count: 3 });
    expect(effectOf(effects, "refused")).toEqual({ type: "refused", id: 7, first: 3, code: "OVERLOADED" });
    expect(node.raft.lastIndex).toBe(4);
  });

  test("every byte of every command counts", () => {
    const node = leader({ uncommittedBytesMax: 300 });
    const commands = Array.from({ length: 3 }, () => new Uint8Array(100));
    expect(effectOf(node.run({ type: "propose", id: 7, commands }), "refused").first).toBe(2);
  });

  test("at the limit all is refused, however many times it is tried", () => {
    const node = leader({ uncommittedBytesMax: SIZE });
    node.propose(command);
    for (let each = 0; each < 100; each += 1) {
      expect(node.propose(command)).toEqual([{ type: "refused", id: 1, first: 0, code: "OVERLOADED" }]);
    }
    expect(node.raft.lastIndex).toBe(2);
  });

  test("what is committed makes room", () => {
    const node = leader({ uncommittedBytesMax: 2 * SIZE });
    node.propose(command, command);
    node.hear("n2", accepted(1, 2));
    expect(effectOf(node.propose(command, command), "refused").first).toBe(1);
    node.hear("n2", accepted(1, 4));
    expect(effectOf(node.propose(command, command), "accepted").count).toBe(2);
  });

  test("what is committed makes room once, however often something was committed before", () => {
    const node = leader({ uncommittedBytesMax: 2 * SIZE });
    for (const index of [2, 3, 4, 5, 6]) {
      node.propose(command);
      node.hear("n2", accepted(1, index));
    }
    expect(effectOf(node.propose(command, command, command), "refused").first).toBe(2);
  });

  test("a command above the limit is taken while nothing else waits", () => {
    const node = leader({ uncommittedBytesMax: SIZE });
    const large = new Uint8Array(10 * SIZE);
    expect(effectOf(node.propose(large), "accepted").count).toBe(1);
    expect(effectOf(node.propose(command), "refused").first).toBe(0);
    node.hear("n3", accepted(1, 2));
    expect(effectOf(node.propose(command), "accepted").count).toBe(1);
  });

  test("what an earlier leader left uncommitted is not counted", () => {
    const node = new LoneNode({ log: [1, 1, 1, 1], uncommittedBytesMax: 2 * SIZE });
    node.elect();
    expect(effectOf(node.propose(command), "accepted").count).toBe(1);
    node.hear("n2", accepted(2, 6));
    expect(effectOf(node.propose(command, command, command), "refused").first).toBe(2);
  });

  test("another leadership begins from nothing", () => {
    const node = leader({ uncommittedBytesMax: 3 * SIZE });
    node.propose(command, command, command);
    node.hear("n2", heartbeat(2));
    node.elect();
    expect(effectOf(node.propose(command), "accepted").term).toBe(3);
  });
});

describe("P34 a proposal that is meant for one term", () => {
  const meant = (node: LoneNode, ifTerm: number) =>
    node.run({ type: "propose", id: 1, commands: [command, command], ifTerm });

  test("is appended in that term, by its leader", () => {
    expect(effectOf(meant(leader(), 1), "accepted")).toMatchObject({ term: 1, count: 2 });
  });

  test("is refused whole once the term is another, though the same node leads again", () => {
    const node = leader();
    node.hear("n2", heartbeat(2));
    node.elect();
    node.hear("n2", accepted(3, node.raft.lastIndex));
    const { lastIndex } = node.raft;
    for (const term of [1, 2, 4]) {
      expect(effectOf(meant(node, term), "refused")).toEqual({
        type: "refused",
        id: 1,
        first: 0,
        code: "TERM_CHANGED",
      });
    }
    expect(node.raft.lastIndex).toBe(lastIndex);
    expect(effectOf(meant(node, 3), "accepted").count).toBe(2);
  });

  test("is refused by a follower: as too late where the term is over, else with the advice to ask the leader", () => {
    const node = new LoneNode();
    node.hear("n2", heartbeat(5));
    expect(effectOf(meant(node, 4), "refused").code).toBe("TERM_CHANGED");
    expect(effectOf(meant(node, 5), "refused").code).toBe("NOT_LEADER");
  });
});
