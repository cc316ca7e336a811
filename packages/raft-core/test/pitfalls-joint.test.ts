import { describe, expect, test } from "vitest";
import type { Membership, MembershipChange } from "../src/index.ts";
import { Cluster } from "./harness/cluster.ts";
import { effectsOf } from "./harness/effects.ts";
import { changeMembers } from "./harness/leading.ts";
import { isLive, passTimeouts, propose } from "./harness/liveness.ts";
import type { LoneNodeOptions } from "./harness/lone-node.ts";
import { configuration, entriesOf, membershipAt } from "./harness/stored.ts";

const nobody = configuration([]);
const member = (id: string) => ({ id, address: `${id}.example` });
const ids = (count: number) => Array.from({ length: count }, (_, at) => `n${at + 1}`);

/** `count` voters and as many more nodes as wanted, which know of no cluster yet; n1 leads. */
function led(count: number, newcomers = 0, options: LoneNodeOptions = {}): Cluster {
  const voters = ids(count).map(() => ({ membership: configuration(ids(count)), ...options }));
  const others = Array.from({ length: newcomers }, () => ({ membership: nobody, ...options }));
  const cluster = new Cluster([...voters, ...others]);
  cluster.pass(200);
  expect(cluster.leader).toBe("n1");
  return cluster;
}

const membershipOf = (cluster: Cluster, id: string): Membership => cluster.node(id).raft.membership;
const votersOf = (cluster: Cluster, id: string) => membershipOf(cluster, id).voters;

/** What a node knows to be committed, by index. */
function committedBy(cluster: Cluster, id: string): readonly string[] {
  const { raft, disk } = cluster.node(id);
  return disk.entries.filter(({ index }) => index <= raft.commitIndex).map(({ index, term }) => `${index}/${term}`);
}

/** No two nodes have committed different entries at an index. */
function mustAgree(cluster: Cluster): void {
  const logs = cluster.ids.map((id) => committedBy(cluster, id));
  const longest = logs.toSorted((a, b) => b.length - a.length)[0] ?? [];
  for (const log of logs) expect(longest.slice(0, log.length)).toEqual(log);
}

describe("P20 two leaders change the membership of four, one after the other, neither knowing of the other's change", () => {
  const changes: readonly (readonly [string, MembershipChange, MembershipChange])[] = [
    ["each adds one", { add: [member("n5")] }, { add: [member("n6")] }],
    ["each removes one", { remove: ["n4"] }, { remove: ["n3"] }],
    ["one adds, the other removes it", { add: [member("n5")] }, { remove: ["n1"] }],
    ["one removes the other, who adds one", { remove: ["n2"] }, { add: [member("n6")] }],
    ["each removes two", { remove: ["n3", "n4"] }, { remove: ["n1", "n3"] }],
  ];

  test.each(changes)("%s", (_, first, second) => {
    const cluster = led(4, 2);
    // 1. n1 begins its change, of which at most n5, the newcomer, hears. 2. It crashes.
    for (const id of ["n2", "n3", "n4", "n6"]) cluster.cut("n1", id);
    cluster.give("n1", changeMembers(first));
    cluster.deliver();
    cluster.pass(40);
    expect(cluster.node("n1").raft.lastIndex).toBe(2);
    cluster.crash("n1");
    // 3. n2 is elected by the old members. 4. Its change goes through without n1.
    passTimeouts(cluster, 4);
    expect(cluster.leader).toBe("n2");
    cluster.heal();
    cluster.give("n2", changeMembers(second, 9));
    passTimeouts(cluster, 4);
    expect(membershipOf(cluster, "n2").target).toBeUndefined();
    const wanted = votersOf(cluster, "n2");
    const changed = committedBy(cluster, "n2");
    // 5. n1 is back, and all who took part in its change can hear it; n2 cannot.
    cluster.isolate("n2");
    cluster.restart("n1");
    passTimeouts(cluster, 8);
    // 6. Nobody leads by the majority of a configuration that was never committed, nor commits anything else.
    const { leader = "n2" } = cluster;
    expect(committedBy(cluster, leader).slice(0, changed.length)).toEqual(changed);
    cluster.heal();
    passTimeouts(cluster, 8);
    mustAgree(cluster);
    expect(isLive(cluster, wanted)).toBe(true);
    for (const id of wanted) expect(votersOf(cluster, id)).toEqual(wanted);
  });
});

