import { describe, expect, test } from "vitest";
import type { Effect } from "../src/index.ts";
import { effectOf, effectsOf, messageOf, messagesOf, messagesTo } from "./harness/effects.ts";
import { acknowledge, changeMembers, leading } from "./harness/leading.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat, heartbeatReply } from "./harness/messages.ts";
import { configuration, entriesOf, quintet } from "./harness/stored.ts";

/** The leader of term 1, whose no-op, entry 1, is committed. */
function leader(options: LoneNodeOptions = {}): LoneNode {
  const node = new LoneNode(options);
  node.elect();
  node.hear("n2", accepted(1, 1));
  return node;
}

const read = (id: number) => ({ type: "read", id }) as const;
const roundOf = (effects: readonly Effect[]): number => messagesOf(effects, "heartbeat")[0]?.round ?? -1;

describe("a read on the leader, diss. §6.4", () => {
  test("is ready at the commit index of its arrival once a majority has answered a later round", () => {
    const node = leader();
    const begun = node.run(read(5));
    expect(messagesOf(begun, "heartbeat")).toHaveLength(2);
    expect(effectsOf(begun, "read-ready")).toEqual([]);
    const done = node.hear("n3", heartbeatReply(1, roundOf(begun), 0));
    expect(effectsOf(done, "read-ready")).toEqual([{ type: "read-ready", id: 5, index: 1 }]);
  });

  test("is ready once", () => {
    const node = leader();
    const round = roundOf(node.run(read(5)));
    node.hear("n3", heartbeatReply(1, round, 0));
    expect(effectsOf(node.hear("n2", heartbeatReply(1, round, 1)), "read-ready")).toEqual([]);
  });

  test("shares its round with the reads of its turn; the next ones wait for the next round", () => {
    const node = leader();
    const first = node.run(read(1), read(2));
    expect(messagesOf(first, "heartbeat")).toHaveLength(2);
    expect(node.run(read(3))).toEqual([]);
    const done = node.hear("n2", heartbeatReply(1, roundOf(first), 1));
    expect(effectsOf(done, "read-ready").map((each) => each.id)).toEqual([1, 2]);
    expect(roundOf(done)).toBe(roundOf(first) + 1);
    const rest = node.hear("n2", heartbeatReply(1, roundOf(done), 1));
    expect(effectsOf(rest, "read-ready").map((each) => each.id)).toEqual([3]);
  });

  test("a lost round is made good by the next heartbeat", () => {
    const node = leader();
    node.run(read(5));
    const later = roundOf(node.timeOut());
    expect(effectOf(node.hear("n2", heartbeatReply(1, later, 1)), "read-ready")).toMatchObject({ id: 5 });
  });

  test("the only voter answers at once", () => {
    const node = new LoneNode({ membership: configuration(["n1"]) });
    node.elect([]);
    expect(effectOf(node.run(read(5)), "read-ready")).toEqual({ type: "read-ready", id: 5, index: 1 });
  });

  test("P32 answers of learners confirm nothing", () => {
    const node = leader({ membership: configuration(["n1", "n2", "n3"], { learners: ["n4", "n5"] }) });
    const round = roundOf(node.run(read(5)));
    for (const id of ["n4", "n5"]) {
      expect(effectsOf(node.hear(id, heartbeatReply(1, round, 0)), "read-ready")).toEqual([]);
    }
  });

  test("P23 P32 in a joint configuration both majorities must answer", () => {
    const node = leading({ membership: quintet });
    node.run(changeMembers({ remove: ["n2", "n3"] }));
    expect(node.raft.membership).toMatchObject({ voters: ["n1", "n4", "n5"], outgoing: quintet.voters });
    const round = roundOf(node.run(read(5)));
    for (const id of ["n2", "n3"]) {
      expect(effectsOf(node.hear(id, heartbeatReply(1, round, 1)), "read-ready")).toEqual([]);
    }
    expect(effectOf(node.hear("n4", heartbeatReply(1, round, 1)), "read-ready").id).toBe(5);
  });

  test("P32 a quorum that shrinks releases the reads that it confirms", () => {
    const node = leading({ membership: quintet });
    node.run(changeMembers({ remove: ["n4", "n5"] }));
    const round = roundOf(node.run(read(5)));
    expect(effectsOf(node.hear("n2", heartbeatReply(1, round, 1)), "read-ready")).toEqual([]);
    // The joint configuration is committed by acknowledgements, which are no answers to the round.
    acknowledge(node, ["n3"]);
    const effects = acknowledge(node, ["n2"]);
    expect(node.raft.membership.outgoing).toEqual([]);
    expect(effectOf(effects, "read-ready")).toMatchObject({ id: 5, index: 1 });
  });

  test("fails when the leader steps down, whether its round had begun or not", () => {
    const node = leader();
    node.run(read(1));
    node.run(read(2));
    const effects = node.hear("n3", heartbeat(2));
    expect(effectsOf(effects, "read-failed")).toMatchObject([
      { id: 1, code: "NO_LEADER" },
      { id: 2, code: "NO_LEADER" },
    ]);
  });

  test("an answer that was overtaken by a later one takes nothing back", () => {
    const node = new LoneNode({ membership: quintet });
    node.elect();
    for (const id of ["n2", "n3"]) node.hear(id, accepted(1, 1));
    const earlier = roundOf(node.timeOut());
    const round = roundOf(node.run(read(5)));
    for (const answered of [round, earlier]) node.hear("n2", heartbeatReply(1, answered, 1));
    expect(effectOf(node.hear("n3", heartbeatReply(1, round, 1)), "read-ready").id).toBe(5);
  });

  test("an answer to a round that never began is no answer", () => {
    const node = leader();
    const round = roundOf(node.run(read(5)));
    expect(node.hear("n2", heartbeatReply(1, round + 1, 1))).toEqual([]);
  });
});

