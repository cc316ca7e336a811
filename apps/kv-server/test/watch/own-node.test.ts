import { setImmediate as turn } from "node:timers/promises";
import { reportIntervalMs } from "@quorate/dashboard/report";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { OwnNode } from "../../src/watch/own-node.ts";
import { Recorder } from "../../src/watch/recorder.ts";
import { sampleReport } from "./sample-report.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: 1_000_100 }));
afterEach(() => void vi.useRealTimers());

test("reports at once what changes, once for all of a turn, and else in its rhythm", async () => {
  let changed = (): void => undefined;
  const own = new OwnNode({
    recorder: new Recorder({ id: "n1", startedAtMs: 1, max: 10 }),
    report: () => sampleReport(),
    onChange: (listener) => {
      changed = listener;
      return () => (changed = () => undefined);
    },
    begin: () => () => undefined,
  });
  let reports = 0;
  const end = own.listen({ report: () => (reports += 1), event: () => undefined }, undefined);
  expect(reports).toBe(1);
  // Whole intervals of the wall clock, so that all nodes tell of the same moments.
  vi.advanceTimersByTime(149);
  expect(reports).toBe(1);
  vi.advanceTimersByTime(1);
  expect(reports).toBe(2);
  vi.advanceTimersByTime(reportIntervalMs);
  expect(reports).toBe(3);
  changed();
  changed();
  await turn();
  await turn();
  expect(reports).toBe(4);
  changed();
  end();
  await turn();
  await turn();
  vi.advanceTimersByTime(10 * reportIntervalMs);
  expect(reports).toBe(4);
});
