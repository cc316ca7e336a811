import { type Random, seededRandom } from "@quorate/raft-core";
import { afterEach, describe, expect, test } from "vitest";
import { appendListModel } from "../../src/linearizability/append-list-model.ts";
import { checkLinearizable, type Verdict } from "../../src/linearizability/check-linearizable.ts";
import { compareAndSetModel } from "../../src/linearizability/compare-and-set-model.ts";
import { isAnswered, type Operation } from "../../src/linearizability/history.ts";
import type { Model } from "../../src/linearizability/model.ts";
import type { RegisterOperation } from "./histories.ts";
import { AtomicLists, AtomicRegisters, type Load, simulate } from "./simulate.ts";

const registers = compareAndSetModel();
const lists = appendListModel();

function registerHistory(random: Random, load: Load & { readonly withCompareAndSet?: boolean }): RegisterOperation[] {
  return simulate(random, new AtomicRegisters({ withCompareAndSet: load.withCompareAndSet ?? false }), load);
}

/** What the last check took of the processor: of this process, whatever else the machine does. */
let lastCpuMs = 0;

function timed<State, Input, Output>(
  name: string,
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): Verdict<Input, Output> {
  const since = process.cpuUsage();
  const verdict = checkLinearizable(history, model);
  const { user, system } = process.cpuUsage(since);
  lastCpuMs = (user + system) / 1000;
  console.log(`${name}: ${history.length} operations, ${verdict.statesExplored} states, ${lastCpuMs.toFixed(0)} ms`);
  return verdict;
}

/** One read in the second half gets the answer of one that was over long before. */
function withStaleRead(history: readonly RegisterOperation[]): RegisterOperation[] {
  const reads = history.filter(({ input, answer }) => input.type === "read" && answer !== undefined);
  for (const stale of reads.slice(Math.floor(reads.length * 0.6))) {
    const older = reads.findLast(
      ({ input, answer }) =>
        input.key === stale.input.key &&
        answer !== undefined &&
        answer.output !== stale.answer?.output &&
        answer.at < stale.calledAt - 5000,
    );
    if (older?.answer === undefined || stale.answer === undefined) continue;
    const answer = { at: stale.answer.at, output: older.answer.output };
    return history.map((operation) => (operation === stale ? { ...stale, answer } : operation));
  }
  throw new RangeError("no read can be made stale in this history");
}

describe("10,000 operations on 20 keys, in under 2 s", () => {
  afterEach(() => {
    expect(lastCpuMs).toBeLessThan(2000);
  });

  const load = { clients: 32, operations: 10_000, keys: 20 };

  test.each([
    ["registers", { ...load }],
    ["registers, 5 % unanswered", { ...load, unanswered: 0.05 }],
    ["compare-and-set", { ...load, withCompareAndSet: true }],
    ["compare-and-set, 5 % unanswered", { ...load, withCompareAndSet: true, unanswered: 0.05 }],
  ])("%s take few more states than operations", (name, some) => {
    const verdict = timed(name, registerHistory(seededRandom(1), some), registers);
    expect(verdict).toMatchObject({ type: "linearizable", operations: 10_000 });
    expect(verdict.statesExplored).toBeLessThan(30_000);
  });

  test.each([
    ["lists", load],
    ["lists, 5 % unanswered", { ...load, unanswered: 0.05 }],
  ])("%s take few more states than operations", (name, some) => {
    const verdict = timed(name, simulate(seededRandom(2), new AtomicLists(), some), lists);
    expect(verdict).toMatchObject({ type: "linearizable", operations: 10_000 });
    expect(verdict.statesExplored).toBeLessThan(30_000);
  });

  test("a stale read among them is found, and shown with few others", () => {
    const history = withStaleRead(registerHistory(seededRandom(3), { ...load, unanswered: 0.05 }));
    const verdict = timed("a stale read", history, registers);
    expect(verdict.type === "violation" && verdict.operations.length).toBeLessThanOrEqual(5);
  });
});

describe("many clients on one key", () => {
  test.each([1, 2, 3, 4, 5])("32 of them, seed %i", (seed) => {
    const load = { clients: 32, operations: 2000, keys: 1, unanswered: 0.05 };
    const history = registerHistory(seededRandom(seed), load);
    expect(timed("32 clients", history, registers)).toMatchObject({ type: "linearizable" });
    expect(timed("32 clients, a stale read", withStaleRead(history), registers)).toMatchObject({ type: "violation" });
  });

  test("32 of them with compare-and-set", () => {
    const load = { clients: 32, operations: 2000, keys: 1, withCompareAndSet: true, unanswered: 0.05 };
    const history = registerHistory(seededRandom(6), load);
    expect(timed("32 clients", history, registers)).toMatchObject({ type: "linearizable" });
    const verdict = timed("32 clients, a stale read", withStaleRead(history), registers);
    expect(verdict.type === "violation" && verdict.operations.length).toBeLessThanOrEqual(5);
  });

  test("32 of them on a list", () => {
    const history = simulate(seededRandom(7), new AtomicLists(), { clients: 32, operations: 2000, keys: 1 });
    expect(timed("32 clients, list", history, lists)).toMatchObject({ type: "linearizable" });
  });

  test("an element lost from a list of hundreds is shown with its append and the read", () => {
    const load = { clients: 8, operations: 1000, keys: 1, unanswered: 0.05 };
    const history = simulate(seededRandom(11), new AtomicLists(), load);
    const at = history.findLastIndex(({ answer }) => (answer?.output?.length ?? 0) > 300);
    const bad = history.map((operation, i) => {
      if (i !== at || !isAnswered(operation)) return operation;
      const output = operation.answer.output?.filter((_, place) => place !== 100) ?? null;
      return { ...operation, answer: { at: operation.answer.at, output } };
    });
    const verdict = timed("a lost element", bad, lists);
    expect(verdict.type === "violation" && verdict.operations.length).toBe(2);
  });

  test("100 of them", () => {
    const history = registerHistory(seededRandom(8), { clients: 100, operations: 2000, keys: 1 });
    expect(timed("100 clients", history, registers)).toMatchObject({ type: "linearizable" });
  });

  test("100,000 operations of one client", () => {
    const history = registerHistory(seededRandom(9), { clients: 1, operations: 100_000, keys: 1 });
    expect(timed("one client", history, registers)).toMatchObject({ type: "linearizable", statesExplored: 100_001 });
  });

  test("100,000 operations of eight clients, 2 % unanswered", () => {
    const history = registerHistory(seededRandom(10), {
      clients: 8,
      operations: 100_000,
      keys: 1,
      unanswered: 0.02,
    });
    expect(timed("eight clients", history, registers)).toMatchObject({ type: "linearizable" });
  });
});