describe("P23 a cluster in a joint configuration", () => {
  const joint = configuration(["n1", "n2", "n3"], { outgoing: ["n1", "n4", "n5"] });
  const five = (): Cluster =>
    new Cluster(Array.from({ length: 5 }, () => ({ log: [membershipAt(1, 1, joint), ...entriesOf([1], 2)] })));

  test("elects and commits with a majority of each half, and leaves it by itself", () => {
    const cluster = five();
    for (const id of ["n3", "n5"]) cluster.crash(id);
    passTimeouts(cluster, 4);
    expect(cluster.leader).toBe("n1");
    for (const id of ["n1", "n2", "n4"]) expect(membershipOf(cluster, id)).toEqual(configuration(["n1", "n2", "n3"]));
    expect(isLive(cluster, ["n1", "n2"])).toBe(true);
  });

  test.each([[["n4", "n5"]], [["n2", "n3"]]])("does neither without %j, the majority of a half", (lost) => {
    const cluster = five();
    for (const id of lost) cluster.crash(id);
    passTimeouts(cluster, 8);
    expect(cluster.leader).toBeUndefined();
    expect(cluster.node("n1").raft.term).toBe(1);
  });

  describe.each([
    ["what it has sent arrives", false, undefined],
    ["what it has sent is lost", true, undefined],
    ["what it has sent is lost, and an old member is down for good", true, "n3"],
    ["what it has sent is lost, and a new member is down for good", true, "n6"],
  ] as const)("three are replaced by three others, and the leader dies at any step: %s", (_, isLost, dead) => {
    const old = ["n1", "n2", "n3"];
    const fresh = ["n4", "n5", "n6"];
    // With one of the new ones down the change does not begin before it is up, and is taken back.
    const wanted = dead === "n6" ? ["n4", "n5"] : fresh;

    test("the change is completed, or was not begun", () => {
      const outcomes = new Set<string>();
      const phases = new Set<string>();
      for (let step = 0; step < 90; step += 1) {
        const cluster = led(3, 3);
        cluster.give("n1", propose("kept"));
        cluster.deliver();
        if (dead !== undefined) cluster.crash(dead);
        cluster.give("n1", changeMembers({ add: wanted.map(member), remove: old }));
        cluster.deliver(Math.min(step, 60));
        if (step >= 60) cluster.pass((step - 60) * 10);
        const { leader = "n1" } = cluster;
        const { outgoing, target } = membershipOf(cluster, leader);
        phases.add(outgoing.length > 0 ? "joint" : target === undefined ? "stable" : "staged");
        cluster.crash(leader);
        if (isLost) cluster.lose();
        // With one dead for good the rest may have to wait until this one is back.
        passTimeouts(cluster, 12);
        if (dead === undefined) expect(cluster.leader, `nobody leads after step ${step}`).toBeDefined();
        cluster.restart(leader);
        passTimeouts(cluster, 12);
        const { raft, disk } = cluster.node(cluster.leader ?? "");
        expect(raft.membership.outgoing).toEqual([]);
        expect(raft.membership.target).toBeUndefined();
        expect(disk.entries.filter(({ kind }) => kind === "command")).toHaveLength(1);
        const up = raft.membership.voters.filter((id) => id !== dead);
        expect(isLive(cluster, up), `step ${step}`).toBe(true);
        mustAgree(cluster);
        outcomes.add(raft.membership.voters.join());
      }
      // Without n3 it takes n1, and it is n1 that has begun the change.
      const mayBeLost = isLost && dead !== "n3";
      expect([...outcomes].toSorted()).toEqual(mayBeLost ? [old.join(), wanted.join()] : [wanted.join()]);
      expect(phases).toEqual(new Set(["staged", "joint", "stable"]));
    });
  });

  test("a leader that the change puts out drives it to its end, and leaves only then", () => {
    const cluster = led(3, 3);
    const fresh = ["n4", "n5", "n6"];
    const effects = [...cluster.give("n1", changeMembers({ add: fresh.map(member), remove: ["n1", "n2", "n3"] }))];
    cluster.transcript();
    passTimeouts(cluster, 3);
    expect(effectsOf(effects, "members-refused")).toEqual([]);
    expect(cluster.transcript()).toContain("members-changed (7)");
    expect(fresh).toContain(cluster.leader);
    for (const id of ["n1", "n2", "n3"]) expect(cluster.node(id).raft).toMatchObject({ role: "follower", term: 1 });
    expect(isLive(cluster, fresh)).toBe(true);
  });
});

describe("P24 a leader that removes itself", () => {
  test("hands over when it is out, and the others go on without waiting for a timeout", () => {
    const cluster = led(3);
    cluster.give("n1", changeMembers({ remove: ["n1"] }));
    cluster.deliver();
    expect(cluster.leader).toBe("n2");
    expect(cluster.nowMs).toBe(200);
    expect(isLive(cluster, ["n2", "n3"])).toBe(true);
    passTimeouts(cluster, 4);
    expect(cluster.node("n1").raft).toMatchObject({ role: "follower", leader: undefined });
    expect(cluster.leader).toBe("n2");
  });

  test("whose request to take over is lost leaves all the same, and another is elected", () => {
    const cluster = led(3);
    cluster.give("n1", changeMembers({ remove: ["n1"] }));
    for (let count = 0; cluster.node("n1").raft.role === "leader" && count < 100; count += 1) cluster.deliver(1);
    cluster.isolate("n1");
    passTimeouts(cluster, 4);
    expect(isLive(cluster, ["n2", "n3"])).toBe(true);
  });

  test.each([["n1"], ["n2"]])(
    "of two %s is removed, and any message is the last: a cluster of one, or still of two",
    (out) => {
      const outcomes = new Set<string>();
      for (let step = 0; step < 16; step += 1) {
        const cluster = led(2);
        cluster.give("n1", changeMembers({ remove: [out] }));
        cluster.deliver(step);
        cluster.isolate("n1");
        passTimeouts(cluster, 8);
        const leaders = ["n1", "n2"].filter((id) => cluster.node(id).raft.role === "leader");
        // Apart, only who is left may lead, and only when the other is out by its word.
        if (leaders.length > 0) expect(leaders).toEqual([out === "n1" ? "n2" : "n1"]);
        cluster.heal();
        passTimeouts(cluster, 8);
        const voters = votersOf(cluster, cluster.leader ?? "");
        expect(isLive(cluster, voters), `step ${step}`).toBe(true);
        mustAgree(cluster);
        outcomes.add(voters.join());
      }
      expect([...outcomes]).toContain(out === "n1" ? "n2" : "n1");
    },
  );
});
