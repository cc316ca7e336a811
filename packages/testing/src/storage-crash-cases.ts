import type { Entry, Storage, StorageWrite, StoredState } from "@quorate/raft-core";
import { check, equal, rejectsWith } from "./check.ts";
import {
  EMPTY,
  type StorageBench,
  type StorageCase,
  TEN,
  entriesOf,
  entryOf,
  inBench,
  needsDurable,
} from "./storage-bench.ts";
import type { StorageFailure, StorageMedium } from "./storage-medium.ts";

const PLENTY = 1_000_000;

/** Lets microtasks run, and now and then an access to the medium, so that crashes hit different moments without a clock. */
async function hops(storage: Storage, count: number): Promise<void> {
  for (let hop = 0; hop < count; hop += 1) await Promise.resolve();
  const { base } = await storage.load();
  for (let read = 0; read < count % 4; read += 1) await storage.read(base.index + 1, base.index + 1, 0);
}

/** For promises that a crash may leave in any state. */
function unheard(outcome: Promise<unknown>): void {
  outcome.catch(() => undefined);
}

/** Crashes with `write` under way, and tells what is there afterwards. */
async function crashDuring(
  bench: StorageBench,
  storage: Storage,
  write: StorageWrite,
  hopCount: number,
): Promise<{ readonly storage: Storage; readonly state: StoredState; readonly entries: readonly Entry[] }> {
  unheard(storage.append(write));
  await hops(storage, hopCount);
  await bench.crash(storage);
  const reopened = await bench.openOnly();
  const state = await reopened.load();
  const entries = await reopened.read(state.base.index + 1, state.lastIndex, PLENTY);
  return { storage: reopened, state, entries };
}

async function failsForGood(bench: StorageBench, storage: Storage, failure: StorageFailure): Promise<void> {
  check(bench.place.failNext !== undefined, "a medium that fails has `failNext`");
  bench.place.failNext(failure);
  const write = { hardState: { term: 9, votedFor: undefined }, entries: [entryOf(11, 9)] };
  const first = storage.append(write);
  const second = storage.append({ entries: [entryOf(12, 9)] });
  await rejectsWith(first, "STORAGE_FAILED", `the append whose ${failure} failed`);
  await rejectsWith(second, "STORAGE_FAILED", "the append behind it");
  await rejectsWith(storage.append({ entries: [] }), "STORAGE_FAILED", "a barrier after the failure");
  await rejectsWith(storage.append({ entries: [entryOf(11, 4)] }), "STORAGE_FAILED", "an append after the failure");
  await rejectsWith(storage.compact({ index: 3, term: 1 }), "STORAGE_FAILED", "a compact after the failure");
  await rejectsWith(storage.reset({ index: 30, term: 4 }), "STORAGE_FAILED", "a reset after the failure");
  equal(await storage.read(1, 10, PLENTY), TEN.entries, "what was durable before the failure");
}

const needsFailures = (medium: StorageMedium): string | undefined =>
  medium.fails ? undefined : "it cannot be made to fail";

async function failureCase(bench: StorageBench, medium: StorageMedium, failure: StorageFailure): Promise<void> {
  const storage = await bench.openTen();
  await failsForGood(bench, storage, failure);
  if (!medium.durable) return;
  await bench.close(storage);
  const reopened = await bench.openOnly();
  const { lastIndex, hardState } = await reopened.load();
  check(lastIndex >= 10, `after the failure entries 1 to 10 were durable, but the last one is ${lastIndex}`);
  check(hardState.term === 4 || hardState.term === 9, `the hard state's term is ${hardState.term}`);
  equal(await reopened.read(1, 10, PLENTY), TEN.entries, "what was durable before the failure");
  await reopened.append({ hardState: { term: 9, votedFor: "n1" }, entries: [entryOf(11, 9)] });
  await bench.reopen(reopened, {
    ...TEN,
    hardState: { term: 9, votedFor: "n1" },
    entries: [...TEN.entries, entryOf(11, 9)],
  });
}

