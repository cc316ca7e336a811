import { crc32 } from "node:zlib";
import { decodeRecord, encodeRecord } from "@quorate/raft-core";
import { MemoryFileSystem } from "@quorate/testing";
import { expect, test } from "vitest";
import { KIND_MARK } from "../src/format.ts";
import { bytesIn, imageOf, pathsIn } from "./damages.ts";
import { recordsIn } from "./records-in.ts";
import { contentOf, entryOf, openLog } from "./temporary-directory.ts";

/** The same segment as the first versions wrote it: a mark is its header alone, and tells where it stands. */
function withOldMarks(bytes: Uint8Array): Uint8Array {
  const records = recordsIn(bytes);
  const parts: Uint8Array[] = [bytes.subarray(0, records[0]?.at)];
  let offsetBytes = records[0]?.at ?? 0;
  for (const { at, end, kind } of records) {
    const decoded = decodeRecord(bytes, at, crc32);
    if (decoded.type !== "record") throw new Error(`no record at ${at}`);
    const record = { ...decoded.record, index: offsetBytes, data: new Uint8Array() };
    const part = kind === KIND_MARK ? encodeRecord(record, crc32) : bytes.subarray(at, end);
    parts.push(part);
    offsetBytes += part.length;
  }
  return Uint8Array.from(Buffer.concat(parts));
}

test("F20: a log whose marks have no checksum is read, and written on", async () => {
  const image = await imageOf("n1");
  const old = new Map([...image, ...pathsIn(image).map((path) => [path, withOldMarks(bytesIn(image, path))] as const)]);
  expect(pathsIn(old).some((path) => bytesIn(old, path).length < bytesIn(image, path).length)).toBe(true);
  const fileSystem = new MemoryFileSystem(old);
  let storage = await openLog("log", { fileSystem });
  const content = await contentOf(storage);
  const before = await openLog("log", { fileSystem: new MemoryFileSystem(image) });
  expect(content).toBe(await contentOf(before));
  await before.close();
  await storage.append({ entries: [entryOf(28, 5)] });
  await storage.append({ entries: [entryOf(29, 5)] });
  await storage.close();
  storage = await openLog("log", { fileSystem });
  expect((await storage.load()).lastIndex).toBe(29);
  await storage.close();
});
