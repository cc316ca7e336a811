import { RaftError } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { type Hooks, drawPlan, simulate } from "../../src/index.ts";
import { machineWith } from "./machine-with.ts";

const plan = drawPlan(1n, "calm", { nodes: 3, durationMs: 400 });

const throwing = (error: Error): Hooks => ({
  stateMachine: (inner) => machineWith(inner, { read: () => Promise.reject(error) }),
});

test("I17 a call that fails with something else than a RaftError is a bug", async () => {
  const { violation } = await simulate(plan, { hooks: throwing(new RangeError("too far")) });
  expect(violation).toMatchObject({ invariant: "I17" });
  expect(violation?.reason).toBe("a call fails with no RaftError, but RangeError: too far");
});

test.each(["INTERNAL", "STATE_MACHINE_FAILED", "LOCKED", "TOO_LARGE"] as const)(
  "I17 so is one that fails with %s, also where that is the cause of an unknown outcome",
  async (code) => {
    const own = new RaftError(code, "the heart of it");
    for (const error of [own, new RaftError("OUTCOME_UNKNOWN", "perhaps", { cause: own })]) {
      const { violation } = await simulate(plan, { hooks: throwing(error) });
      expect(violation).toMatchObject({ invariant: "I17" });
      expect(violation?.reason).toBe(`a call fails with ${code}, the heart of it`);
    }
  },
);

test("liveness reads that one node never answers are missed when the faults are over", async () => {
  const { violation } = await simulate(plan, {
    hooks: {
      stateMachine: (inner, node) =>
        machineWith(inner, node === "n2" ? { read: () => new Promise<never>(() => undefined) } : {}),
    },
  });
  expect(violation).toMatchObject({ invariant: "liveness" });
  expect(violation?.reason).toContain("n2 has not answered a linearizable read");
});

test("liveness a node that hears nobody is found by whoever knows it alone", async () => {
  let isDeaf = false;
  const { violation } = await simulate(plan, {
    hooks: {
      transport: (inner, node) => ({
        start: (handler) =>
          inner.start({
            unreachable: (id) => handler.unreachable(id),
            receive(from, message) {
              if (node !== "n3") return handler.receive(from, message);
              // All founders must meet once.
              if (!isDeaf) handler.receive(from, message);
              isDeaf ||= message.type.startsWith("append-entries");
            },
          }),
        setMembers: (members) => inner.setMembers(members),
        send: (to, message) => inner.send(to, message),
        close: () => inner.close(),
      }),
    },
  });
  expect(violation).toMatchObject({ invariant: "liveness" });
  expect(violation?.reason).toContain("n3 has not answered a linearizable read");
});
