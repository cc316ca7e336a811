import { crc32 } from "node:zlib";
import type { Message } from "@quorate/raft-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Answering } from "../src/answering.ts";
import { decodeFrame, encodeMessage } from "../src/codec.ts";
import { Dialling } from "../src/dialling.ts";
import { Malformed } from "../src/malformed.ts";
import { helloOf, welcomeOf } from "./live.ts";
import { everyMessage } from "./samples.ts";

/** How many inputs of each kind; more by QUORATE_FUZZ_RUNS. */
const numRuns = Number(process.env["QUORATE_FUZZ_RUNS"] ?? 5000);
const seed = process.env["QUORATE_FUZZ_RUNS"] === undefined ? { seed: 21 } : {};

const HEADER_BYTES = 12;

const frames = everyMessage.map((message) => new Uint8Array(Buffer.concat(encodeMessage(message).pieces)));

type Change =
  | { readonly type: "set"; readonly at: number; readonly byte: number }
  | { readonly type: "cut"; readonly at: number; readonly count: number }
  | { readonly type: "put"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly type: "copy"; readonly at: number; readonly from: number; readonly count: number };

/** Bytes that mean something in MessagePack: the heads of its types, and the ends of its ranges. */
const telling = fc.constantFrom(
  ...[0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb],
  ...[0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd3, 0xd4, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff],
);
const byte = fc.oneof(telling, fc.nat(255));
const at = fc.nat(200);
const changes = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("set" as const), at, byte }),
    fc.record({ type: fc.constant("cut" as const), at, count: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ type: fc.constant("put" as const), at, bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
    fc.record({ type: fc.constant("copy" as const), at, from: at, count: fc.integer({ min: 1, max: 20 }) }),
  ),
  { minLength: 1, maxLength: 5 },
);

function changed(bytes: Uint8Array, all: readonly Change[]): Uint8Array {
  let result = [...bytes];
  for (const change of all) {
    const place = change.at % (result.length + 1);
    if (change.type === "set") result[Math.min(place, result.length - 1)] = change.byte;
    else if (change.type === "cut") result.splice(place, change.count);
    else if (change.type === "put") result.splice(place, 0, ...change.bytes);
    else result.splice(place, 0, ...result.slice(change.from, change.from + change.count));
    if (result.length === 0) result = [0];
  }
  return Uint8Array.from(result);
}

/** A frame with a header that is right for what stands in it, so that the checksum does not keep the rest from being read. */
function mended(frame: Uint8Array, all: readonly Change[]): Uint8Array {
  const length = Buffer.from(frame).readUInt32LE(4);
  const envelope = changed(frame.subarray(HEADER_BYTES, HEADER_BYTES + length), all);
  const body = frame.subarray(HEADER_BYTES + length);
  const result = Buffer.alloc(HEADER_BYTES + envelope.length + body.length);
  result.writeUInt32LE(envelope.length, 4);
  result.writeUInt32LE(body.length, 8);
  result.set(envelope, HEADER_BYTES);
  result.set(body, HEADER_BYTES + envelope.length);
  result.writeUInt32LE(crc32(result.subarray(4, HEADER_BYTES + envelope.length)), 0);
  return new Uint8Array(result);
}

/** Every number in what the core would get is one that it can count with. */
function assertCountable(value: unknown): void {
  if (typeof value === "number") expect(Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)).toBe(true);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
  for (const part of Object.values(value)) assertCountable(part);
}

/** What is accepted is a message: it says the same when it is sent on. */
function survives(frame: Uint8Array): "refused" | "accepted" {
  let messages: readonly Message[];
  try {
    messages = decodeFrame(frame);
  } catch (error) {
    expect(error).toBeInstanceOf(Malformed);
    return "refused";
  }
  for (const message of messages) {
    assertCountable(message);
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    const again = new Uint8Array(Buffer.concat(encodeMessage(message).pieces));
    expect(decodeFrame(again)).toEqual([message]);
  }
  return "accepted";
}

describe("fuzzing", { timeout: 600_000 }, () => {
  test("W04 W05 W07: frames that are changed, checksum and lengths put right, are messages or refused", () => {
    const outcomes = { refused: 0, accepted: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...frames), changes, (frame, all) => {
        outcomes[survives(mended(frame, all))] += 1;
      }),
      { numRuns, ...seed },
    );
    // Else the checks behind the decoder were never reached.
    expect(outcomes.accepted).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(outcomes.accepted);
  });

  test("W04: frames that are changed anywhere, or put together, are refused unless they are messages", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...frames), { minLength: 1, maxLength: 3 }), changes, (some, all) => {
        survives(changed(new Uint8Array(Buffer.concat(some)), all));
      }),
      { numRuns, ...seed },
    );
  });

  test("W09 W10: words of a handshake that are changed end it, or are words, and never prove anything", () => {
    const secrets = ["the secret of the cluster"];
    const channel = { use: "messages", overTls: false } as const;
    const self = { id: "b", clusterId: "test" };
    const words = [helloOf({ id: "a", clusterId: "test" }, "b"), welcomeOf({ id: "b", clusterId: "test" })];
    fc.assert(
      fc.property(fc.constantFrom(...words), changes, (word, all) => {
        const bytes = changed(word, all);
        for (const side of [
          new Answering({ self, secrets, channel }),
          new Dialling({ self: { id: "a", clusterId: "test" }, peer: "b", instance: "i", epoch: 1, secrets, channel }),
        ]) {
          try {
            expect(side.heard(bytes).type).not.toMatch(/proven|done/);
          } catch (error) {
            expect(error).toBeInstanceOf(Malformed);
          }
        }
      }),
      { numRuns, ...seed },
    );
  });
});