describe("a read on a follower", () => {
  /** Follows n2 in term 1; the log holds 1 … 3, of which 1 is committed. */
  function follower(): LoneNode {
    const node = new LoneNode();
    node.hear("n2", appendEntries(1, [0, 0], entriesOf([1, 1, 1]), 1));
    return node;
  }

  test("is asked of the leader, one request at a time", () => {
    const node = follower();
    const ask = messageOf(node.run(read(1)), "read-index");
    expect(node.run(read(2))).toEqual([]);
    const effects = node.hear("n2", { type: "read-index-reply", term: 1, id: ask.id, index: 3 });
    expect(effectsOf(effects, "read-ready")).toEqual([{ type: "read-ready", id: 1, index: 3 }]);
    const next = messageOf(effects, "read-index");
    expect(next.id).not.toBe(ask.id);
    const rest = node.hear("n2", { type: "read-index-reply", term: 1, id: next.id, index: 3 });
    expect(effectOf(rest, "read-ready").id).toBe(2);
  });

  test("the answer commits what is known to be the leader's, and nothing else", () => {
    const node = follower();
    const ask = messageOf(node.run(read(1)), "read-index");
    const effects = node.hear("n2", { type: "read-index-reply", term: 1, id: ask.id, index: 9 });
    expect(effectOf(effects, "commit").index).toBe(3);
    expect(effectOf(effects, "read-ready").index).toBe(9);
  });

  test("a request that may be lost is repeated under its id, after a heartbeat interval", () => {
    const node = follower();
    const ask = messageOf(node.run(read(1)), "read-index");
    expect(node.raft.deadlineMs).toBe(50);
    expect(node.pass(49)).toEqual([]);
    expect(messagesTo(node.pass(1), "n2")).toEqual([ask]);
    expect(node.raft.deadlineMs).toBe(100);
  });

  test("P31 the answer to an earlier request, or from another than the leader, is ignored", () => {
    const node = follower();
    const ask = messageOf(node.run(read(1)), "read-index");
    const answer = { type: "read-index-reply", term: 1, id: ask.id, index: 3 } as const;
    expect(node.hear("n3", answer)).toEqual([]);
    expect(node.hear("n2", { ...answer, id: ask.id + 1 })).toEqual([]);
    node.hear("n2", answer);
    expect(node.hear("n2", answer)).toEqual([]);
  });

  test("fails at once where no leader is known, and when the leader is lost", () => {
    const node = new LoneNode();
    expect(node.run(read(1))).toEqual([{ type: "read-failed", id: 1, code: "NO_LEADER" }]);
    node.hear("n2", heartbeat(1));
    node.run(read(2));
    node.run(read(3));
    const effects = node.hear("n3", heartbeat(2));
    expect(effectsOf(effects, "read-failed").map((each) => each.id)).toEqual([2, 3]);
    expect(node.raft.deadlineMs).toBeGreaterThan(50);
  });

  test("fails when this node seeks election itself", () => {
    const node = follower();
    node.run(read(1));
    node.nowMs = 225;
    expect(effectOf(node.run({ type: "tick" }), "read-failed").id).toBe(1);
  });

  test("P31 ids are not used again by the next life of the node", () => {
    let draw = 0.1;
    const node = new LoneNode({ random: { next: () => (draw += 0.1) } });
    node.hear("n2", heartbeat(1));
    const before = messageOf(node.run(read(1)), "read-index").id;
    node.restart();
    node.hear("n2", heartbeat(1));
    const after = messageOf(node.run(read(1)), "read-index").id;
    expect(Math.abs(after - before)).toBeGreaterThan(1e6);
  });
});

