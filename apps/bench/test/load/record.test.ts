import { expect, test } from "vitest";
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
