import { describe, expect, test } from "vitest";
import { broadcastHeartbeat } from "../src/heartbeat.ts";
import type { Effect, Input } from "../src/index.ts";
import { resolveOptions } from "../src/options.ts";
import { becomeLeader } from "../src/roles.ts";
import { State } from "../src/state.ts";
import { Cluster } from "./harness/cluster.ts";
import { effectsOf, messageOf, messagesOf } from "./harness/effects.ts";
import { acknowledge, beat, changeMembers, leading, transferTo } from "./harness/leading.ts";
import { LoneNode, type LoneNodeOptions } from "./harness/lone-node.ts";
import { accepted, appendEntries, heartbeat, heartbeatReply, requestVote, voteReply } from "./harness/messages.ts";
import { bytesOf, configuration, entriesOf, quintet, snapshotAt } from "./harness/stored.ts";

const read: Input = { type: "read", id: 5, lease: true };
const isReady = (effects: readonly Effect[]): boolean => effectsOf(effects, "read-ready").length > 0;

/** A leader with leases, whose last round of heartbeats, at `nowMs`, was answered by `ids`. */
function leased(ids: readonly string[] = ["n2"], options: LoneNodeOptions = {}): LoneNode {
  const node = leading({ leaseDriftMax: 0, ...options });
  beat(node, ids);
  return node;
}

/** Whether a leased read, now, is answered without asking anybody. */
const holds = (node: LoneNode): boolean => isReady(node.run(read));

/** As `holds`, at another time and without a trace. Time passes in steps too small for a pause. */
function holdsAfter(make: () => LoneNode, ms: number): boolean {
  const node = make();
  const endMs = node.nowMs + ms;
  for (; node.nowMs + 90 < endMs; node.run()) node.nowMs += 90;
  node.nowMs = endMs;
  return holds(node);
}

describe("a leased read, diss. §6.4.1,", () => {
  test("is answered at the commit index, without asking anybody", () => {
    const effects = leased().run(read);
    expect(effects).toEqual([{ type: "read-ready", id: 5, index: 1 }]);
  });

  test("asks a majority where leases are off, have never begun, or are not wanted", () => {
    for (const node of [leading(), leading({ leaseDriftMax: 0 })]) {
      expect(messagesOf(node.run(read), "heartbeat")).toHaveLength(2);
    }
    expect(messagesOf(leased().run({ type: "read", id: 5 }), "heartbeat")).toHaveLength(2);
  });

  test("P30 waits before the first commit of the term, lease or not", () => {
    const node = new LoneNode({ leaseDriftMax: 0 });
    node.elect();
    beat(node, ["n2", "n3"]);
    expect(node.run(read)).toEqual([]);
  });

  test("on a follower goes to the leader like any other", () => {
    const node = new LoneNode({ leaseDriftMax: 0 });
    node.hear("n2", heartbeat(1));
    expect(messagesOf(node.run(read), "read-index")).toHaveLength(1);
  });
});

test("a leader that is its own majority remembers no rounds: nobody will answer them", () => {
  const options = resolveOptions({ id: "n1", random: { next: () => 0.5 }, leaseDriftMax: 0 });
  const hardState = { term: 0, votedFor: undefined };
  const stored = { hardState, base: { index: 0, term: 0 }, lastIndex: 0, termRuns: [], memberships: [] };
  const membership = configuration(["n1"]);
  const state = new State(options, { state: stored, snapshot: snapshotAt(0, 0, { membership }), nowMs: 0 });
  state.role = "candidate";
  becomeLeader(state);
  for (let round = 0; round < 50; round += 1) if (state.leading !== undefined) broadcastHeartbeat(state, state.leading);
  expect(state.leading?.roundStarts).toEqual([]);
});

