import type { Message } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { type Hooks, type NodeTraits, type Plan, drawPlan, simulate } from "../../src/index.ts";

const withRaft = (change: (raft: NodeTraits["raft"]) => Partial<NodeTraits["raft"]>): Hooks => ({
  traits: (traits) => ({ ...traits, raft: { ...traits.raft, ...change(traits.raft) } }),
});

const withTimeouts = (factor: number): Hooks =>
  withRaft(({ electionTimeoutMinMs, electionTimeoutMaxMs }) => ({
    electionTimeoutMinMs: factor * electionTimeoutMinMs,
    electionTimeoutMaxMs: factor * electionTimeoutMaxMs,
  }));

const SEEDS = [1n, 2n, 3n, 4n];

test("liveness election timeouts of thirty times what they should be are too long for the first commit", async () => {
  for (const seed of SEEDS) {
    const { violation } = await simulate(drawPlan(seed, "calm", { nodes: 3, durationMs: 3000 }), {
      hooks: withTimeouts(30),
    });
    expect(violation?.reason).toBe("nothing is committed 4 election timeouts after the start");
  }
});

test("liveness and those of sixty times too long for nodes that begin without a leader, none of which may be missing yet", async () => {
  for (const seed of SEEDS) {
    const plan = drawPlan(seed, "calm", { nodes: 3, durationMs: 1 });
    const outsiders = [{ node: "n1", plight: "dead" }] as const;
    const { violation } = await simulate({ ...plan, profile: "disk", outsiders }, { hooks: withTimeouts(60) });
    expect(violation?.reason).toMatch(/^20 election timeouts after the faults, with all nodes: they know of no leader/);
  }
});

/** One client that seldom asks: what is said besides is the cluster's own. */
function quiet(seed: bigint): Plan {
  const plan = drawPlan(seed, "calm", { nodes: 3, durationMs: 3000 });
  const { configuration } = plan;
  const workload = { ...configuration.workload, clients: 1, thinkMs: 1000 };
  return { ...plan, configuration: { ...configuration, workload } };
}

function sending(isSent: (message: Message) => boolean): Hooks {
  return {
    transport: (inner) => ({
      start: (handler) => inner.start(handler),
      setMembers: (members) => inner.setMembers(members),
      send: (to, message) => isSent(message) && inner.send(to, message),
      close: () => inner.close(),
    }),
  };
}

test("liveness one heartbeat of twenty is too few: leaders are deposed, although nothing went wrong", async () => {
  for (const seed of SEEDS) {
    let beats = 0;
    const seldom = sending((message) => message.type !== "heartbeat" || (beats += 1) % 20 === 0);
    const { violation } = await simulate(quiet(seed), { hooks: seldom });
    expect(violation?.reason).toMatch(/there were \d+ elections, although nothing went wrong/);
  }
});

test("I15 twenty heartbeats for one are too many", async () => {
  const often = withRaft(({ heartbeatIntervalMs }) => ({ heartbeatIntervalMs: heartbeatIntervalMs / 20 }));
  for (const seed of SEEDS) {
    const { violation } = await simulate(quiet(seed), { hooks: often });
    expect(violation?.reason).toMatch(/messages were sent where \d+ are enough/);
  }
});
