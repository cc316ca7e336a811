import fc from "fast-check";
import { pack } from "msgpackr";
import { describe, expect, test } from "vitest";
import {
  IGNORABLE_KIND,
  Malformed,
  decodeClientFrames,
  decodeServerFrames,
  encodeClientFrame,
  encodeServerFrame,
  joinFrames,
} from "../../src/protocol/index.ts";
import { parseResult } from "../../src/protocol/result.ts";
import { clientFrames, serverFrames } from "./arbitraries.ts";

describe("what was encoded", () => {
  test("by a client is decoded as it was, in order", () => {
    fc.assert(
      fc.property(fc.array(clientFrames, { minLength: 1, maxLength: 6 }), (frames) => {
        expect(decodeClientFrames(joinFrames(frames.map(encodeClientFrame)))).toEqual(frames);
      }),
    );
  });

  test("by a server is decoded as it was, in order", () => {
    fc.assert(
      fc.property(fc.array(serverFrames, { minLength: 1, maxLength: 6 }), (frames) => {
        expect(decodeServerFrames(joinFrames(frames.map(encodeServerFrame)))).toEqual(frames);
      }),
    );
  });

  test("with a field that is undefined is decoded without it", () => {
    const cluster = { leader: undefined, members: [{ id: "n1", url: undefined }] };
    const [frame] = decodeServerFrames(encodeServerFrame({ type: "cluster", cluster }));
    expect(frame).toStrictEqual({ type: "cluster", cluster: { members: [{ id: "n1" }] } });
  });
});

/** Decodes either, or refuses as it is to. */
function decodes(bytes: Uint8Array): boolean {
  try {
    decodeClientFrames(bytes);
    decodeServerFrames(bytes);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(Malformed);
    return false;
  }
}

