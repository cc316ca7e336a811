import { describe, expect, test } from "vitest";
import { Tally, drawPlan, markNames, simulate, summaryOf, tableOf, traceHeader, traceLine } from "../../src/index.ts";
import { LastEvents, failureLine, replayCommand } from "../../src/report/failure.ts";
import { dependsOnTheNode } from "../planted/bugs.ts";

describe("reports", () => {
  test("a failure says where and what in one line, how it came about in 40, and how to see it again", async () => {
    const plan = drawPlan(4n, "calm");
    const last = new LastEvents();
    const outcome = await simulate(plan, { hooks: dependsOnTheNode, sink: last.sink });
    const line = failureLine({ ...outcome, seed: plan.seed });
    expect(line).toMatch(/^SIM FAIL seed=0000000000000004 step=\d+ t=[\d.]+ms invariant=I(?:6|14) node=[n\d-]+: .+$/);
    expect(last.inWords()).toHaveLength(40);
    expect(last.inWords().at(-1)).toMatch(/^\[[\d.]+ ms\] I(?:6|14) is broken.*: .+$/);
    expect(replayCommand(plan, { nodes: 3 })).toBe(
      "npm run simulate -- --seed 0000000000000004 --profile calm --nodes 3",
    );
  });

  test("a tally adds up what runs reached, and names what none of them did", async () => {
    const tally = new Tally();
    for (const seed of [1n, 2n]) tally.add(summaryOf(await simulate(drawPlan(seed, "disk", { durationMs: 1500 }))));
    expect(tally.runs).toBe(2);
    expect(tally.statistics.counts.commits).toBeGreaterThan(0);
    const table = tableOf(tally, 1000);
    for (const mark of markNames) expect(table).toContain(mark);
    expect(tally.unreached).toEqual(markNames.filter((mark) => tally.mark(mark) === 0));
    expect(table).toContain("Not reached: ");
  });

  test("of one run what did not happen is left out", async () => {
    const tally = new Tally();
    tally.add(summaryOf(await simulate(drawPlan(1n, "calm", { durationMs: 500, nodes: 3 }))));
    const table = tableOf(tally, 1000);
    expect(table).toMatch(/^Runs\n {2}seeds +1\n {2}simulated hours/);
    expect(table).not.toMatch(/ 0$|Faults|Not reached/m);
  });

  test("a trace is JSON line by line: a header with the plan, then events in order", async () => {
    const plan = drawPlan(5n, "swarm", { durationMs: 800 });
    const lines = [traceHeader(plan)];
    await simulate(plan, { sink: (entry) => lines.push(traceLine(entry)) });
    const [header, ...events] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(header).toEqual({ format: "quorate-simulator-trace", version: 2, plan });
    expect(events.map((event) => event["step"])).toEqual(
      events.map((event) => event["step"]).toSorted((a, b) => Number(a) - Number(b)),
    );
    expect(new Set(events.map((event) => event["kind"]))).toContain("append");
  });
});