/** What survives: crashes, closing, failures of the medium, and whose log it is. */
export const storageCrashCases: readonly StorageCase[] = [
  {
    name: "S12 what has resolved survives a crash",
    missing: needsDurable,
    run: inBench(async (bench) => {
      let storage = await bench.open();
      let content = EMPTY;
      for (let round = 1; round <= 5; round += 1) {
        const hardState = { term: round, votedFor: round % 2 === 0 ? "n1" : undefined };
        const fresh = entriesOf(round * 3 - 2, round * 3, round);
        content = { ...content, hardState, entries: [...content.entries, ...fresh] };
        await storage.append({ hardState, entries: fresh });
        await bench.crash(storage);
        storage = await bench.open(content);
      }
      await storage.compact({ index: 3, term: 1 });
      await storage.reset({ index: 40, term: 5 });
      await bench.crash(storage);
      await bench.open({ ...content, base: { index: 40, term: 5 }, entries: [] });
    }),
  },
  {
    name: "S13 after a crash no entry's term is above the hard state's",
    missing: needsDurable,
    run: inBench(async (bench) => {
      let storage = await bench.open();
      for (let round = 1; round <= 20; round += 1) {
        const next = (await storage.read(1, PLENTY, PLENTY)).length + 1;
        const write = { hardState: { term: round, votedFor: "n1" }, entries: entriesOf(next, next + 2, round) };
        const after = await crashDuring(bench, storage, write, round);
        const lastTerm = after.entries.at(-1)?.term ?? 0;
        const { term } = after.state.hardState;
        check(lastTerm <= term, `an entry of term ${lastTerm} is stored, and the hard state's term is ${term}`);
        storage = after.storage;
        await storage.append({ hardState: { term: round, votedFor: "n1" }, entries: [] });
      }
    }),
  },
  {
    name: "S15 after a crash an unresolved write is there up to some entry, and never with the old suffix behind it",
    missing: needsDurable,
    run: inBench(async (bench) => {
      let storage = await bench.openTen();
      for (let round = 0; round < 20; round += 1) {
        await storage.append({ hardState: { term: 5 + round, votedFor: undefined }, entries: entriesOf(1, 10, 4) });
        const fresh = entriesOf(6, 12, 5 + round);
        const after = await crashDuring(bench, storage, { entries: fresh }, round);
        const old = entriesOf(1, 10, 4);
        const kept = after.entries.slice(5).findIndex((entry) => entry.term === 4);
        const expected = kept === 0 ? old : [...old.slice(0, 5), ...fresh].slice(0, after.entries.length);
        check(after.entries.length >= 5, `only ${after.entries.length} entries are left`);
        equal(after.entries, expected, "entries after the crash");
        storage = after.storage;
      }
    }),
  },
  {
    name: "S16 opening again and again shows the same, and changes nothing",
    missing: needsDurable,
    run: inBench(async (bench) => {
      let storage = await bench.openTen();
      await storage.compact({ index: 2, term: 1 });
      await bench.close(storage);
      const before = await bench.place.content?.();
      for (let round = 0; round < 20; round += 1) {
        storage = await bench.open({ ...TEN, base: { index: 2, term: 1 }, entries: TEN.entries.slice(2) });
        await bench.close(storage);
      }
      equal(await bench.place.content?.(), before, "what is stored");
    }),
  },
  {
    name: "S18 a crash during reset leaves the old log or the new one",
    missing: needsDurable,
    run: inBench(async (bench) => {
      let storage = await bench.open();
      for (let round = 0; round < 20; round += 1) {
        const base = { index: 100 * round + 1, term: 1 };
        await storage.reset(base);
        await storage.append({
          hardState: { term: 1, votedFor: "n1" },
          entries: entriesOf(base.index + 1, base.index + 5, 1),
        });
        const reset = { index: base.index + 50, term: 1 };
        unheard(storage.reset(reset));
        await hops(storage, round);
        await bench.crash(storage);
        storage = await bench.openOnly();
        const state = await storage.load();
        const isNew = state.base.index === reset.index;
        equal(state.base, isNew ? reset : base, "the base");
        equal(state.lastIndex, isNew ? reset.index : base.index + 5, "the last index");
        equal(state.hardState, { term: 1, votedFor: "n1" }, "the hard state");
      }
    }),
  },
  {
    name: "S19 a storage that is open cannot be opened again, until it is closed or its process is gone",
    missing: (medium) => (medium.locks ? undefined : "there is no lock"),
    run: inBench(async (bench, medium) => {
      const storage = await bench.openTen();
      await rejectsWith(bench.place.open(), "LOCKED", "opening it twice");
      await bench.close(storage);
      const again = await bench.open(TEN);
      await rejectsWith(bench.place.open(), "LOCKED", "opening it twice");
      if (!medium.durable) return;
      await bench.crash(again);
      await bench.open(TEN);
    }),
  },
  {
    name: "S20 the log of another node or another cluster is refused, and stays as it is",
    missing: (medium) => (medium.identifies ? undefined : "it does not know whose it is"),
    run: inBench(async (bench) => {
      await bench.close(await bench.openTen());
      await rejectsWith(bench.place.open("other node"), "WRONG_CLUSTER", "opening it as another node");
      await rejectsWith(bench.place.open("other cluster"), "WRONG_CLUSTER", "opening it in another cluster");
      await bench.open(TEN);
    }),
  },
  {
    name: "S22 a write that failed is the last one; what was durable can be read, and opened again",
    missing: needsFailures,
    run: inBench((bench, medium) => failureCase(bench, medium, "write")),
  },
  {
    name: "S23 a sync that failed is never believed again",
    missing: needsFailures,
    run: inBench((bench, medium) => failureCase(bench, medium, "sync")),
  },
  {
    name: "S24 a medium that was full has all that was durable once there is room again",
    missing: needsFailures,
    run: inBench((bench, medium) => failureCase(bench, medium, "space")),
  },
  {
    name: "S25 close waits for what is under way, may be called again, and ends every other call",
    run: inBench(async (bench, medium) => {
      const storage = await bench.openTen();
      let isWritten = false;
      const write = storage.append({ entries: entriesOf(11, 20, 4) }).then(() => {
        isWritten = true;
      });
      await Promise.all([storage.close(), storage.close()]);
      check(isWritten, "close resolved before the append that was under way");
      await write;
      await storage.close();
      await rejectsWith(storage.load(), "CLOSED", "load after close");
      await rejectsWith(storage.append({ entries: [] }), "CLOSED", "append after close");
      await rejectsWith(storage.read(1, 5, PLENTY), "CLOSED", "read after close");
      await rejectsWith(storage.compact({ index: 1, term: 1 }), "CLOSED", "compact after close");
      await rejectsWith(storage.reset({ index: 1, term: 1 }), "CLOSED", "reset after close");
      if (medium.durable) await bench.open({ ...TEN, entries: [...TEN.entries, ...entriesOf(11, 20, 4)] });
    }),
  },
];