describe("P33 the lease", () => {
  test("counts from when the round was sent, whenever its answers come", () => {
    const late = (): LoneNode => {
      const node = leading({ leaseDriftMax: 0 });
      const { round } = messageOf(node.timeOut().slice(0, 1), "heartbeat");
      node.nowMs += 90;
      node.hear("n2", heartbeatReply(1, round, 1));
      return node;
    };
    expect(holdsAfter(late, 59)).toBe(true);
    expect(holdsAfter(late, 60)).toBe(false);
  });

  test.each([
    [0, 150],
    [0.1, 122.7],
    [0.2, 100],
    [0.5, 50],
  ])("with clocks that may be off by %d lasts %d ms of 150", (leaseDriftMax, expected) => {
    const make = (): LoneNode => leased(["n2"], { leaseDriftMax });
    expect(holdsAfter(make, expected - 0.1)).toBe(true);
    expect(holdsAfter(make, expected + 0.1)).toBe(false);
  });

  test("an answer to an earlier round does not shorten it, and one to a round that is over does not prolong it", () => {
    const make = (): LoneNode => {
      const node = leased();
      beat(node, ["n3"]);
      node.hear("n2", heartbeatReply(1, 1, 1));
      return node;
    };
    expect(holdsAfter(make, 149)).toBe(true);
    const unanswered = (): LoneNode => {
      const node = leased();
      beat(node, []);
      for (const id of ["n2", "n3"]) node.hear(id, heartbeatReply(1, 1, 1));
      return node;
    };
    expect(holdsAfter(unanswered, 99)).toBe(true);
    expect(holdsAfter(unanswered, 101)).toBe(false);
  });

  test("needs a majority, of voters", () => {
    const membership = configuration(quintet.voters, { learners: ["l1", "l2"] });
    expect(holds(leased(["n2", "l1", "l2"], { membership }))).toBe(false);
    expect(holds(leased(["n2", "n3"], { membership }))).toBe(true);
  });

  test("is void when the configuration changes, and then needs both majorities", () => {
    const node = leased(quintet.voters, { membership: quintet });
    expect(holds(node)).toBe(true);
    node.run(changeMembers({ remove: ["n2", "n3"] }));
    expect(holds(node)).toBe(false);
    beat(node, ["n2", "n3"]);
    expect(holds(node)).toBe(false);
    beat(node, ["n2", "n4"]);
    expect(holds(node)).toBe(true);
  });

  test("is void after a pause of the process, although its time is not up: the clock may have stood still as well", () => {
    const options = { electionTimeoutMinMs: 1000, electionTimeoutMaxMs: 2000 };
    const paused = (ms: number): LoneNode => {
      const node = leased(["n2"], options);
      node.nowMs += ms;
      return node;
    };
    expect(holds(paused(100))).toBe(true);
    expect(holds(paused(101))).toBe(false);
    // An answer to a round from before the pause renews nothing.
    const node = leased([], options);
    node.nowMs += 101;
    for (const id of ["n2", "n3"]) node.hear(id, heartbeatReply(1, 1, 1));
    expect(holds(node)).toBe(false);
    for (const _ of [1, 2]) beat(node, ["n2"]);
    expect(holds(node)).toBe(true);
  });

  test("is given up for the term when another is asked to stand, whatever comes of that", () => {
    const node = leased(["n2", "n3"]);
    node.propose(bytesOf("x"));
    acknowledge(node, ["n3"]);
    // Not yet: the target lags.
    node.run(transferTo("n2"));
    expect(holds(node)).toBe(true);
    acknowledge(node, ["n2"]);
    expect(holds(node)).toBe(false);
    for (let count = 0; count < 20; count += 1) beat(node);
    expect(effectsOf(node.propose(bytesOf("x")), "accepted")).toHaveLength(1);
    expect(holds(node)).toBe(false);
  });

  test("begins anew with a new term", () => {
    const node = leased();
    node.hear("n3", appendEntries(2, [1, 1], [], 1));
    node.elect();
    node.hear("n2", accepted(3, 2));
    expect(holds(node)).toBe(false);
  });

  const rates = [0.8, 1, 1.2];

  test.each(rates.flatMap((own) => rates.map((other) => [own, other] as const)))(
    "ends before anybody may vote for another, on clocks that run at %d and %d of the time",
    (own, other) => {
      /** Whether at `ms` after the round both a leased read and a vote are given. */
      const overlap = (ms: number, leaseDriftMax: number): boolean => {
        const voter = new LoneNode({ id: "n2", leaseDriftMax });
        voter.hear("n1", heartbeat(1));
        voter.nowMs = ms * other;
        const granted = messageOf(voter.hear("n3", requestVote(2, [9, 1])), "request-vote-reply").granted;
        return granted && holdsAfter(() => leased(["n2"], { leaseDriftMax }), ms * own);
      };
      const times = Array.from({ length: 60 }, (_, at) => at * 5);
      expect(times.filter((ms) => overlap(ms, 0.2))).toEqual([]);
      // It is the bound that sees to it: without, a slow leader is too late.
      expect(times.some((ms) => overlap(ms, 0))).toBe(own < other);
    },
  );
});

