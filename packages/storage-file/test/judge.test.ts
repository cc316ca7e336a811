import { crc32 } from "node:zlib";
import { encodeRecord } from "@quorate/raft-core";
import { MemoryFileSystem } from "@quorate/testing";
import { expect, test } from "vitest";
import { type Damage, judge } from "../src/damage.ts";
import { encodeMark } from "../src/format.ts";

async function judged(bytes: Uint8Array): Promise<Damage["type"]> {
  const handle = await new MemoryFileSystem(new Map([["a", bytes]])).open("a", "read");
  return (await judge(handle, { sequence: 1, fromBytes: 0, sizeBytes: bytes.length })).type;
}

/** A record whose checksum begins with a zero. */
function beginningWithZero(): Uint8Array {
  for (let term = 1; ; term += 1) {
    const record = encodeRecord({ kind: 0, term, index: 2, data: new Uint8Array(100).fill(7) }, crc32);
    if (record[0] === 0) return record;
  }
}

test("P45: a sector that ends in the next record's first byte, a zero, was torn all the same", async () => {
  const next = beginningWithZero();
  const damaged = encodeRecord({ kind: 0, term: 1, index: 1, data: new Uint8Array(483).fill(7) }, crc32);
  expect(damaged.length).toBe(511);
  const torn = Uint8Array.from([...damaged.fill(0, 300), ...next]);
  expect(await judged(torn)).toBe("torn");
});

test("P45: damage inside a sector, with a whole record behind it in the same, is none of a crash's", async () => {
  const damaged = encodeRecord({ kind: 0, term: 1, index: 1, data: new Uint8Array(100).fill(7) }, crc32).with(50, 8);
  const next = encodeRecord({ kind: 0, term: 1, index: 2, data: new Uint8Array(100).fill(7) }, crc32);
  expect(await judged(Uint8Array.from([...damaged, ...next]))).toBe("damaged");
  expect(await judged(damaged)).toBe("torn");
  expect(await judged(new Uint8Array(700))).toBe("blank");
});

test("P45: values full of what looks like records of any length do not make it last", async () => {
  const bytes = new Uint8Array(4 * 1024 * 1024);
  const view = new DataView(bytes.buffer);
  for (let at = 40; at + 28 <= bytes.length; at += 28) {
    view.setUint32(at, 1, true);
    view.setUint32(at + 4, bytes.length - at, true);
    view.setUint32(at + 24, 0x0101, true);
  }
  expect(await judged(bytes)).toBe("torn");
  const offsetBytes = 40 + 28 * 100_000;
  bytes.set(encodeMark({ sequence: 1, offsetBytes, checksum: 5 }), offsetBytes);
  expect(await judged(bytes)).toBe("damaged");
});

test("P45: what a client has stored proves nothing: a value that holds records, cut anywhere, is torn", async () => {
  const inner = encodeRecord({ kind: 0, term: 1, index: 2, data: new Uint8Array(60).fill(7) }, crc32);
  const data = Uint8Array.from(Array.from({ length: 12 }, () => [...inner]).flat());
  const outer = encodeRecord({ kind: 0, term: 1, index: 1, data }, crc32);
  for (let length = 1; length < outer.length; length += 1) {
    expect(await judged(outer.slice(0, length))).toBe("torn");
    expect(await judged(outer.slice().fill(0, length))).toBe("torn");
  }
  for (let lost = 0; lost + 512 < outer.length; lost += 512) {
    expect(await judged(outer.slice().fill(0, lost, lost + 512))).toBe("torn");
  }
});
