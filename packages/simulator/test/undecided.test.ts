import { expect, test } from "vitest";
import { Tally, drawPlan, simulate, summaryOf, tableOf } from "../src/index.ts";

test("a history of which nobody can say whether it is linearizable is a failure of its own kind, and is counted", async () => {
  const plan = drawPlan(1n, "calm", { durationMs: 500 });
  const tally = new Tally();
  tally.add(summaryOf(await simulate(plan)));
  expect(tally.failures).toEqual([]);
  const outcome = await simulate(plan, { historyStatesMax: 1 });
  expect(outcome.violation?.invariant).toBe("undecided");
  expect(outcome.violation?.reason).toMatch(/of key k\d could have happened is not known after 1 states/);
  tally.add(summaryOf(outcome));
  expect(tally.failures).toHaveLength(1);
  expect(tableOf(tally, 1)).toMatch(/undecided histories +1\n/);
});