describe("P33 whoever has promised its loyalty keeps the promise,", () => {
  const grants = (node: LoneNode, from = "n3", transfer?: true): boolean =>
    messageOf(node.hear(from, { ...requestVote(9, [9, 1]), transfer }), "request-vote-reply").granted;

  /** Heard its leader, n2, at 1000. */
  function loyal(options: LoneNodeOptions = {}): LoneNode {
    const node = new LoneNode({ leaseDriftMax: 0, ...options });
    node.nowMs = 1000;
    node.hear("n2", appendEntries(1, [0, 0], entriesOf([1]), 1));
    return node;
  }

  test("even when it learns of a later term, and so knows no leader any more", () => {
    for (const [atMs, granted] of [
      [1149, false],
      [1150, true],
    ] as const) {
      const node = loyal();
      node.hear("n3", voteReply(5, false));
      expect(node.raft).toMatchObject({ term: 5, leader: undefined });
      node.nowMs = atMs;
      expect(grants(node)).toBe(granted);
    }
  });

  test("and after a restart for as long as it may have promised, but for one whom the leader wants", () => {
    for (const [atMs, granted] of [
      [1149, false],
      [1150, true],
    ] as const) {
      const node = loyal();
      node.restart();
      node.nowMs = atMs;
      expect(grants(node)).toBe(granted);
    }
    const node = loyal();
    node.restart();
    expect(grants(node, "n3", true)).toBe(true);
  });

  test("but not towards the leader itself, nor where it can have promised nothing", () => {
    expect(grants(loyal(), "n2")).toBe(true);
    expect(grants(new LoneNode({ leaseDriftMax: 0 }))).toBe(true);
  });

  test("and nothing of that where there are no leases", () => {
    const node = loyal({ leaseDriftMax: undefined });
    node.hear("n3", voteReply(5, false));
    expect(grants(node)).toBe(true);
  });
});

describe("P33 in a cluster with leases", () => {
  const trio = (options: LoneNodeOptions = {}): Cluster =>
    new Cluster([1, 2, 3].map(() => ({ leaseDriftMax: 0.2, ...options })));
  const propose: Input = { type: "propose", id: 1, commands: [bytesOf("x")] };

  test("a leader that was paused while others elected and wrote answers no read from before", () => {
    const cluster = trio();
    cluster.pass(400);
    expect(isReady(cluster.give("n1", read))).toBe(true);
    cluster.pause("n1");
    cluster.pass(1000);
    expect(cluster.leader).toBe("n2");
    cluster.give("n2", propose);
    cluster.deliver();
    expect(cluster.node("n2").raft.commitIndex).toBe(3);
    cluster.resume("n1");
    expect(isReady(cluster.give("n1", read))).toBe(false);
    cluster.transcript();
    cluster.pass(100);
    expect(cluster.node("n1").raft).toMatchObject({ role: "follower", leader: "n2" });
    expect(cluster.transcript()).toContain("read-failed (5): NO_LEADER");
  });

  test("a leader that is cut off answers for the time of its lease, and not when another leads", () => {
    const cluster = trio();
    cluster.pass(400);
    cluster.isolate("n1");
    let answeredMs = 0;
    for (let ms = 0; ms < 1000; ms += 1) {
      cluster.pass(1);
      const hasRival = ["n2", "n3"].some((id) => cluster.node(id).raft.role === "leader");
      const { role } = cluster.node("n1").raft;
      const answered = role === "leader" && isReady(cluster.give("n1", read));
      expect(answered && hasRival, `${ms} ms after the cut`).toBe(false);
      if (answered) answeredMs = ms;
    }
    expect(answeredMs).toBeGreaterThan(40);
    expect(answeredMs).toBeLessThanOrEqual(100);
    expect(["n2", "n3"]).toContain(cluster.leader);
  });

  test("a candidate of a later term whom the leader does not hear cannot win by a follower that does", () => {
    const cluster = trio({ preVote: false });
    cluster.pass(250);
    cluster.cut("n1", "n3");
    // n3 has been seeking election for long, and n2 hears of its term by an answer to a request of long ago.
    cluster.pass(700);
    const { term } = cluster.node("n3").raft;
    expect(term).toBeGreaterThan(2);
    expect(isReady(cluster.give("n1", read))).toBe(true);
    cluster.give("n2", { type: "message", from: "n3", message: voteReply(term, false) });
    cluster.give("n2", { type: "message", from: "n3", message: requestVote(term + 1, [9, 9]) });
    expect(cluster.node("n2").disk.hardState.votedFor).toBeUndefined();
  });
});
