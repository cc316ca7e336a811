import { seededRandom } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { compareAndSetModel } from "../../src/linearizability/compare-and-set-model.ts";
import { Search } from "../../src/linearizability/search.ts";
import { shrink } from "../../src/linearizability/shrink.ts";
import type { RegisterOperation } from "./histories.ts";
import { AtomicRegisters, simulate } from "./simulate.ts";

const model = compareAndSetModel();
const STATES_MAX = 100_000;

/** A history with one read that was answered what another write of it wrote. */
function badHistory(seed: number): RegisterOperation[] {
  const random = seededRandom(seed);
  const load = { clients: 5, operations: 120, keys: 1, unanswered: 0.05 };
  const history = simulate(random, new AtomicRegisters({ withCompareAndSet: seed % 2 === 0 }), load);
  const reads = history.filter(({ input, answer }) => input.type === "read" && answer !== undefined);
  const read = reads[Math.floor(reads.length * (0.5 + random.next() / 2))];
  const other = reads[Math.floor((reads.length * random.next()) / 4)];
  return history.map((operation) => {
    if (operation !== read || operation.answer === undefined || other?.answer === undefined) return operation;
    return { ...operation, answer: { ...operation.answer, output: other.answer.output } };
  });
}

const holds = (operations: readonly RegisterOperation[], ghosts: readonly RegisterOperation[]): boolean =>
  new Search(model, { operations, ghosts }, STATES_MAX).run() !== "none";

test("what is left proves the violation, and nothing of it can be left out", () => {
  const sizes: number[] = [];
  for (let seed = 1; seed <= 60; seed += 1) {
    const history = badHistory(seed);
    if (holds(history, [])) continue;
    const limits = { statesMax: 100 * STATES_MAX, statesPerTryMax: STATES_MAX };
    const { operations, ghosts } = shrink(model, history, limits);
    sizes.push(operations.length);
    expect(holds(operations, ghosts), `seed ${seed}: the piece proves nothing`).toBe(false);
    for (const [at, operation] of operations.entries()) {
      const isRead = operation.answer !== undefined && operation.input.type === "read";
      const rest = operations.toSpliced(at, 1);
      // Without any operation there is nothing that could not be.
      const isNeeded = rest.length === 0 || holds(rest, isRead ? ghosts : [...ghosts, operation]);
      expect(isNeeded, `seed ${seed}: operation ${at} of ${operations.length} can be left out`).toBe(true);
    }
  }
  console.log(`operations left of 120: ${sizes.join(" ")}`);
  expect(sizes.length).toBeGreaterThan(40);
  expect(Math.max(...sizes)).toBeLessThan(6);
});
