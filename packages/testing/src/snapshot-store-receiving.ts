import type { SnapshotStore } from "@quorate/raft-core";
import { check, equal, rejectsWith } from "./check.ts";
import {
  type SnapshotStoreCase,
  dataOf,
  expectLatest,
  fromPeer,
  inPlace,
  inStore,
  save,
  send,
} from "./snapshot-store-bench.ts";
import type { SnapshotStoreMedium } from "./snapshot-store-medium.ts";

const KIB = 1024;
const SIZE = 150 * KIB;
const CHUNK = 40 * KIB;

/** A case that receives a peer's snapshot in one store. */
function receiving(
  body: (store: SnapshotStore, medium: SnapshotStoreMedium) => Promise<void>,
): (medium: SnapshotStoreMedium) => Promise<void> {
  return (medium) => inStore((store) => body(store, medium))(medium);
}

export const receivingCases: readonly SnapshotStoreCase[] = [
  { name: "N12 chunks in order make a snapshot, visible with the last one", run: receiving(inOrder) },
  { name: "N12 a chunk that is not the next one changes nothing and is told what is", run: receiving(outOfOrder) },
  { name: "N12 a chunk that reaches behind the end is CORRUPT and changes nothing", run: receiving(behindTheEnd) },
  { name: "N12 data that does not match the checksum starts over at 0", run: receiving(wrongData) },
  { name: "N12 a snapshot that is there already is complete", run: receiving(alreadyThere) },
  { name: "N12 an earlier snapshot than the latest is not taken", run: receiving(earlier) },
  { name: "N12 a snapshot without data", run: receiving(withoutData) },
  { name: "N12 a chunk's bytes may change once it was taken", run: receiving(bytesChange) },
  { name: "N12 after a crash a transfer goes on or starts over", needs: ["crash"], run: crashedTransfer },
  { name: "N12 a received snapshot survives a crash", needs: ["crash"], run: survives },
  { name: "N11 a transfer that fails starts over or goes on, and ends well", needs: ["fail"], run: failAnywhere },
  { name: "N13 a later snapshot takes the transfer's place", run: receiving(laterOne) },
  { name: "N13 two leaders at once end with one whole snapshot", run: receiving(twoLeaders) },
  { name: "N13 chunks that are not waited for are taken in order", run: receiving(notWaitedFor) },
  { name: "N13 a save and a transfer do not mix", run: receiving(saveMeanwhile) },
];

