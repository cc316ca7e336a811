import { crc32 } from "node:zlib";
import { Entry, type Message, encodeRecord } from "@quorate/raft-core";
import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeMessage } from "../src/codec.ts";
import { decodeEnvelope, encodeEnvelope } from "../src/envelope.ts";
import { Malformed } from "../src/malformed.ts";
import { append, everyMessage, install } from "./samples.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true });

const frameOf = (...messages: readonly Message[]): Uint8Array =>
  new Uint8Array(Buffer.concat(messages.flatMap((message) => encodeMessage(message).pieces)));

/** A frame with a right header around whatever stands in it. */
function frameAround(envelope: Uint8Array, body: Uint8Array = new Uint8Array()): Uint8Array {
  const frame = Buffer.alloc(12 + envelope.length + body.length);
  frame.writeUInt32LE(envelope.length, 4);
  frame.writeUInt32LE(body.length, 8);
  frame.set(envelope, 12);
  frame.set(body, 12 + envelope.length);
  frame.writeUInt32LE(crc32(frame.subarray(4, 12 + envelope.length)), 0);
  return new Uint8Array(frame);
}

const framed = (fields: object, body?: Uint8Array): Uint8Array => frameAround(packr.pack(fields), body);

const heartbeat = { type: "heartbeat", term: 1, round: 2, commitIndex: 3 };

/** What a hostile frame may do: be refused with a reason. Anything else fails the test. */
const refused = (frame: Uint8Array): void => {
  expect(() => decodeFrame(frame)).toThrow(Malformed);
};

describe("what is sent is what arrives", () => {
  test.each(everyMessage.map((message) => [message.type, message] as const))("%s", (_type, message) => {
    expect(decodeFrame(frameOf(message))).toEqual([message]);
  });

  test("several messages share a frame, in order", () => {
    expect(decodeFrame(frameOf(...everyMessage))).toEqual(everyMessage);
  });

  test("entries go out as the records that they have, and come in as views that are their records again", () => {
    const [command] = append.type === "append-entries" ? append.entries : [];
    const encoded = encodeMessage(append);
    const record = command?.record(crc32);
    expect(encoded.pieces[1]?.buffer).toBe(record?.buffer);
    expect(encoded.pieces[1]?.byteOffset).toBe(record?.byteOffset);
    expect(encoded.bytes).toBe(frameOf(append).length);
    const frame = frameOf(append);
    const [arrived] = decodeFrame(frame);
    const entry = arrived?.type === "append-entries" ? arrived.entries[0] : undefined;
    const again = entry?.record(() => expect.unreachable("a record that arrived is never encoded again"));
    expect(again?.buffer).toBe(frame.buffer);
    expect(entry?.data.buffer).toBe(frame.buffer);
    expect(again).toEqual(record);
  });
});

describe("W04: damaged frames", () => {
  test("a frame that ends early at any byte is refused", () => {
    for (const message of everyMessage) {
      const frame = frameOf(message);
      for (let length = 0; length < frame.length; length += 1) refused(frame.subarray(0, length));
      refused(new Uint8Array([...frame, 0]));
    }
  });

  test("one byte changed, at any place and to any value, is never a different message", () => {
    for (const message of everyMessage) {
      const frame = frameOf(message);
      for (let at = 0; at < frame.length; at += 1) {
        for (const change of [1, 0x80, 0xff, 0x10]) {
          const damaged = frame.slice();
          damaged[at] = (damaged[at] ?? 0) ^ change;
          expect(() => decodeFrame(damaged), `byte ${at} of ${message.type}`).toThrow(Malformed);
        }
      }
    }
  });
});

