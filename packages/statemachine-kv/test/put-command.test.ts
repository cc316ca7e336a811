import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { encodeCommand } from "../src/index.ts";
import { readPut } from "../src/put-command.ts";
import { bytes } from "./text.ts";

const packr = new Packr({ useRecords: false });

describe("readPut", () => {
  test.each([
    [1, 0],
    [3, 255],
    [255, 256],
    [256, 65_535],
    [4096, 65_536],
    [1, 1_000_000],
  ])("reads what was encoded: a key of %i bytes, a value of %i", (keyBytes, valueBytes) => {
    const put = {
      type: "put",
      key: new Uint8Array(keyBytes).fill(1),
      value: new Uint8Array(valueBytes).fill(2),
    } as const;
    const encoded = new Uint8Array(encodeCommand(put));
    expect(readPut(encoded)).toEqual(put);
    expect(readPut(encoded)?.value.buffer).toBe(encoded.buffer);
    const within = new Uint8Array([9, 9, ...encoded.subarray(0, 4096), 9]);
    if (encoded.length <= 4096) expect(readPut(within.subarray(2, 2 + encoded.length))).toEqual(put);
  });

  test("leaves everything else to the decoder, or reads it as that does", () => {
    const encoded = new Uint8Array(encodeCommand({ type: "put", key: bytes("key"), value: bytes("value") }));
    const change = fc.record({
      at: fc.nat({ max: encoded.length - 1 }),
      to: fc.nat({ max: 255 }),
      end: fc.nat({ max: 50 }),
    });
    let read = 0;
    fc.assert(
      fc.property(change, ({ at, to, end }) => {
        const changed = encoded.slice(0, end);
        if (at < end) changed[at] = to;
        const put = readPut(changed);
        if (put === undefined) return;
        read += 1;
        expect(packr.unpack(changed)).toEqual(put);
      }),
      { numRuns: 20_000, seed: 1 },
    );
    expect(read).toBeGreaterThan(100);
  });

  test("a length that is cut short or claims too much is no put", () => {
    const encoded = new Uint8Array(encodeCommand({ type: "put", key: bytes("key"), value: new Uint8Array(300) }));
    for (let end = 0; end < encoded.length; end += 1) expect(readPut(encoded.subarray(0, end))).toBeUndefined();
    const longer = new Uint8Array([...encoded, 0]);
    expect(readPut(longer)).toBeUndefined();
  });
});
