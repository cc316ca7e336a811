import { streamsOf } from "@quorate/virtual-time";
import { describe, expect, test } from "vitest";
import { checkHistory } from "../../src/check/check-history.ts";
import { checkRevisions } from "../../src/check/check-revisions.ts";
import { Workload } from "../../src/clients/workload.ts";
import type { HistoryLine } from "../../src/history/operation.ts";
import { FakeStore } from "./fake-store.ts";
import type { Lie } from "./fake-store.ts";

const enough = 600;

/** What the clients of a run see of a store, until they have seen enough of it. */
async function historyOf(store: FakeStore): Promise<readonly HistoryLine[]> {
  const history: HistoryLine[] = [];
  const full = Promise.withResolvers<undefined>();
  const begunMs = performance.now();
  const workload = new Workload({
    servers: [{ id: "n1", url: store.url }],
    ...{
      clients: 8,
      operationsPerSecond: 10_000,
      timeoutMs: 5000,
      streams: streamsOf(1n),
      reads: "linearizable" as const,
    },
    now: () => performance.now() - begunMs,
    record: (line) => {
      history.push(line);
      if (history.length === enough) full.resolve(undefined);
    },
  });
  await full.promise;
  await workload.stop();
  return history;
}

describe("what clients of a run record", () => {
  test("of a store that keeps its word is linearizable, and of one order", async () => {
    await using store = await FakeStore.open();
    const history = await historyOf(store);
    expect(checkHistory(history)).toMatchObject({ holds: true });
    expect(checkRevisions(history)).toMatchObject({ holds: true });
    expect(new Set(history.map(({ input }) => input.type))).toEqual(new Set(["get", "put", "delete", "put-if"]));
    const putIfs = history.filter(({ input }) => input.type === "put-if");
    expect(new Set(putIfs.map(({ output }) => output === true)).size).toBe(2);
    const values = history.flatMap(({ input }) => ("value" in input ? [input.value] : []));
    expect(new Set(values).size).toBe(values.length);
  });

  // Which of the two checks must find it.
  test.each<[Lie, { readonly linearizable: boolean; readonly revisions: boolean }]>([
    ["forgets a put", { linearizable: false, revisions: false }],
    ["answers with an old value", { linearizable: false, revisions: false }],
    ["does not compare", { linearizable: true, revisions: false }],
    ["stands still", { linearizable: true, revisions: false }],
    ["invents", { linearizable: false, revisions: true }],
  ])("shows that a store %s", async (lie, { linearizable, revisions }) => {
    await using store = await FakeStore.open(lie);
    const history = await historyOf(store);
    expect(store.lies).toBeGreaterThan(0);
    // What happens at the same time may excuse a lie before the one check, and never before both.
    if (!linearizable) expect(checkHistory(history).holds).toBe(false);
    if (!revisions) expect(checkRevisions(history).holds).toBe(false);
  });

  test("of a store that is not there is that nothing was done", async () => {
    const store = await FakeStore.open();
    const { url } = store;
    await store[Symbol.asyncDispose]();
    const history: HistoryLine[] = [];
    const first = Promise.withResolvers<undefined>();
    const workload = new Workload({
      servers: [{ id: "n1", url }],
      ...{
        clients: 2,
        operationsPerSecond: 1000,
        timeoutMs: 5000,
        streams: streamsOf(1n),
        reads: "linearizable" as const,
        now: () => 0,
      },
      record: (line) => {
        history.push(line);
        first.resolve(undefined);
      },
    });
    await first.promise;
    await workload.stop();
    expect(history.map(({ outcome, why }) => `${outcome} ${why}`)).toContain("failed ECONNREFUSED");
    expect(history.some(({ outcome }) => outcome !== "failed")).toBe(false);
  });
});