describe("the leader, asked by followers", () => {
  const ask = (id: number) => ({ type: "read-index", term: 1, id }) as const;

  test("answers when the round is confirmed", () => {
    const node = leader();
    const begun = node.hear("n3", ask(77));
    const effects = node.hear("n2", heartbeatReply(1, roundOf(begun), 1));
    expect(messagesTo(effects, "n3")).toContainEqual({ type: "read-index-reply", term: 1, id: 77, index: 1 });
  });

  test("a repeated request waits once", () => {
    const node = leader();
    const round = roundOf(node.run(read(1)));
    for (let each = 0; each < 5; each += 1) node.hear("n3", ask(77));
    const next = node.hear("n2", heartbeatReply(1, round, 1));
    const effects = node.hear("n2", heartbeatReply(1, roundOf(next), 1));
    expect(messagesOf(effects, "read-index-reply")).toHaveLength(1);
  });

  test("whoever asks while a round is under way is answered by the next one, whatever ids the others took", () => {
    const node = leader();
    const round = roundOf(node.run(read(77)));
    for (const [from, id] of [
      ["n2", 77],
      ["n3", 77],
      ["n3", 78],
    ] as const)
      node.hear(from, ask(id));
    const next = node.hear("n2", heartbeatReply(1, round, 1));
    expect(effectsOf(next, "read-ready").map((each) => each.id)).toEqual([77]);
    const sends = effectsOf(node.hear("n2", heartbeatReply(1, roundOf(next), 1)), "send");
    expect(sends.map(({ to, message }) => [to, message])).toEqual([
      ["n2", { type: "read-index-reply", term: 1, id: 77, index: 1 }],
      ["n3", { type: "read-index-reply", term: 1, id: 77, index: 1 }],
      ["n3", { type: "read-index-reply", term: 1, id: 78, index: 1 }],
    ]);
  });

  test("deposed, it fails its own reads; the followers hear from the next leader", () => {
    const node = leader();
    node.hear("n3", ask(77));
    node.hear("n3", ask(78));
    node.run(read(5));
    const failed = effectsOf(node.hear("n2", heartbeat(2)), "read-failed");
    expect(failed).toEqual([{ type: "read-failed", id: 5, code: "NO_LEADER" }]);
  });

  test("asked while it leads no more, it is silent: the follower asks again", () => {
    const node = new LoneNode();
    node.hear("n2", heartbeat(1));
    expect(node.hear("n3", ask(77))).toEqual([]);
  });
});

describe("P30 a read before the first commit of the term", () => {
  test("waits: the leader does not know yet what is committed", () => {
    const node = new LoneNode({ log: [1, 1] });
    node.elect();
    expect(node.run(read(5))).toEqual([]);
    const { round } = messageOf(node.timeOut().slice(0, 1), "heartbeat");
    for (const id of ["n2", "n3"]) {
      expect(effectsOf(node.hear(id, heartbeatReply(2, round, 0)), "read-ready")).toEqual([]);
    }
    // The entries of term 1 may have been committed, and answered, by the leader before: the read must see them.
    const begun = node.hear("n2", accepted(2, 3));
    expect(effectOf(begun, "commit").index).toBe(3);
    const done = node.hear("n2", heartbeatReply(2, roundOf(begun), 3));
    expect(effectOf(done, "read-ready")).toEqual({ type: "read-ready", id: 5, index: 3 });
  });

  test("one of a follower waits as well", () => {
    const node = new LoneNode({ log: [1, 1] });
    node.elect();
    expect(node.hear("n3", { type: "read-index", term: 2, id: 77 })).toEqual([]);
    const begun = node.hear("n2", accepted(2, 3));
    const done = node.hear("n2", heartbeatReply(2, roundOf(begun), 3));
    expect(messageOf(done, "read-index-reply")).toMatchObject({ id: 77, index: 3 });
  });
});

describe("P31 answers to rounds from before the read", () => {
  test("do not confirm it, late and repeated as they may be", () => {
    const node = leader();
    const before = roundOf(node.timeOut());
    const begun = node.run(read(5));
    expect(roundOf(begun)).toBeGreaterThan(before);
    for (const id of ["n2", "n3", "n2", "n3"]) {
      expect(effectsOf(node.hear(id, heartbeatReply(1, before, 1)), "read-ready")).toEqual([]);
    }
  });

  test("do not confirm a follower's request that is repeated under its id", () => {
    const node = leader();
    const ask = { type: "read-index", term: 1, id: 77 } as const;
    const first = roundOf(node.hear("n3", ask));
    expect(messagesOf(node.hear("n2", heartbeatReply(1, first, 1)), "read-index-reply")).toHaveLength(1);
    const second = roundOf(node.hear("n3", ask));
    expect(second).toBeGreaterThan(first);
    expect(messagesOf(node.hear("n2", heartbeatReply(1, first, 1)), "read-index-reply")).toEqual([]);
    expect(messagesOf(node.hear("n2", heartbeatReply(1, second, 1)), "read-index-reply")).toHaveLength(1);
  });

  test("an acknowledgement of entries is no answer to a round", () => {
    const node = leader();
    node.run(read(5));
    for (const id of ["n2", "n3"]) expect(effectsOf(node.hear(id, accepted(1, 1)), "read-ready")).toEqual([]);
  });

  test("rounds of another leadership do not count for this one", () => {
    const node = leader();
    const old = roundOf(node.run(read(5)));
    node.hear("n2", heartbeat(2));
    node.elect();
    node.hear("n2", accepted(3, 2));
    node.run(read(6));
    expect(node.hear("n3", heartbeatReply(1, old, 1))).toEqual([]);
  });
});
