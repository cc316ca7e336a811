import { seededRandom } from "@quorate/raft-core";
import { type DiskImage, MemoryFileSystem } from "@quorate/testing";
import type { FileStorage } from "../src/index.ts";
import { entriesOf, entryOf, openLog } from "./temporary-directory.ts";

export const SEGMENT_BYTES = 700;
const BLOCKS = [512, 4096];

/** What the nodes n1 and n2 do differs in their votes only: their files have the same lengths. */
export async function live(storage: FileStorage, votedFor: string): Promise<void> {
  await storage.append({ hardState: { term: 1, votedFor }, entries: entriesOf(1, 4, 1) });
  await storage.append({ entries: entriesOf(5, 12, 1) });
  await storage.append({ hardState: { term: 2, votedFor }, entries: entriesOf(11, 14, 2) });
  await storage.append({ hardState: { term: 3, votedFor: undefined }, entries: entriesOf(15, 22, 3) });
  await storage.append({ hardState: { term: 4, votedFor }, entries: [] });
  await storage.append({ entries: entriesOf(23, 26, 4) });
  await storage.append({ hardState: { term: 5, votedFor }, entries: [entryOf(27, 5)] });
}

/** A log in the directory `log`, with what has been done to it, and closed. */
export async function imageOf(nodeId: string): Promise<DiskImage> {
  const fileSystem = new MemoryFileSystem();
  const storage = await openLog("log", { fileSystem, segmentBytes: SEGMENT_BYTES, nodeId });
  await live(storage, nodeId);
  await storage.close();
  return fileSystem.image;
}

/** What a file holds; nothing where there is none. */
export function bytesIn(image: DiskImage, path: string): Uint8Array {
  return image.get(path) ?? new Uint8Array();
}

/** The segments. */
export function pathsIn(image: DiskImage): readonly string[] {
  return [...image.keys()].filter((path) => path.endsWith(".log"));
}

/** Every way to change one byte, to cut the file, and to lose the rest of it to zeros. */
export function* smallDamages(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) {
    const was = bytes[at] ?? 0;
    const others = new Set([0, 0xff, ...Array.from({ length: 8 }, (_, bit) => was ^ (1 << bit))]);
    for (const other of others) yield bytes.with(at, other);
    yield bytes.slice(0, at);
    yield bytes.slice().fill(0, at);
  }
}

/** Every block overwritten: by zeros, by ones, by noise, by another block, by the same block of another file. */
export function* blockDamages(bytes: Uint8Array, others: readonly Uint8Array[]): Generator<Uint8Array> {
  const random = seededRandom("noise");
  for (const size of BLOCKS) {
    for (let at = 0; at < bytes.length; at += size) {
      const end = Math.min(bytes.length, at + size);
      const noise = Uint8Array.from({ length: end - at }, () => Math.floor(random.next() * 256));
      const sources = [new Uint8Array(end - at), new Uint8Array(end - at).fill(0xff), noise];
      for (let from = 0; from < bytes.length; from += size) sources.push(bytes.slice(from, from + end - at));
      for (const other of others) sources.push(other.slice(at, end));
      for (const source of sources) {
        const damaged = bytes.slice();
        damaged.set(source, at);
        yield damaged;
      }
    }
  }
}
