import { setImmediate as turn } from "node:timers/promises";
import {
  Entry,
  type FileHandle,
  type FileSystem,
  encodeMembership,
  membershipOf,
  seededRandom,
} from "@quorate/raft-core";
import { FileSnapshotStore } from "@quorate/snapshot";
import { FileStorage } from "@quorate/storage-file";
import { MemoryFileSystem } from "@quorate/testing";
import { expect, test } from "vitest";
import { type Verdict, examine } from "../src/examine.ts";

const holder = 4711;
const membership = membershipOf([{ id: "n1", address: "one:1" }]);

/** A file system whose every call waits to be let through. */
class GatedFileSystem {
  readonly #inner: FileSystem;
  #waiting: (() => void)[] = [];
  #isOpen = false;

  constructor(inner: FileSystem) {
    this.#inner = inner;
  }

  /** Lets one call through, if one waits. */
  async letOneThrough(): Promise<void> {
    this.#waiting.shift()?.();
    await turn();
  }

  letAllThrough(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  get fileSystem(): FileSystem {
    const inner = this.#inner;
    return {
      list: (path) => this.#pass(() => inner.list(path)),
      open: (path, mode) => this.#pass(async () => this.#handle(await inner.open(path, mode))),
      makeDirectory: (path) => this.#pass(() => inner.makeDirectory(path)),
      rename: (from, to) => this.#pass(() => inner.rename(from, to)),
      remove: (path) => this.#pass(() => inner.remove(path)),
      syncDirectory: (path) => this.#pass(() => inner.syncDirectory(path)),
      lock: (path) => inner.lock(path),
    };
  }

  #handle(inner: FileHandle): FileHandle {
    return {
      sizeBytes: () => inner.sizeBytes(),
      read: (target, offsetBytes) => inner.read(target, offsetBytes),
      write: (chunks, offsetBytes) => this.#pass(() => inner.write(chunks, offsetBytes)),
      truncate: (sizeBytes) => this.#pass(() => inner.truncate(sizeBytes)),
      sync: () => this.#pass(() => inner.sync()),
      close: () => inner.close(),
    };
  }

  async #pass<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return await call();
  }
}

/** What a node does to its directory, over and over: writes, replaces, saves snapshots, compacts, and begins anew behind one. */
async function live(fileSystem: FileSystem, isOver: () => boolean): Promise<void> {
  const identity = { clusterId: "c1", nodeId: "n1" };
  const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity, segmentBytes: 600 });
  const snapshots = await FileSnapshotStore.open({ directory: "data/snapshots", fileSystem });
  const genesis = new Entry(1, 0, "membership", encodeMembership(membership));
  await storage.append({ hardState: { term: 1, votedFor: "n1", incarnation: 7 }, entries: [genesis] });
  let next = 2;
  for (let round = 1; !isOver(); round += 1) {
    const term = round;
    const entries = Array.from(
      { length: 6 },
      (_, at) => new Entry(next + at, term, "command", new Uint8Array(40).fill(1)),
    );
    await storage.append({ hardState: { term, votedFor: undefined, incarnation: 7 }, entries });
    next += round % 3 === 0 ? 4 : 6;
    if (round % 4 !== 0) continue;
    const jump = round % 8 === 0 ? 20 : -1;
    const index = next + jump;
    await snapshots.save({ index, term, membership }, [new Uint8Array(700)]);
    if (jump > 0) await storage.reset({ index, term });
    else await storage.compact({ index, term });
    if (jump > 0) next = index + 1;
  }
  await Promise.all([storage.close(), snapshots.close()]);
}

test("F28: a directory that a node writes to meanwhile, call by call, is never told as damaged", async () => {
  const disk = new MemoryFileSystem();
  const gate = new GatedFileSystem(disk);
  let isOver = false;
  const life = live(gate.fileSystem, () => isOver);
  const random = seededRandom("beside a node");
  const meanwhile = async <T>(look: () => Promise<T>): Promise<T> => {
    for (let calls = Math.floor(random.next() * 4); calls > 0; calls -= 1) await gate.letOneThrough();
    return await look();
  };
  const readOnly = {
    list: (path: string) => meanwhile(() => disk.list(path)),
    open: async (path: string): Promise<FileHandle> => {
      const file = await meanwhile(() => disk.open(path, "read"));
      return { ...file, read: (target, offsetBytes) => meanwhile(() => file.read(target, offsetBytes)) };
    },
  };
  while (!disk.image.has("data/snapshots")) await gate.letOneThrough();
  const verdicts = new Map<Verdict | "not read", number>();
  for (let examined = 0; examined < 400; examined += 1) {
    const verdict = await examine("data", { ...readOnly, lockHolder: async () => holder }).then(
      (report) => report.verdict,
      (error: unknown) => {
        expect(error).toMatchObject({ message: expect.stringContaining(`while process ${holder} runs on it`) });
        return "not read" as const;
      },
    );
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  }
  expect([...verdicts.keys()].toSorted()).toEqual(["healthy", "not read", "running"]);
  isOver = true;
  gate.letAllThrough();
  await life;
  expect(disk.held).toBe(0);
  const stopped = await examine("data", { ...readOnly, lockHolder: async () => undefined });
  expect(stopped).toMatchObject({ verdict: "healthy", findings: [] });
});
