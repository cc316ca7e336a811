import { RaftError, type Snapshot, membershipOf, seededRandom } from "@quorate/raft-core";
import { type DiskImage, MemoryFileSystem } from "@quorate/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { FileSnapshotStore, inspectSnapshots } from "../src/index.ts";

const directory = "snapshots";
const membership = membershipOf([{ id: "n1", address: "one:1" }]);
const dataOf = (index: number): Uint8Array => Uint8Array.from({ length: 300 }, (_, at) => (at * index * 7) >> 2);

/** Every way to change one byte, to cut the file, to lose the rest of it to zeros, or a block to anything. */
function* damagesTo(bytes: Uint8Array, others: readonly Uint8Array[]): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) {
    const was = bytes[at] ?? 0;
    for (const other of new Set([0, 0xff, ...Array.from({ length: 8 }, (_, bit) => was ^ (1 << bit))])) {
      if (other !== was) yield bytes.with(at, other);
    }
    yield bytes.slice(0, at);
    if (bytes.subarray(at).some((byte) => byte !== 0)) yield bytes.slice().fill(0, at);
  }
  for (const more of [1, 100]) yield Uint8Array.from([...bytes, ...new Uint8Array(more)]);
  yield Uint8Array.from([...bytes, ...bytes]);
  const random = seededRandom("noise");
  const noise = Uint8Array.from(bytes, () => Math.floor(random.next() * 256));
  for (const source of [noise, ...others]) {
    for (let at = 0; at < bytes.length; at += 64) {
      const damaged = bytes.slice();
      damaged.set(source.subarray(at, Math.min(at + 64, bytes.length)), at);
      if (damaged.some((byte, i) => byte !== bytes[i])) yield damaged;
    }
  }
}

async function readAll(store: FileSnapshotStore, snapshot: Snapshot): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(snapshot)) chunks.push(chunk);
  return Uint8Array.from(Buffer.concat(chunks));
}

describe("F03 F04 F22: every byte of a snapshot", () => {
  let image: DiskImage;
  let paths: readonly string[] = [];
  let snapshots: readonly Snapshot[] = [];

  beforeAll(async () => {
    const fileSystem = new MemoryFileSystem();
    const store = await FileSnapshotStore.open({ directory, fileSystem });
    snapshots = [
      await store.save({ index: 4, term: 1, membership }, [dataOf(4)]),
      await store.save({ index: 9, term: 2, membership }, [dataOf(9)]),
    ];
    await store.close();
    image = fileSystem.image;
    paths = [...image.keys()].filter((path) => path.startsWith(`${directory}/`));
    expect(paths).toHaveLength(2);
  });

  const bytesOf = (path: string | undefined): Uint8Array => image.get(path ?? "") ?? new Uint8Array();

  test("of the latest: it is refused with file and place before any of it is used, and the verifier says the same", async () => {
    const [older, latest = ""] = paths;
    let count = 0;
    for (const damaged of damagesTo(bytesOf(latest), [bytesOf(older)])) {
      count += 1;
      const fileSystem = new MemoryFileSystem(new Map([...image, [latest, damaged]]));
      const failure = await usedFrom(fileSystem).catch((error: unknown) => error);
      if (!(failure instanceof RaftError)) throw new Error(`damage ${count} is not refused`, { cause: failure });
      expect(failure.code).toBe("CORRUPT");
      expect(failure.message).toMatch(
        new RegExp(`^${latest} is damaged at byte \\d+: .*Put an intact copy of the file`),
      );
      expect(fileSystem.held).toBe(0);
      const [, report] = await inspectSnapshots({ directory, fileSystem });
      expect(report?.damage).toBe(failure.message);
    }
    console.info(`${count} damages to a snapshot, all refused`);
    expect(count).toBeGreaterThan(4_000);
  });

  async function usedFrom(fileSystem: MemoryFileSystem): Promise<Uint8Array> {
    await using store = await FileSnapshotStore.open({ directory, fileSystem });
    const latest = await store.latest();
    if (latest === undefined) throw new Error("there is none");
    return await readAll(store, latest);
  }

  test("of an older one: the latest is used, and what is given out of the older is what was saved", async () => {
    const [older = "", latest] = paths;
    const [olderSnapshot, latestSnapshot] = snapshots;
    if (olderSnapshot === undefined || latestSnapshot === undefined) throw new Error("there are not two");
    for (const damaged of damagesTo(bytesOf(older), [bytesOf(latest)])) {
      const fileSystem = new MemoryFileSystem(new Map([...image, [older, damaged]]));
      await using store = await FileSnapshotStore.open({ directory, fileSystem });
      expect(await readAll(store, latestSnapshot)).toEqual(dataOf(9));
      const chunk = await store.readChunk(olderSnapshot, 0, 300).catch((error: unknown) => error);
      if (chunk !== undefined) expect(chunk).toMatchObject({ code: "CORRUPT" });
    }
  });
});