describe("hostile bytes", () => {
  test("of any kind are Malformed, or are frames", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodes(bytes)),
      { numRuns: 2000 },
    );
  });

  test("that differ from a message in a byte, or end early, are Malformed, or are frames", () => {
    const damaged = fc.tuple(
      fc.oneof(clientFrames.map(encodeClientFrame), serverFrames.map(encodeServerFrame)),
      fc.nat(),
      fc.nat(255),
      fc.nat(3),
    );
    fc.assert(
      fc.property(damaged, ([frame, at, byte, cut]) => {
        const bytes = new Uint8Array(frame);
        bytes[at % bytes.length] = byte;
        decodes(bytes.subarray(0, bytes.length - cut));
      }),
      { numRuns: 2000 },
    );
  });

  const claims: Record<string, readonly number[]> = {
    nothing: [],
    "four billion elements": [0xdd, 0xff, 0xff, 0xff, 0xff],
    "a map of 65,535 fields": [0x92, 0, 0xde, 0xff, 0xff],
    "a map of four billion fields": [0x92, 0, 0xdf, 0xff, 0xff, 0xff, 0xff],
    "bytes that are not there": [0x92, 0, 0xc6, 0xff, 0xff, 0xff, 0xff],
    "a string that is not there": [0x92, 0, 0xdb, 0x7f, 0xff, 0xff, 0xff],
    "an extension type": [0x92, 0, 0xd4, 0x01, 0x00],
    "a length that breaks off": [0x92, 0, 0xc5, 0x01],
    "a number that breaks off": [0x92, 0, 0xcb, 0x01],
    "a hundred thousand levels": Array.from({ length: 100_000 }, () => 0x91),
    "no array": [0x81, 0xa1, 0x61, 0x01],
    "a scalar": [0x05],
    "a frame and half a frame": [0x91, 0x05, 0x92, 0x05],
    "an empty array": [0x90],
    "no kind": [0x91, 0xc0],
  };
  test.each(Object.keys(claims))("that claim %s are Malformed, at once", (claim) => {
    const bytes = Uint8Array.from(claims[claim] ?? []);
    const startMs = performance.now();
    expect(() => decodeClientFrames(bytes)).toThrow(Malformed);
    expect(() => decodeServerFrames(bytes)).toThrow(Malformed);
    expect(performance.now() - startMs).toBeLessThan(500);
  });

  test("of a thousand levels are Malformed, even where nobody would look at them", () => {
    const levels = Array.from({ length: 1000 }, () => 0x91);
    expect(() => decodeClientFrames(Uint8Array.from([0x92, IGNORABLE_KIND, ...levels, 0x90]))).toThrow(Malformed);
  });

  test("a field __proto__ changes nothing", () => {
    const bytes = pack([
      0,
      new Map<string, unknown>([
        ["__proto__", { polluted: true }],
        ["versionMin", 1],
        ["versionMax", 1],
        ["clientId", "c"],
      ]),
    ]);
    decodes(bytes);
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  test.each([
    ["a request of id 0", [1, 0, 1000, new Uint8Array(1)]],
    ["an id that is no whole number", [1, 1.5, 1000, new Uint8Array(1)]],
    ["a negative time", [1, 1, -1, new Uint8Array(1)]],
    ["a time of more than a day", [1, 1, 86_400_001, new Uint8Array(1)]],
    ["a time that is no number", [1, 1, NaN, new Uint8Array(1)]],
    ["a query of id 0", [2, 0, 1000, { type: "get", key: new Uint8Array(1) }, "stale"]],
    ["a key that is text", [2, 1, 1000, { type: "get", key: "key" }, "stale"]],
    ["a command that is text", [1, 1, 1000, "put"]],
    [
      "a query with a field that is not known",
      [2, 1, 1000, { type: "get", key: new Uint8Array(1), atRevision: 3 }, "stale"],
    ],
    ["a query of no kind", [2, 1, 1000, { type: "watch" }, "stale"]],
    ["a consistency that is none", [2, 1, 1000, { type: "get", key: new Uint8Array(1) }, "eventual"]],
  ])("%s is Malformed", (_what, frame) => {
    expect(() => decodeClientFrames(pack(frame))).toThrow(Malformed);
  });

  test.each([
    ["an answer to request 0", [1, 0, 7, { type: "put", revision: 2 }]],
    ["a negative applied index", [1, 1, -1, { type: "put", revision: 2 }]],
  ])("%s is Malformed", (_what, frame) => {
    expect(() => decodeServerFrames(pack(frame))).toThrow(Malformed);
  });

  const kv = {
    key: new Uint8Array(1),
    value: new Uint8Array(1),
    createRevision: 1,
    modRevision: 1,
    version: 1,
    lease: 0,
  };
  test.each([
    ["command", "a put without a revision", { type: "put" }],
    ["command", "a put of half a revision", { type: "put", revision: 0.5 }],
    ["query", "a get without a revision", { type: "get", kv }],
    ["query", "a key without a version", { type: "get", revision: 1, kv: { ...kv, version: undefined } }],
    ["query", "a value that is text", { type: "get", revision: 1, kv: { ...kv, value: "text" } }],
    ["query", "the answer to a put", { type: "put", revision: 1 }],
  ] as const)("as the answer to a %s, %s is Malformed", (type, _what, value) => {
    expect(() => parseResult(type, value)).toThrow(Malformed);
  });

  test("an answer's key and value are copies, and nothing else is taken over", () => {
    const message = new Uint8Array(10).fill(7);
    const given = { ...kv, key: message.subarray(1, 3), value: message.subarray(3, 6), more: 1 };
    const { result } = parseResult("query", { type: "get", revision: 3, kv: given, more: 1 });
    message.fill(0);
    const own = { ...kv, key: new Uint8Array(2).fill(7), value: new Uint8Array(3).fill(7) };
    expect(result).toStrictEqual({ type: "get", revision: 3, kv: own });
  });
});

describe("a later version's", () => {
  test("further elements are ignored", () => {
    expect(decodeClientFrames(pack([4, 7, { session: "s" }]))).toEqual([{ type: "cancel", id: 7 }]);
    expect(decodeServerFrames(pack([5, "later"]))).toEqual([{ type: "pong" }]);
  });

  test("fields of a welcome and a failure are ignored", () => {
    const failure = { code: "NO_LEADER", outcome: "not-applied", detail: "d" };
    expect(decodeServerFrames(pack([2, 7, { ...failure, retryAfterMs: 9 }]))).toEqual([
      { type: "failure", id: 7, failure },
    ]);
  });

  test("kinds are ignored from 64 on, and refused below", () => {
    const ping = encodeClientFrame({ type: "ping" });
    expect(decodeClientFrames(joinFrames([pack([IGNORABLE_KIND, "x"]), ping]))).toEqual([{ type: "ping" }]);
    for (const kind of [6, 16, IGNORABLE_KIND - 1, -1, "1", 64.5]) {
      expect(() => decodeClientFrames(pack([kind]))).toThrow(Malformed);
      expect(() => decodeServerFrames(pack([kind]))).toThrow(Malformed);
    }
  });
});
