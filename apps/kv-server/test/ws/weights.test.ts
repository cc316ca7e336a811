import { expect, test } from "vitest";
import { Weights } from "../../src/ws/weights.ts";

const range = { type: "query", query: { type: "range", range: {} }, consistency: "stale" } as const;
const get = { type: "query", query: { type: "get", key: new Uint8Array(1) }, consistency: "stale" } as const;
const write = { type: "command", command: new Uint8Array(1) } as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("64 ranges are read at a time, others wait in order, also when one fails; writes do not wait", async () => {
  const weights = new Weights();
  const begun: string[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const hold = (name: string, request: typeof range | typeof get | typeof write): Promise<void> =>
    weights.hold(request, () => {
      begun.push(name);
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      return gate.promise;
    });
  const ranges = Array.from({ length: 66 }, (_, i) => hold(`range ${i}`, range));
  const last = hold("get", get);
  const put = hold("put", write);
  await turn();
  expect(begun).toHaveLength(65);
  expect(begun.at(-1)).toBe("put");
  const failed = expect(ranges[0]).rejects.toThrow("gone");
  gates[0]?.reject(new Error("gone"));
  await failed;
  await turn();
  expect(begun.slice(65)).toEqual(["range 64"]);
  gates[1]?.resolve();
  gates[2]?.resolve();
  await turn();
  expect(begun.slice(66)).toEqual(["range 65", "get"]);
  for (const gate of gates) gate.resolve();
  await Promise.all([...ranges.slice(1), last, put]);
});
