import type { KvAnswer } from "@quorate/statemachine-kv";
import { expect, test } from "vitest";
import { accountsIn, totalOf } from "../../src/clients/bank.ts";
import { type Hooks, type Violation, drawPlan, simulate } from "../../src/index.ts";
import { machineWith } from "./machine-with.ts";

async function hunt(hooks: Hooks): Promise<Violation | undefined> {
  for (let seed = 1n; seed <= 5n; seed += 1n) {
    const { violation } = await simulate(drawPlan(seed, "calm", { durationMs: 3000, clients: 4 }), { hooks });
    if (violation !== undefined) return violation;
  }
  return undefined;
}

test("I14 an answer that is put together from two states is found, although each of its keys held what it says", async () => {
  let before: KvAnswer | undefined;
  const torn: Hooks = {
    stateMachine: (inner) =>
      machineWith(inner, {
        read(query) {
          const answer = inner.read(query);
          if (answer instanceof Promise || answer.type !== "range") return answer;
          const first = before?.type === "range" ? before.kvs[0] : undefined;
          before = answer;
          return first === undefined ? answer : { ...answer, kvs: [first, ...answer.kvs.slice(1)] };
        },
      }),
  };
  expect(await hunt(torn)).toMatchObject({ invariant: "I14" });
});

test("I6 a store that counts revisions wrongly is found, although all nodes do", async () => {
  const wrong: Hooks = {
    stateMachine: (inner) =>
      machineWith(inner, {
        apply(command, index) {
          const result = inner.apply(command, index);
          if (result instanceof Promise || result.type === "invalid" || index % 7 > 0) return result;
          return { ...result, revision: result.revision + 1 };
        },
      }),
  };
  expect(await hunt(wrong)).toMatchObject({ invariant: "I6" });
});

test("what all accounts hold together is nothing, and one that does not exist holds nothing", () => {
  const kv = (key: string, value: string) => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    return { key: bytes(key), value: bytes(value), createRevision: 2, modRevision: 3, version: 1, lease: 0 };
  };
  const answer = { type: "range", revision: 3, more: false } as const;
  const whole = accountsIn({ ...answer, kvs: [kv("bank/a", "-1 x"), kv("bank/c", "1 x")] });
  expect(whole.map(({ balance, modRevision }) => [balance, modRevision])).toEqual([
    [-1, 3],
    [0, 0],
    [1, 3],
  ]);
  expect(totalOf(whole)).toBe(0);
  expect(totalOf(accountsIn({ ...answer, kvs: [kv("bank/a", "-1 x")] }))).toBe(-1);
});
