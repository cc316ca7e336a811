import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Command, KvStateMachine, encodeCommand } from "../src/index.ts";
import { commands, keys, ranges } from "./arbitraries.ts";
import { Model } from "./model.ts";

function tryEncode(command: Command): Uint8Array | undefined {
  try {
    return encodeCommand(command);
  } catch {
    return undefined;
  }
}

describe("against a sorted array", () => {
  test("every result, every read and the state after a restore are the model's", async () => {
    const steps = fc.array(commands, { minLength: 1, maxLength: 60 });
    const runs = fc.asyncProperty(steps, fc.array(ranges), fc.array(keys), async (list, ranged, looked) => {
      const model = new Model();
      const first = new KvStateMachine();
      for (const command of list) {
        const encoded = tryEncode(command);
        if (encoded !== undefined) expect(first.apply(encoded)).toEqual(model.apply(command));
      }
      const restored = new KvStateMachine();
      await restored.restore(
        (async function* () {
          yield* first.snapshot();
        })(),
      );
      for (const machine of [first, restored]) {
        expect(machine.revision).toBe(model.revision);
        expect(machine.size).toBe(model.kvs.length);
        expect(machine.read({ type: "range", range: {} })).toMatchObject({ kvs: model.kvs, more: false });
        for (const range of ranged) {
          const expected = model.range(range);
          const { revision } = model;
          expect(machine.read({ type: "range", range })).toEqual({
            type: "range",
            revision,
            kvs: expected,
            more: false,
          });
          expect(machine.read({ type: "count", range })).toEqual({ type: "count", revision, count: expected.length });
        }
        for (const key of looked) expect(machine.read({ type: "get", key })).toMatchObject({ kv: model.get(key) });
      }
    });
    await fc.assert(runs, { numRuns: 400, seed: 20260101 });
  });
});