async function inOrder(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(1, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  for (let offset = 0; offset < SIZE; offset += CHUNK) {
    equal(await store.latest(), undefined, `latest before the chunk at ${offset}`);
    const chunk = data.subarray(offset, offset + CHUNK);
    equal(await store.receive(snapshot, offset, chunk), offset + chunk.length, "the offset wanted next");
  }
  await expectLatest(store, snapshot, data);
}

async function outOfOrder(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(2, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  const at = (offset: number): Promise<number> =>
    store.receive(snapshot, offset, data.subarray(offset, offset + CHUNK));
  equal(await at(CHUNK), 0, "the offset wanted before the transfer began");
  equal(await at(0), CHUNK, "the offset wanted after the first chunk");
  equal(await at(0), CHUNK, "the offset wanted after the first chunk twice");
  equal(await at(2 * CHUNK), CHUNK, "the offset wanted after a gap");
  equal(await at(CHUNK - 1), CHUNK, "the offset wanted after an overlap");
  const other = { ...snapshot, checksum: (snapshot.checksum ^ 1) >>> 0 };
  equal(await store.receive(other, CHUNK, data.subarray(CHUNK, 2 * CHUNK)), 0, "the offset wanted of another snapshot");
  equal(await at(CHUNK), 2 * CHUNK, "the offset wanted after the second chunk");
  await send(store, snapshot, data, CHUNK);
  await expectLatest(store, snapshot, data);
}

async function behindTheEnd(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(3, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  await store.receive(snapshot, 0, data.subarray(0, CHUNK));
  const tooMuch = new Uint8Array(SIZE);
  await rejectsWith(store.receive(snapshot, CHUNK, tooMuch), "CORRUPT", "a chunk that reaches behind the end");
  await rejectsWith(store.receive(snapshot, SIZE + 1, new Uint8Array(0)), "CORRUPT", "a chunk behind the end");
  equal(await store.receive(snapshot, 0, new Uint8Array(0)), CHUNK, "where the transfer stands");
  await send(store, snapshot, data, CHUNK);
  await expectLatest(store, snapshot, data);
}

async function wrongData(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(4, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  const wrong = data.slice();
  wrong[SIZE - 5] = (wrong[SIZE - 5] ?? 0) ^ 4;
  equal(await store.receive(snapshot, 0, wrong), 0, "the offset wanted after data that does not match");
  equal(await store.latest(), undefined, "latest");
  await send(store, snapshot, data, CHUNK);
  await expectLatest(store, snapshot, data);
}

async function alreadyThere(store: SnapshotStore): Promise<void> {
  const data = dataOf(5, 5_000);
  const snapshot = await save(store, 9, data);
  equal(await store.receive(snapshot, 0, data.subarray(0, 100)), data.length, "the offset wanted");
  await expectLatest(store, snapshot, data);
}

async function earlier(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(6, 5_000);
  const latest = await save(store, 9, data);
  const before = await fromPeer(medium, 8, dataOf(7, 5_000));
  equal(await store.receive(before, 0, dataOf(7, 5_000)), 0, "the offset wanted of an earlier snapshot");
  await expectLatest(store, latest, data);
}

async function withoutData(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const empty = await fromPeer(medium, 9, new Uint8Array(0));
  equal(await store.receive(empty, 0, new Uint8Array(0)), 0, "the offset wanted");
  await expectLatest(store, empty, new Uint8Array(0));
}

async function bytesChange(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(8, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  const buffer = new Uint8Array(CHUNK);
  for (let offset = 0; offset < SIZE; offset += CHUNK) {
    const chunk = data.subarray(offset, offset + CHUNK);
    buffer.set(chunk);
    await store.receive(snapshot, offset, buffer.subarray(0, chunk.length));
    buffer.fill(0);
  }
  await expectLatest(store, snapshot, data);
}

async function crashedTransfer(medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(9, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  await inPlace(async (place) => {
    const store = await place.store();
    await store.receive(snapshot, 0, data.subarray(0, CHUNK));
    await store.receive(snapshot, CHUNK, data.subarray(CHUNK, 2 * CHUNK));
    await place.crash?.();
    const next = await place.store();
    equal(await next.latest(), undefined, "latest after the crash");
    const standing = await next.receive(snapshot, SIZE, new Uint8Array(0));
    check(standing <= 2 * CHUNK, `the transfer stands at ${standing} after a crash at ${2 * CHUNK}`);
    await send(next, snapshot, data, CHUNK);
    await expectLatest(next, snapshot, data);
    await next.close();
  })(medium);
}

async function survives(medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(10, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  await inPlace(async (place) => {
    const store = await place.store();
    await send(store, snapshot, data, CHUNK);
    await place.crash?.();
    const next = await place.store();
    await expectLatest(next, snapshot, data);
    await next.close();
  })(medium);
}

async function failAnywhere(medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(11, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  for (let call = 1, reached = true; reached && call < 200; call++) {
    await inStore(async (store, place) => {
      const end = place.fail?.(call, "ENOSPC", "once");
      const outcome = send(store, snapshot, data, CHUNK);
      const sent = await outcome.catch(() => undefined);
      reached = end?.() ?? false;
      if (sent === undefined) {
        await rejectsWith(outcome, "STORAGE_FAILED", `a transfer whose call ${call} failed`);
        equal(await store.latest(), undefined, "latest after the failure");
        await send(store, snapshot, data, CHUNK);
      }
      await expectLatest(store, snapshot, data);
      equal((await place.debris?.()) ?? [], [], "debris of a failed transfer");
    })(medium);
  }
}

async function laterOne(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(12, SIZE);
  const first = await fromPeer(medium, 9, dataOf(13, SIZE));
  const later = await fromPeer(medium, 12, data);
  await store.receive(first, 0, dataOf(13, SIZE).subarray(0, CHUNK));
  await send(store, later, data, CHUNK);
  await expectLatest(store, later, data);
  equal(await store.receive(first, CHUNK, new Uint8Array(10)), 0, "the offset wanted of the one given up");
  await expectLatest(store, later, data);
}

async function twoLeaders(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const [one, two] = [dataOf(14, SIZE), dataOf(15, SIZE)];
  const [first, second] = [await fromPeer(medium, 9, one), await fromPeer(medium, 9, two)];
  await store.receive(first, 0, one.subarray(0, CHUNK));
  await store.receive(first, CHUNK, one.subarray(CHUNK, 2 * CHUNK));
  const wanted = await store.receive(second, 0, two.subarray(0, CHUNK));
  check(wanted <= CHUNK, `${wanted} bytes of the second are said to be there, of ${CHUNK} that were sent`);
  for (let offset = 0; offset < SIZE - CHUNK; offset += CHUNK) {
    await store.receive(first, offset, one.subarray(offset, offset + CHUNK));
    await store.receive(second, offset, two.subarray(offset, offset + CHUNK));
  }
  equal(await store.latest(), undefined, "latest while both are under way");
  await send(store, second, two, CHUNK);
  await expectLatest(store, second, two);
}

async function notWaitedFor(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const data = dataOf(16, SIZE);
  const snapshot = await fromPeer(medium, 9, data);
  const offsets = Array.from({ length: Math.ceil(SIZE / CHUNK) }, (_, i) => i * CHUNK);
  const wanted = offsets.map((offset) => store.receive(snapshot, offset, data.subarray(offset, offset + CHUNK)));
  equal(await Promise.all(wanted), [...offsets.slice(1), SIZE], "the offsets wanted");
  await expectLatest(store, snapshot, data);
}

async function saveMeanwhile(store: SnapshotStore, medium: SnapshotStoreMedium): Promise<void> {
  const [own, theirs] = [dataOf(17, SIZE), dataOf(18, SIZE)];
  const snapshot = await fromPeer(medium, 9, theirs);
  const [saved] = await Promise.all([save(store, 5, own, CHUNK), send(store, snapshot, theirs, CHUNK)]);
  equal(saved, await fromPeer(medium, 5, own), "what the save resolves with");
  await expectLatest(store, snapshot, theirs);
  const later = await save(store, 11, own);
  await expectLatest(store, later, own);
}
