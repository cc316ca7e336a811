import type { KvQuery } from "@quorate/statemachine-kv";
import { describe, expect, test } from "vitest";
import { Admission } from "../../src/http/admission.ts";
import type { Performed } from "../../src/ws/performed.ts";
import { Weights } from "../../src/ws/weights.ts";
import type { Held, Weighed } from "../../src/ws/weights.ts";

const mebibyte = 1024 * 1024;
const range = { type: "query", query: { type: "range", range: {} }, consistency: "stale" } as const;
const get = { type: "query", query: { type: "get", key: new Uint8Array(1) }, consistency: "stale" } as const;
const write = { type: "command", command: new Uint8Array(1) } as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = new AbortController().signal;

/** Has found so much. */
const found = (bytes: number): Performed => ({ result: undefined, appliedIndex: undefined, bytes });

test("64 ranges are read at a time, others wait in order, also when one fails; writes do not wait", async () => {
  const weights = new Weights(new Admission());
  const begun: string[] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const hold = async (name: string, request: typeof range | typeof get | typeof write): Promise<void> => {
    const perform = async (): Promise<Performed> => {
      begun.push(name);
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      return found(mebibyte);
    };
    const { held } = await weights.hold(request, perform, never);
    held?.release();
  };
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

describe("what was read", () => {
  test("counts as what it really is until it has left; what finds no room is read again when there is some", async () => {
    const weights = new Weights(new Admission());
    let reads = 0;
    const held: Held[] = [];
    const read = async (): Promise<void> => {
      const weighed: Weighed = await weights.hold(get, () => Promise.resolve(found(((reads += 1), mebibyte))), never);
      if (weighed.held !== undefined) held.push(weighed.held);
    };
    const all = Array.from({ length: 100 }, read);
    await turn();
    expect([held.length, reads]).toEqual([64, 100]);
    for (const each of held.splice(0)) each.release();
    await turn();
    await Promise.all(all);
    expect([held.length, reads]).toEqual([36, 136]);
  });

  test("was no larger than had been reserved for it: a get is told how large the value may be", async () => {
    const weights = new Weights(new Admission());
    const allowed: (number | undefined)[] = [];
    const size = 3 * mebibyte;
    const perform = async ({ query }: { readonly query: KvQuery }): Promise<Performed> => {
      const { bytesMax } = query.type === "get" ? query : {};
      allowed.push(bytesMax);
      return { ...found(size), isOmitted: bytesMax !== undefined && bytesMax < size };
    };
    const first = await weights.hold(get, () => Promise.resolve(found(62 * mebibyte)), never);
    const second = weights.hold(
      get,
      (request) => perform({ query: "query" in request ? request.query : get.query }),
      never,
    );
    await turn();
    expect(allowed).toEqual([64 * 1024]);
    first.held?.release();
    expect((await second).held?.bytes).toBe(size);
    expect(allowed).toEqual([64 * 1024, size]);
  });

  test("is let go alone, however large, and small answers make room for others", async () => {
    const weights = new Weights(new Admission());
    const large = await weights.hold(get, () => Promise.resolve(found(100 * mebibyte)), never);
    const small = weights.hold(get, () => Promise.resolve(found(10)), never);
    large.held?.release();
    expect((await small).held?.bytes).toBe(10);
    const many = Array.from({ length: 4000 }, () => weights.hold(get, () => Promise.resolve(found(10)), never));
    expect(await Promise.all(many)).toHaveLength(4000);
  });

  test("on all connections together is within what the admission allows; the rest is refused", async () => {
    const admission = new Admission({ answerBytesMax: 10 * mebibyte });
    const all = Array.from({ length: 4 }, () => new Weights(admission)).flatMap((weights) =>
      Array.from({ length: 5 }, () => weights.hold(get, () => Promise.resolve(found(mebibyte)), never)),
    );
    const settled = await Promise.allSettled(all);
    const read = settled.filter(({ status }) => status === "fulfilled");
    const refused = settled.filter(({ status }) => status === "rejected");
    expect(read).toHaveLength(10);
    expect(refused[0]).toMatchObject({ reason: { code: "OVERLOADED" } });
    let begun = false;
    const late = new Weights(admission).hold(get, () => Promise.resolve(found(((begun = true), 1))), never);
    await expect(late).rejects.toMatchObject({ code: "OVERLOADED" });
    expect(begun).toBe(false);
  });

  test("waits no longer than its request has time", async () => {
    const weights = new Weights(new Admission());
    const { held } = await weights.hold(get, () => Promise.resolve(found(64 * mebibyte)), never);
    const deadline = new AbortController();
    const late = weights.hold(get, () => Promise.resolve(found(1)), deadline.signal);
    const next = weights.hold(get, () => Promise.resolve(found(1)), never);
    deadline.abort();
    await expect(late).rejects.toMatchObject({ code: "OVERLOADED", outcome: "not-applied" });
    held?.release();
    expect((await next).held?.bytes).toBe(1);
  });
});
