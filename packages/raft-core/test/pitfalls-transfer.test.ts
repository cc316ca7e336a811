import { describe, expect, test } from "vitest";
import { Cluster } from "./harness/cluster.ts";
import { effectsOf } from "./harness/effects.ts";
import { changeMembers, transferTo } from "./harness/leading.ts";
import { isLive, passTimeouts, propose } from "./harness/liveness.ts";
import type { LoneNodeOptions } from "./harness/lone-node.ts";

/** Three nodes; n1 leads, and all have been heard. */
function led(options: readonly LoneNodeOptions[] = [{}, {}, {}]): Cluster {
  const cluster = new Cluster(options);
  cluster.pass(400);
  expect(cluster.leader).toBe("n1");
  cluster.transcript();
  return cluster;
}

/** Proposes to whoever leads, every ten milliseconds; when it was accepted, and the longest time between. */
function writeFor(cluster: Cluster, ms: number): { readonly accepted: number; readonly longestGapMs: number } {
  let accepted = 0;
  let longestGapMs = 0;
  let lastMs = cluster.nowMs;
  for (const endMs = cluster.nowMs + ms; cluster.nowMs < endMs; cluster.pass(10)) {
    const { leader } = cluster;
    if (leader === undefined) continue;
    const effects = cluster.give(leader, propose("x"));
    cluster.deliver();
    if (effectsOf(effects, "accepted").length === 0) continue;
    accepted += 1;
    longestGapMs = Math.max(longestGapMs, cluster.nowMs - lastMs);
    lastMs = cluster.nowMs;
  }
  return { accepted, longestGapMs: Math.max(longestGapMs, cluster.nowMs - lastMs) };
}

const commandsOf = (cluster: Cluster, id: string) =>
  cluster.node(id).disk.entries.filter(({ kind }) => kind === "command").length;

describe("P50 the lead is handed over, in a cluster", () => {
  test("in no time, where nobody fails: no election timeout, no heartbeat", () => {
    const cluster = led();
    cluster.give("n1", transferTo("n3"));
    cluster.deliver();
    expect(cluster.leader).toBe("n3");
    expect(cluster.transcript()).toContain("transferred (8) to n3");
    expect(isLive(cluster)).toBe(true);
  });

  test("while writes go on, and nothing that was accepted is lost", () => {
    const cluster = led();
    const before = writeFor(cluster, 100);
    cluster.give("n1", propose("y"), transferTo("n2"));
    const after = writeFor(cluster, 400);
    expect(cluster.leader).toBe("n2");
    expect(Math.max(before.longestGapMs, after.longestGapMs)).toBeLessThanOrEqual(20);
    for (const id of cluster.ids) expect(commandsOf(cluster, id)).toBe(before.accepted + after.accepted + 1);
  });

  test("there and back, ten times", () => {
    const cluster = led();
    for (let time = 0; time < 10; time += 1) {
      const to = cluster.leader === "n1" ? "n2" : "n1";
      cluster.give(cluster.leader ?? "", transferTo(to));
      cluster.deliver();
      expect(cluster.leader).toBe(to);
    }
    expect(isLive(cluster)).toBe(true);
  });

  test("to one that lags: it catches up first", () => {
    const cluster = led();
    cluster.cut("n1", "n3");
    writeFor(cluster, 100);
    cluster.heal();
    cluster.give("n1", transferTo("n3"));
    writeFor(cluster, 200);
    expect(cluster.leader).toBe("n3");
  });

  test.each([
    ["dies before it is asked", (cluster: Cluster) => cluster.crash("n2")],
    ["is cut off from its leader", (cluster: Cluster) => cluster.cut("n1", "n2")],
    ["is cut off from the others, and wins no vote but its leader's", (cluster: Cluster) => cluster.cut("n2", "n3")],
  ])("to one that %s: writes are refused for a few election timeouts at most", (_, harm) => {
    const cluster = led();
    cluster.give("n1", propose("y"));
    harm(cluster);
    cluster.give("n1", transferTo("n2"));
    const { longestGapMs } = writeFor(cluster, 2000);
    expect(longestGapMs).toBeLessThan(700);
    expect(cluster.transcript()).toMatch(/transferred \(8\)|transfer-failed \(8\)/);
    cluster.heal();
    passTimeouts(cluster, 6);
    expect(isLive(cluster, ["n1", "n3"])).toBe(true);
  });

  test("and the leader dies in the middle, at any step: another leads, and refuses nothing", () => {
    for (let step = 0; step < 14; step += 1) {
      const cluster = led();
      cluster.give("n1", propose("y"), transferTo("n2"));
      cluster.deliver(step);
      const { leader = "n1" } = cluster;
      cluster.crash(leader);
      cluster.lose();
      passTimeouts(cluster, 6);
      cluster.restart(leader);
      passTimeouts(cluster, 2);
      expect(isLive(cluster), `step ${step}`).toBe(true);
    }
  });

  test("by a leader that a change puts out, whose target dies: another is elected", () => {
    const cluster = led();
    cluster.give("n1", changeMembers({ demote: ["n1"] }));
    for (let count = 0; cluster.node("n1").raft.role === "leader" && count < 100; count += 1) cluster.deliver(1);
    cluster.crash("n2");
    passTimeouts(cluster, 10);
    // Two voters are left, of which one is dead.
    expect(cluster.leader).toBeUndefined();
    cluster.restart("n2");
    passTimeouts(cluster, 6);
    expect(isLive(cluster)).toBe(true);
    expect(cluster.leader).not.toBe("n1");
  });

  test("to a favourite, as soon as it has been there for a while", () => {
    const cluster = led([{}, {}, { priority: 5 }]);
    passTimeouts(cluster, 12);
    expect(cluster.leader).toBe("n3");
    expect(isLive(cluster)).toBe(true);
  });
});