describe("W05: MessagePack that nobody sends", () => {
  const hostile: readonly (readonly [string, readonly number[]])[] = [
    ["an array header for 2^32 − 1 elements", [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ["a map header for 2^32 − 1 fields", [0xdf, 0xff, 0xff, 0xff, 0xff]],
    ["that array as a field", [0x81, 0xa1, 0x61, 0xdd, 0xff, 0xff, 0xff, 0xff]],
    ["100,000 levels", [0x81, 0xa1, 0x61, ...Array.from({ length: 100_000 }, () => 0x91)]],
    ["a string of 4 GiB", [0x81, 0xa1, 0x61, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x61]],
    ["bytes of 4 GiB", [0x81, 0xa1, 0x61, 0xc6, 0xff, 0xff, 0xff, 0xff, 0x61]],
    ["an extension type", [0x81, 0xa1, 0x61, 0xd4, 0x72, 0x40]],
    ["a timestamp", [0x81, 0xa1, 0x61, 0xd6, 0xff, 0, 0, 0, 0]],
    ["a 64-bit integer", [0x81, 0xa1, 0x61, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["nil", [0x81, 0xa1, 0x61, 0xc0]],
    ["a field without a value", [0x81, 0xa1, 0x61]],
    ["a number as a field's name", [0x81, 0x01, 0x01]],
    ["a field named twice", [0x82, 0xa1, 0x61, 0x01, 0xa1, 0x61, 0x02]],
    ["bytes behind the map", [0x81, 0xa1, 0x61, 0x01, 0x00]],
    ["a string where a length is cut", [0x81, 0xa1, 0x61, 0xda, 0x01]],
    ["nothing", []],
  ];

  test.each(hostile)("%s", (_name, bytes) => {
    refused(frameAround(Uint8Array.from(bytes)));
  });

  test("a right message that names a field twice", () => {
    const once = packr.pack(heartbeat);
    const field = Buffer.concat([Buffer.from([0xa4]), Buffer.from("term"), Buffer.from([9])]);
    const twice = Buffer.concat([once, field]);
    twice[0] = (once[0] ?? 0) + 1;
    expect(decodeFrame(frameAround(once))).toEqual([heartbeat]);
    refused(frameAround(twice));
  });

  test("invalid UTF-8 is no message type", () => {
    refused(frameAround(Uint8Array.from([0x81, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xa2, 0xc3, 0x28])));
  });
});

describe("W06: names that mean something to JavaScript", () => {
  test.each(["__proto__", "constructor", "prototype", "toString", "then", "0"])("%s", (name) => {
    const before = Reflect.ownKeys(Object.prototype).length;
    refused(framed(Object.fromEntries([...Object.entries(heartbeat), [name, 1]])));
    const key = Buffer.from(name);
    const named = Buffer.concat([Uint8Array.of(0x81, 0xa0 + key.length), key, Uint8Array.of(0x01)]);
    refused(frameAround(new Uint8Array(named)));
    expect(Reflect.ownKeys(Object.prototype).length).toBe(before);
  });
});

describe("W07: numbers that are no indexes", () => {
  test.each([-1, 2 ** 53, 2 ** 64, 1.5, Number.NaN, Infinity, "1", true, 10n])("%s", (value) => {
    for (const field of ["term", "round", "commitIndex"]) refused(framed({ ...heartbeat, [field]: value }));
  });

  test("the zero with a sign, which only a float can be", () => {
    const packed = Buffer.from(packr.pack({ ...heartbeat, commitIndex: 2 ** 40 }));
    const at = packed.length - 9;
    expect(packed[at]).toBe(0xcb);
    packed.writeDoubleBE(-0, at + 1);
    refused(frameAround(packed));
    packed.writeDoubleBE(0, at + 1);
    expect(decodeFrame(frameAround(packed))).toEqual([{ ...heartbeat, commitIndex: 0 }]);
  });

  test("a field is missing, unknown, or of another type", () => {
    refused(framed({ type: "heartbeat", term: 1, round: 2 }));
    refused(framed({ ...heartbeat, from: "c" }));
    refused(framed({ ...heartbeat, type: "head" }));
    refused(framed({ type: "request-vote-reply", term: 1, pre: 1, granted: true }));
    expect(decodeFrame(framed(heartbeat))).toEqual([heartbeat]);
  });
});

describe("W13: entries that do not follow one another", () => {
  const envelope = { type: "append-entries", term: 5, prevIndex: 3, prevTerm: 2, commitIndex: 3 };
  const record = (index: number, term: number, kind = 0, data = new Uint8Array()): Uint8Array =>
    encodeRecord({ kind, index, term, data }, crc32);
  const body = (...records: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(records));

  test("those that do are accepted", () => {
    const [message] = decodeFrame(framed(envelope, body(record(4, 2), record(5, 5))));
    expect(message).toEqual({
      ...envelope,
      entries: [new Entry(4, 2, "command", new Uint8Array()), new Entry(5, 5, "command", new Uint8Array())],
    });
  });

  test.each([
    ["a gap after prev", body(record(5, 2))],
    ["a gap between", body(record(4, 2), record(6, 2))],
    ["one twice", body(record(4, 2), record(4, 2))],
    ["a term below prev's", body(record(4, 1))],
    ["a term that falls", body(record(4, 4), record(5, 3))],
    ["a term above the message's", body(record(4, 6))],
    ["an unknown kind", body(record(4, 2, 3))],
    ["a kind that is no entry's", body(record(4, 2, 128))],
    ["a membership that is none", body(record(4, 2, 2, Buffer.from('{"voters":[1]}')))],
    ["a membership that is no JSON", body(record(4, 2, 2, Buffer.from("voters")))],
    ["half a record", body(record(4, 2)).subarray(0, 27)],
  ] as const)("%s", (_name, entries) => {
    refused(framed(envelope, entries));
  });

  test("prev of a later term than the message; a body where none belongs", () => {
    refused(framed({ ...envelope, prevTerm: 6 }));
    refused(framed(heartbeat, Uint8Array.of(1)));
  });
});

describe("W16: snapshots that cannot be", () => {
  const [frame] = [frameOf(install)];
  const envelopeLength = new DataView(frame.buffer).getUint32(4, true);
  const envelope: object = decodeEnvelope(frame.subarray(12, 12 + envelopeLength));
  const data = frame.subarray(12 + envelopeLength);

  test.each([
    ["data past the end", { offsetBytes: 7 }],
    ["a size below the data's", { sizeBytes: 3, offsetBytes: 0 }],
    ["another checksum", { dataChecksum: 1 }],
    ["a membership that is none", { membership: Buffer.from("[]") }],
    ["a membership as text", { membership: "{}" }],
  ] as const)("%s", (_name, change) => {
    expect(decodeFrame(framed(envelope, data))).toEqual([install]);
    refused(framed({ ...envelope, ...change }, data));
  });
});

describe("fuzzing: whatever arrives is either a message or refused", () => {
  const survives = (frame: Uint8Array): void => {
    try {
      decodeFrame(frame);
    } catch (error) {
      expect(error).toBeInstanceOf(Malformed);
    }
  };

  test("random bytes, random bytes in a right header, random maps", () => {
    const scalars = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.uint8Array());
    const types = fc.constantFrom(...everyMessage.map(({ type }) => type));
    const maps = fc.dictionary(fc.string(), fc.oneof(scalars, fc.array(scalars), fc.dictionary(fc.string(), scalars)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array(), maps, types, (bytes, body, map, type) => {
        survives(bytes);
        survives(frameAround(bytes, body));
        survives(framed({ ...map, type }, body));
      }),
      { numRuns: 3000, seed: 11 },
    );
  });

  test("valid messages with fields replaced are never accepted with a wrong one", () => {
    const fields = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.constant(undefined),
      fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n),
    );
    fc.assert(
      fc.property(fc.constantFrom("term", "round", "commitIndex", "other"), fields, (name, value) => {
        const map = { ...heartbeat, [name]: value };
        const isRight =
          name !== "other" &&
          typeof value === "number" &&
          Number.isSafeInteger(value) &&
          value >= 0 &&
          !Object.is(value, -0);
        if (isRight) expect(decodeFrame(framed(map))).toEqual([map]);
        else expect(() => decodeFrame(framed(map))).toThrow(Malformed);
      }),
      { numRuns: 2000, seed: 12 },
    );
  });

  test("envelopes come back as they were packed", () => {
    const scalars = fc.oneof(fc.maxSafeNat(), fc.string(), fc.boolean(), fc.uint8Array({ maxLength: 70_000 }));
    const names = fc.stringMatching(/^[a-z]{1,20}$/);
    fc.assert(
      fc.property(fc.dictionary(names, scalars, { maxKeys: 15 }), (map) => {
        const decoded = decodeEnvelope(encodeEnvelope(map));
        expect(
          Object.entries(decoded).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]),
        ).toEqual(Object.entries(map).map(([name, value]) => [name, value instanceof Uint8Array ? [...value] : value]));
      }),
      { numRuns: 300, seed: 13 },
    );
  });
});
