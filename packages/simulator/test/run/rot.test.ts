import { expect, test } from "vitest";
import { type Hooks, type Plan, type TraceEntry, drawPlan, simulate } from "../../src/index.ts";

/** n1's disk rots in many places, and then n1 dies and comes back. */
function rotten(seed: bigint): Plan {
  const plan = drawPlan(seed, "calm", { nodes: 3, durationMs: 2000 });
  const rot = Array.from({ length: 20 }, () => ({ type: "bit-rot", node: "n1", atMs: 800 }) as const);
  return { ...plan, profile: "rot", faults: [...rot, { type: "kill", node: "n1", downMs: 10, atMs: 850 }] };
}

test("P45 a node that finds damage stays away, and the others have to go on without it", async () => {
  let refused = 0;
  for (const seed of [1n, 2n, 3n, 4n, 5n]) {
    const trace: TraceEntry[] = [];
    const { marks, violation } = await simulate(rotten(seed), { sink: (entry) => trace.push(entry) });
    expect(violation).toBeUndefined();
    // What has rotted may have been compacted away.
    if (marks.count("damage refused") === 0) continue;
    refused += 1;
    const refusedAt = trace.findIndex(({ kind }) => kind === "open-failed");
    const healedAt = trace.findIndex(({ kind }) => kind === "healed");
    expect(refusedAt).toBeGreaterThan(0);
    expect(refusedAt).toBeLessThan(healedAt);
    expect(trace.slice(healedAt).filter(({ kind }) => kind === "commit").length).toBeGreaterThan(0);
  }
  expect(refused).toBeGreaterThan(2);
});

test("P45 rot is no excuse for a silent loss of what was acknowledged", async () => {
  const forgetful: Hooks = {
    storage: (inner, node) => ({
      async load() {
        const state = await inner.load();
        return node === "n1" && state.lastIndex > state.base.index
          ? { ...state, lastIndex: state.lastIndex - 1 }
          : state;
      },
      append: (write) => inner.append(write),
      read: (from, to, maxBytes) => inner.read(from, to, maxBytes),
      compact: (position) => inner.compact(position),
      reset: (position) => inner.reset(position),
      close: () => inner.close(),
    }),
  };
  const plan = rotten(1n);
  const faults = plan.faults.filter(({ type }, at) => type === "kill" || at === 0);
  let caught = 0;
  for (const seed of [1n, 2n, 3n, 4n, 5n, 6n]) {
    const { violation } = await simulate({ ...rotten(seed), faults }, { hooks: forgetful });
    if (violation?.invariant === "I18") caught += 1;
  }
  expect(caught).toBeGreaterThan(0);
});
