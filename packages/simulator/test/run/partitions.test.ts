import { describe, expect, test } from "vitest";
import { type Fault, type TraceEntry, drawPlan, simulate } from "../../src/index.ts";

/** What was cut on the way, as "n1>n2", in a calm cluster of four with this fault in it. */
async function cutBy(fault: Fault): Promise<readonly string[]> {
  const cuts = new Set<string>();
  const sink = (entry: TraceEntry): void => {
    if (entry.kind === "lost" && entry.payload.reason === "cut") cuts.add(`${entry.payload.from}>${entry.payload.to}`);
  };
  const plan = drawPlan(1n, "calm", { nodes: 4, durationMs: 3000 });
  const { violation } = await simulate({ ...plan, faults: [fault] }, { sink });
  expect(violation).toBeUndefined();
  return [...cuts].toSorted();
}

const when = { atMs: 10, forMs: 2900 } as const;

describe("partitions", () => {
  test("nothing goes between the sides of a partition", async () => {
    const cuts = await cutBy({ type: "partition", side: ["n1"], ...when });
    expect(cuts.length).toBeGreaterThan(0);
    for (const cut of cuts) expect(cut).toContain("n1");
  });

  test("one way, only what the side says is lost", async () => {
    const cuts = await cutBy({ type: "one-way-partition", side: ["n1"], ...when });
    expect(cuts.length).toBeGreaterThan(0);
    for (const cut of cuts) expect(cut).toMatch(/^n1>/);
  });

  test("the bridge of a partial partition sees both sides", async () => {
    const cuts = await cutBy({ type: "partial-partition", side: ["n1"], bridge: "n2", ...when });
    expect(cuts.length).toBeGreaterThan(0);
    const allowed = new Set(["n1>n3", "n1>n4", "n3>n1", "n4>n1"]);
    expect(cuts.filter((cut) => !allowed.has(cut))).toEqual([]);
  });
});
