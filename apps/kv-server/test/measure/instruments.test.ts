import { RaftError, membershipOf } from "@quorate/raft-core";
import type { Snapshot, SnapshotStore, Storage, Transport } from "@quorate/raft-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Instruments } from "../../src/measure/instruments.ts";
import { Recorder } from "../../src/watch/recorder.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const snapshot: Snapshot = { index: 7, term: 2, membership: membershipOf([]), sizeBytes: 10, checksum: 1 };

/** Has one snapshot, and rejects the next ones with `errors`. */
function storeOf(errors: Error[]): SnapshotStore {
  return {
    latest: () => Promise.resolve(snapshot),
    save: () => Promise.reject(errors.shift() ?? new Error("none is left")),
    read: () => (async function* nothing() {})(),
    readChunk: () => Promise.resolve(undefined),
    receive: () => Promise.reject(errors.shift() ?? new Error("none is left")),
    close: () => Promise.resolve(),
  };
}

// Neither is called here.
const unused = { storage: {} as Storage, transport: {} as Transport };

function attached(errors: Error[]): { instruments: Instruments; snapshots: SnapshotStore; told: () => string[] } {
  const recorder = new Recorder({ id: "n1", startedAtMs: 1, max: 10 });
  const instruments = new Instruments(recorder);
  const { snapshots } = instruments.attach({ ...unused, snapshots: storeOf(errors) });
  const told = (): string[] =>
    recorder.after(undefined).map(({ event }) => `${event.kind} ${JSON.stringify(event.values)}`);
  return { instruments, snapshots, told };
}

test("a disk that is slow is told of, not too often, and all that it takes is counted", () => {
  const { instruments, told } = attached([]);
  for (const ms of [3, 600.4, 700]) instruments.synced(ms);
  expect(told()).toEqual(['slow-disk {"ms":600}']);
  expect(instruments.fsyncLatency.report().count).toBe(3);
  vi.advanceTimersByTime(10_001);
  instruments.synced(800);
  expect(told()).toHaveLength(2);
});

test("a snapshot that the disk did not take is told of; one that the node gave up is not", async () => {
  const full = new RaftError("STORAGE_FAILED", "no space left");
  const given = new Error("of no use any more");
  const { snapshots, told } = attached([given, full, full]);
  await expect(snapshots.save(snapshot, [])).rejects.toBe(given);
  expect(told()).toEqual([]);
  await expect(snapshots.save(snapshot, [])).rejects.toBe(full);
  await expect(snapshots.receive(snapshot, 0, new Uint8Array())).rejects.toBe(full);
  expect(told()).toEqual(['snapshot-failed {"message":"no space left"}']);
});

test("the term of the latest snapshot is known from the start", async () => {
  const { instruments, snapshots } = attached([]);
  expect(instruments.snapshot).toBeUndefined();
  await snapshots.latest();
  expect(instruments.snapshot).toEqual({ index: 7, term: 2 });
  instruments.snapshotDone({ index: 9, term: 3 }, "taken");
  expect(instruments.snapshot).toEqual({ index: 9, term: 3 });
});
