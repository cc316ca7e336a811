import { expect, test, vi } from "vitest";
import { LoadRecord, closedLoop, openLoop } from "../../src/load/record.ts";
import { samplesOf } from "../../src/load/sample.ts";

test("callers do as many operations as were asked for, each one at a time", async () => {
  const record = new LoadRecord();
  const underWay = new Map<number, number>();
  const numbers: number[] = [];
  let most = 0;
  await closedLoop(
    async (caller, number) => {
      underWay.set(caller, (underWay.get(caller) ?? 0) + 1);
      most = Math.max(most, ...underWay.values());
      numbers.push(number);
      await Promise.resolve();
      underWay.set(caller, (underWay.get(caller) ?? 0) - 1);
      return number % 10 === 0 ? "TIMEOUT" : undefined;
    },
    { callers: 7, total: 100, record },
  );
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([underWay.size, most]).toEqual([7, 1]);
  expect([record.done, record.failed, record.errors]).toEqual([100, 10, { TIMEOUT: 10 }]);
  expect([...samplesOf(record.samples.bytes())].filter(({ isAcknowledged }) => isAcknowledged)).toHaveLength(90);
});

test("with a pace operations begin although none before was answered, and all are waited for", async () => {
  const record = new LoadRecord();
  const stop = new AbortController();
  const answers: (() => void)[] = [];
  const ended = openLoop(
    () => {
      const answer = Promise.withResolvers<undefined>();
      answers.push(() => answer.resolve(undefined));
      if (answers.length === 20) stop.abort();
      return answer.promise;
    },
    { paceMs: 1, signal: stop.signal, record },
  );
  await new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
  expect(record.done).toBe(0);
  for (const answer of answers) answer();
  await ended;
  expect([record.done, record.failed]).toEqual([answers.length, 0]);
  expect(record.acknowledgedUs).toBeGreaterThan(0);
});

test("what was due while the process stood still has waited since then", async () => {
  const record = new LoadRecord();
  const stop = new AbortController();
  const paceMs = 2;
  const stallMs = 50;
  await openLoop(
    async (_caller, number) => {
      const untilMs = number === 0 ? performance.now() + stallMs : 0;
      while (performance.now() < untilMs);
      if (number === 5) stop.abort();
      return undefined;
    },
    { paceMs, signal: stop.signal, record },
  );
  const samples = [...samplesOf(record.samples.bytes())].toSorted((a, b) => a.begunUs - b.begunUs).slice(0, 6);
  const [first] = samples;
  expect(samples.map(({ begunUs }) => (begunUs - (first?.begunUs ?? 0)) / 1000)).toEqual(
    [0, 2, 4, 6, 8, 10].map((ms) => expect.closeTo(ms, 2)),
  );
  for (const [number, { tookUs }] of samples.entries()) {
    expect(tookUs, `of number ${number}`).toBeGreaterThanOrEqual(1000 * (stallMs - number * paceMs) - 1);
  }
});

test("what is due while too many are under way is not begun, and told", async () => {
  const record = new LoadRecord();
  const stop = new AbortController();
  const answer = Promise.withResolvers<undefined>();
  let begun = 0;
  const ended = openLoop(
    () => {
      begun += 1;
      return answer.promise;
    },
    { paceMs: 1, signal: stop.signal, record, underWayMax: 3 },
  );
  await vi.waitFor(() => expect(record.skipped).toBeGreaterThanOrEqual(4));
  stop.abort();
  answer.resolve(undefined);
  await ended;
  expect([begun, record.done, record.failed, record.errors]).toEqual([3, 3, 0, {}]);
  const skipped = [...samplesOf(record.samples.bytes())].filter(({ isSkipped }) => isSkipped);
  expect(skipped).toHaveLength(record.skipped);
});
