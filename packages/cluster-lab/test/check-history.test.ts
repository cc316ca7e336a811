import { describe, expect, test } from "vitest";
import { checkHistory } from "../src/check-history.ts";
import { type Call, Lab } from "../src/index.ts";
import { chaos } from "./support/chaos.ts";
import { act, ledByN1, until } from "./support/labs.ts";

describe("what clients saw", () => {
  test("stale reads are stale: taken for linearizable, they are the counter-example", async () => {
    const lab = await ledByN1();
    const ask = async (...actions: Parameters<typeof act>[1][]): Promise<void> => {
      for (const action of actions) {
        await act(lab, action);
        await until(lab, () => lab.calls.at(-1)?.state === "done");
      }
    };
    await act(lab, { type: "partition", groups: [["n3"]] });
    await ask(
      { type: "put", via: "n1", key: "y", value: "0" },
      { type: "put", via: "n1", key: "x", value: "1" },
      { type: "get", via: "n1", key: "x", consistency: "linearizable", client: 2 },
      { type: "get", via: "n3", key: "x", consistency: "stale", client: 3 },
    );
    expect(checkHistory(lab.calls)).toEqual({ type: "linearizable", operations: 3 });
    const verdict = checkHistory(lab.calls, { stale: true });
    expect(verdict).toMatchObject({ type: "violation", key: "x", calls: [3, 4] });
    expect(verdict.type === "violation" && verdict.words).toContain("client 3");
  });

  test.each([1n, 2n, 3n])("seed %s: with sound adapters it is linearizable, whatever happens", async (seed) => {
    const lab = await Lab.open({ seed: seed.toString(16), frameEveryMs: 1e9 });
    await lab.runUntil(1000);
    await chaos(lab, {
      seed,
      actions: 150,
      weights: { put: 20, get: 20, cas: 10, kill: 2, restart: 4, partition: 2, "heal-all": 2 },
    });
    const verdict = checkHistory(lab.calls);
    expect(verdict).toMatchObject({ type: "linearizable" });
    expect(lab.calls.filter(({ state }) => state === "done").length).toBeGreaterThan(20);
    expect(new Set(lab.calls.map(({ state }) => state)).size).toBeGreaterThan(2);
  });

  test("what was refused never happened; what is unknown may have, or not", () => {
    const call: Call = {
      id: 1,
      client: 1,
      request: { type: "put", via: "n1", key: "x", value: "1" },
      asked: ["n1"],
      calledMs: 0,
      calledAt: 1,
      state: "refused",
      endedMs: 1,
      endedAt: 2,
      answer: undefined,
      code: "NO_LEADER",
      reason: "",
    };
    const read: Call = {
      ...call,
      id: 2,
      request: { type: "get", via: "n1", key: "x", consistency: "linearizable" },
      state: "done",
      calledAt: 3,
      endedAt: 4,
      answer: { type: "get", value: "1" },
    };
    expect(checkHistory([call, read])).toMatchObject({ type: "violation", calls: [2] });
    expect(checkHistory([{ ...call, state: "unknown" }, read])).toEqual({ type: "linearizable", operations: 2 });
    const before: Call = { ...read, answer: { type: "get", value: null } };
    expect(checkHistory([{ ...call, state: "unknown" }, before])).toEqual({ type: "linearizable", operations: 2 });
  });
});
