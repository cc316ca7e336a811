import { describe, expect, test } from "vitest";
import { Run } from "../src/run/run.ts";
import { type Plan, type TraceEntry, drawPlan, parseSeed, simulate } from "../src/index.ts";

// One that ran into its limit would go on, and every later one would be refused.
describe("simulate", { timeout: 120_000 }, () => {
  test.each(["calm", "network", "disk", "swarm"] as const)("one seed gives one history: %s", async (profile) => {
    for (const seed of [3n, 4n, 5n]) {
      const plan = drawPlan(seed, profile, { durationMs: 2500 });
      const trace: TraceEntry[] = [];
      const first = await simulate(plan);
      const second = await simulate(plan, { sink: (entry) => trace.push(entry) });
      expect(second.digest).toBe(first.digest);
      expect(second.step).toBe(first.step);
      expect(trace.length).toBeGreaterThan(100);
    }
  });

  test("a plan that went through JSON plays the same", async () => {
    const plan = drawPlan(6n, "swarm", { durationMs: 1500 });
    const copy = JSON.parse(JSON.stringify(plan)) as Plan;
    expect((await simulate(copy)).digest).toBe((await simulate(plan)).digest);
  });

  test("enough microtasks pass after every event: more change nothing", async () => {
    for (const profile of ["network", "disk", "swarm"] as const) {
      const plan = drawPlan(9n, profile, { durationMs: 1500 });
      expect((await simulate(plan, { microtasks: 64 })).digest).toBe((await simulate(plan)).digest);
    }
  });

  test("another seed gives another history", async () => {
    const digests = [];
    for (const seed of [1n, 2n, 3n]) digests.push((await simulate(drawPlan(seed, "calm", { durationMs: 500 }))).digest);
    expect(new Set(digests).size).toBe(3);
  });

  test("real time and chance are out of reach while it runs, and back when it is over", async () => {
    const plan = drawPlan(parseSeed("1"), "calm", { durationMs: 200 });
    const realOnes = () => [Date, Date.now, Math.random, performance.now, setTimeout, setInterval, setImmediate];
    const chances = () => [process.hrtime, process.hrtime.bigint, crypto.getRandomValues, crypto.randomUUID];
    const clocks = [...realOnes(), ...chances()];
    const asked: (() => unknown)[] = [
      () => Date.now(),
      () => new Date(),
      () => process.hrtime(),
      () => process.hrtime.bigint(),
      () => crypto.randomUUID(),
      () => crypto.getRandomValues(new Uint8Array(1)),
      () => Math.random(),
      () => performance.now(),
    ];
    let messages: string[] = [];
    let written = 0;
    await simulate(plan, {
      hooks: {
        stateMachine: (machine) => {
          messages = asked.map((ask) => {
            try {
              return String(ask());
            } catch (error) {
              return String(error);
            }
          });
          written = new Date(2020, 1, 1).getFullYear() + new Date(0).getTime();
          return machine;
        },
      },
    });
    expect(messages).toHaveLength(asked.length);
    for (const message of messages) expect(message).toContain("was called inside a simulation");
    expect(written).toBe(2020);
    expect([...realOnes(), ...chances()]).toEqual(clocks);
  });

  test("two runs at once in one thread are refused, and the first goes on undisturbed", async () => {
    const plan = drawPlan(1n, "calm", { durationMs: 200 });
    const first = simulate(plan);
    await expect(simulate(plan)).rejects.toThrow("a run is under way in this thread");
    const { digest, violation } = await first;
    expect(violation).toBeUndefined();
    expect((await simulate(plan)).digest).toBe(digest);
  });

  test("a bug that throws breaks I17, and globals are put back", async () => {
    const plan = drawPlan(parseSeed("1"), "calm", { durationMs: 2000 });
    const { violation } = await simulate(plan, {
      hooks: {
        stateMachine: (machine) => ({
          apply: () => Date.now() as never,
          read: (query) => machine.read(query),
          snapshot: () => machine.snapshot(),
          restore: (chunks) => machine.restore(chunks),
          digest: () => machine.digest(),
        }),
      },
    });
    expect(violation?.invariant).toBe("I17");
    expect(Date.now()).toBeGreaterThan(0);
  });

  test("a rejection that nobody handles breaks I17", async () => {
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    try {
      const { violation } = await simulate(drawPlan(1n, "calm", { durationMs: 100 }), {
        hooks: {
          transport: (transport) => {
            void Promise.reject(new Error("nobody cares"));
            return transport;
          },
        },
      });
      expect(violation).toMatchObject({ invariant: "I17" });
      expect(violation?.reason).toContain("nobody cares");
    } finally {
      for (const listener of listeners) process.on("unhandledRejection", listener);
    }
  });

  test("a cluster that can do nothing breaks liveness, and says who stands where", async () => {
    const plan = drawPlan(2n, "calm", { nodes: 3, durationMs: 100 });
    const outcome = await new Run(
      { ...plan, profile: "network" },
      {
        hooks: {
          transport: (transport) => ({
            start: (handler) => transport.start(handler),
            setMembers: (members) => transport.setMembers(members),
            send: () => undefined,
            close: () => transport.close(),
          }),
        },
      },
    ).play();
    expect(outcome.violation).toMatchObject({ invariant: "liveness" });
    expect(outcome.violation?.reason).toContain("n1 is");
  });
});
