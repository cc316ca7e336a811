import { check, equal, rejectsWith } from "./check.ts";
import {
  type SnapshotStoreCase,
  dataOf,
  expectLatest,
  headAt,
  inPlace,
  readAll,
  save,
} from "./snapshot-store-bench.ts";
import type { SnapshotStorePlace } from "./snapshot-store-medium.ts";

const KIB = 1024;
/** More operations than any save takes: an end to the sweeps over all of them. */
const CALLS_MAX = 200;

/** What must hold when the medium is damaged, refuses, or loses its power. */
export const faultCases: readonly SnapshotStoreCase[] = [
  { name: "N02 it is still there in the next store", needs: ["crash"], run: inPlace(survives) },
  {
    name: "N03 a crash during save leaves the one before, and no debris",
    needs: ["crash", "debris"],
    run: inPlace(crashed),
  },
  { name: "N09 any changed byte is CORRUPT, never other data", needs: ["damage"], run: inPlace(flipped) },
  { name: "N09 a file of any other length is CORRUPT", needs: ["damage"], run: inPlace(otherLength) },
  {
    name: "N10 a crash at any step of save leaves the old or the new one",
    needs: ["crash", "fail"],
    run: inPlace(crashAnywhere),
  },
  {
    name: "N11 a save that fails leaves the one before, and may be tried again",
    needs: ["fail"],
    run: inPlace(failAnywhere),
  },
];

async function survives(place: SnapshotStorePlace): Promise<void> {
  const data = dataOf(1, 300 * KIB);
  const first = await place.store();
  const snapshot = await save(first, 7, data);
  await place.crash?.();
  const second = await place.store();
  await expectLatest(second, snapshot, data);
  await second.close();
  const third = await place.store();
  await expectLatest(third, snapshot, data);
  await rejectsWith(save(third, 7, data), "TypeError", "a save at the same index, in the next store");
  await third.close();
}

async function crashed(place: SnapshotStorePlace): Promise<void> {
  const store = await place.store();
  const data = dataOf(4, 5000);
  const before = await save(store, 3, data);
  const begun = Promise.withResolvers<void>();
  const forEver = Promise.withResolvers<void>();
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield dataOf(5, 300 * KIB);
    begun.resolve();
    await forEver.promise;
  };
  const interrupted = store.save(headAt(4), chunks()).catch(() => undefined);
  await begun.promise;
  await place.crash?.();
  const next = await place.store();
  await expectLatest(next, before, data);
  equal(await place.debris?.(), [], "debris after the next open");
  await next.close();
  forEver.resolve();
  await interrupted;
}

/** All of a place's snapshot must be as it was, or be refused by `open`, `latest` or `read`. */
async function expectIntactOrCorrupt(
  place: SnapshotStorePlace,
  intact: boolean,
  data: Uint8Array,
  what: string,
): Promise<void> {
  const reading = async (): Promise<Uint8Array> => {
    const store = await place.store();
    try {
      const latest = await store.latest();
      check(latest !== undefined, `${what}: the snapshot is gone without a word`);
      return await readAll(store, latest);
    } finally {
      await store.close();
    }
  };
  if (intact) equal(await reading(), data, what);
  else await rejectsWith(reading(), "CORRUPT", what);
}

async function savedAndClosed(place: SnapshotStorePlace, data: Uint8Array): Promise<Uint8Array> {
  const store = await place.store();
  await save(store, 1, dataOf(12, 50));
  await save(store, 2, data);
  await store.close();
  return new Uint8Array((await place.stored?.()) ?? []);
}

async function flipped(place: SnapshotStorePlace): Promise<void> {
  const data = dataOf(13, 200);
  const stored = await savedAndClosed(place, data);
  for (let at = 0; at < stored.length; at++) {
    const damaged = stored.slice();
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
    await place.replaceStored?.(damaged);
    await expectIntactOrCorrupt(place, false, data, `byte ${at} of ${stored.length} changed`);
  }
  await place.replaceStored?.(stored);
  await expectIntactOrCorrupt(place, true, data, "the bytes as they were");
}

async function otherLength(place: SnapshotStorePlace): Promise<void> {
  const data = dataOf(14, 200);
  const stored = await savedAndClosed(place, data);
  for (let length = 0; length < stored.length; length += 3) {
    await place.replaceStored?.(stored.subarray(0, length));
    await expectIntactOrCorrupt(place, false, data, `cut to ${length} of ${stored.length} bytes`);
  }
  for (const more of [1, 20, 4096]) {
    const longer = new Uint8Array(stored.length + more);
    longer.set(stored);
    await place.replaceStored?.(longer);
    await expectIntactOrCorrupt(place, false, data, `${more} zeros longer`);
  }
}

async function crashAnywhere(place: SnapshotStorePlace): Promise<void> {
  const oldData = dataOf(15, 500);
  let index = 1;
  const before = await place.store();
  let old = await save(before, index, oldData);
  await before.close();
  for (let call = 1, reached = true; reached && call < CALLS_MAX; call++) {
    const store = await place.store();
    const data = dataOf(16 + call, 70 * KIB);
    const end = place.fail?.(call, "EIO", "for-good");
    const saved = await save(store, ++index, data, 30 * KIB).catch(() => undefined);
    reached = end?.() ?? false;
    await place.crash?.();
    const next = await place.store();
    const latest = await next.latest();
    if (saved !== undefined || latest?.index === index) {
      check(latest !== undefined, `the snapshot is gone after a crash at call ${call}`);
      await expectLatest(next, saved ?? latest, data);
      old = await save(next, ++index, oldData);
    } else {
      await expectLatest(next, old, oldData);
    }
    await next.close();
  }
}

async function failAnywhere(place: SnapshotStorePlace): Promise<void> {
  const store = await place.store();
  const oldData = dataOf(17, 500);
  let index = 1;
  for (const code of ["ENOSPC", "EIO"] as const) {
    for (let call = 1, reached = true; reached && call < CALLS_MAX; call++) {
      const old = await save(store, index++, oldData);
      const data = dataOf(18 + call, 70 * KIB);
      const end = place.fail?.(call, code, "once");
      const outcome = save(store, index, data, 30 * KIB);
      const saved = await outcome.catch(() => undefined);
      reached = end?.() ?? false;
      if (saved === undefined) {
        await rejectsWith(outcome, "STORAGE_FAILED", `a save whose call ${call} failed with ${code}`);
        await expectLatest(store, old, oldData);
      }
      const again = saved ?? (await save(store, index, data));
      await expectLatest(store, again, data);
      index++;
    }
  }
  await store.close();
  equal((await place.debris?.()) ?? [], [], "debris of failed saves");
}
