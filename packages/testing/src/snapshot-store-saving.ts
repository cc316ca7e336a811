import type { SnapshotHead, SnapshotStore } from "@quorate/raft-core";
import { check, equal, rejectsWith } from "./check.ts";
import { collect, iterate, recut } from "./chunks.ts";
import {
  type SnapshotStoreCase,
  dataOf,
  expectLatest,
  headAt,
  inPlace,
  inStore,
  readAll,
  save,
} from "./snapshot-store-bench.ts";
import type { SnapshotStorePlace } from "./snapshot-store-medium.ts";

const KIB = 1024;
const CHUNK_BYTES_MAX = 8 * KIB * KIB;

export const savingCases: readonly SnapshotStoreCase[] = [
  { name: "N01 an empty store has no snapshot", run: inStore(isEmpty) },
  { name: "N02 what is saved is what is read: head, membership, size, checksum, data", run: inStore(roundTrip) },
  { name: "N03 a snapshot is visible when it is finished, not before", run: inStore(visibleWhenFinished) },
  { name: "N03 if the chunks throw, that error is thrown and nothing is kept", run: inStore(chunksThrow) },
  { name: "N04 the latest is that with the highest index; none but a later one may be saved", run: inStore(order) },
  { name: "N05 no data at all", run: inStore(noData) },
  { name: "N05 much data, in chunks of any size", run: inStore(muchData) },
  { name: "N05 chunks are written as they come", run: inStore(asTheyCome) },
  { name: "N05 data larger than the memory that it may take", needs: ["memory"], run: inStore(boundedMemory) },
  { name: "N06 the latest is kept, and an earlier one for as long as it is read", run: inStore(retention) },
  { name: "N07 a reader sees its own snapshot while others are saved and read", run: inStore(readersAndWriters) },
  { name: "N07 readChunk gives the same bytes as read, from any offset", run: inStore(chunkByChunk) },
  { name: "N07 a snapshot that is not in the store is undefined, or a TypeError to read", run: inStore(unknown) },
  { name: "N15 only numbers name a snapshot", run: inStore(onlyNumbers) },
  { name: "N16 a closed store refuses everything; close waits, and may be called again", run: inPlace(closed) },
  { name: "N16 nothing is held after close", needs: ["held"], run: inPlace(holdsNothing) },
];

async function isEmpty(store: SnapshotStore): Promise<void> {
  equal(await store.latest(), undefined, "latest of an empty store");
}

async function roundTrip(store: SnapshotStore): Promise<void> {
  const membership = {
    voters: ["a", "b-é-\u{1f980}"],
    outgoing: ["a", "old"],
    learners: ["__proto__", "learner"],
    addresses: { a: "[::1]:1", "b-é-\u{1f980}": "hôte:2", old: "", learner: "x", ["__proto__"]: "y" },
  };
  const head = headAt(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1, membership);
  const data = Uint8Array.from("123456789", (digit) => digit.charCodeAt(0));
  const snapshot = await store.save(head, [data.subarray(0, 4), new Uint8Array(0), data.subarray(4)]);
  equal(snapshot, { ...head, sizeBytes: 9, checksum: 0xcbf43926 }, "what save resolves with");
  await expectLatest(store, snapshot, data);
}

async function visibleWhenFinished(store: SnapshotStore): Promise<void> {
  const seen: unknown[] = [];
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 3; i++) {
      seen.push(await store.latest());
      yield dataOf(i, 100 * KIB);
    }
    seen.push(await store.latest());
  };
  const snapshot = await store.save(headAt(1), chunks());
  equal(seen, [undefined, undefined, undefined, undefined], "latest during the save");
  equal(await store.latest(), snapshot, "latest after the save");
}

async function chunksThrow(store: SnapshotStore, place: SnapshotStorePlace): Promise<void> {
  const data = dataOf(2, 5000);
  const before = await save(store, 3, data);
  const failure = new Error("the state machine failed");
  const chunks = function* (): Generator<Uint8Array> {
    yield dataOf(3, 200 * KIB);
    throw failure;
  };
  const thrown: unknown = await store.save(headAt(4), chunks()).then(
    () => "nothing",
    (error: unknown) => error,
  );
  check(thrown === failure, `save threw ${String(thrown)}, not what the chunks threw`);
  await expectLatest(store, before, data);
  equal((await place.debris?.()) ?? [], [], "debris of a failed save");
  await expectLatest(store, await save(store, 4, data), data);
}

async function order(store: SnapshotStore): Promise<void> {
  const data = dataOf(6, 3000);
  await save(store, 5, dataOf(7, 100));
  const latest = await store.save(headAt(9, 2), [data]);
  await rejectsWith(save(store, 9, data), "TypeError", "a save at the latest index");
  await rejectsWith(store.save(headAt(8, 7), [data]), "TypeError", "a save before the latest index");
  await expectLatest(store, latest, data);
}

async function noData(store: SnapshotStore): Promise<void> {
  const snapshot = await store.save(headAt(1), []);
  equal([snapshot.sizeBytes, snapshot.checksum], [0, 0], "size and checksum");
  equal(await readAll(store, snapshot), new Uint8Array(0), "the data");
  equal(await store.readChunk(snapshot, 0, 10), new Uint8Array(0), "the chunk at its end");
}

async function muchData(store: SnapshotStore): Promise<void> {
  const data = dataOf(8, 2 * KIB * KIB + 17);
  for (const [i, chunkBytes] of [1_000, 64 * KIB, 5 * KIB * KIB + 1].entries()) {
    const snapshot = await save(store, i + 1, data, chunkBytes);
    const chunks = await collect(store.read(snapshot));
    check(
      chunks.every(({ length }) => length > 0 && length <= CHUNK_BYTES_MAX),
      "read gives chunks that are empty or too large",
    );
    equal(recut(chunks, Infinity)[0], data, `data saved in chunks of ${chunkBytes} bytes`);
  }
}

/** A producer may use its buffer again as soon as it is asked for the next chunk. */
async function asTheyCome(store: SnapshotStore): Promise<void> {
  const buffer = new Uint8Array(100 * KIB);
  const chunks = function* (): Generator<Uint8Array> {
    for (let i = 1; i <= 20; i++) yield buffer.fill(i);
  };
  const snapshot = await store.save(headAt(1), chunks());
  const expected = new Uint8Array(20 * buffer.length);
  for (let i = 1; i <= 20; i++) expected.fill(i, (i - 1) * buffer.length);
  await expectLatest(store, snapshot, expected);
}

const LARGE_BYTES = 32 * KIB * KIB;
const PIECE_BYTES = KIB * KIB;
const HELD_BYTES_MAX = 16 * KIB * KIB;

/** Writing and reading may take some pieces' worth of memory, not the whole. */
async function boundedMemory(store: SnapshotStore, place: SnapshotStorePlace): Promise<void> {
  const held = async (): Promise<number> => (await place.heldBytes?.()) ?? 0;
  const before = await held();
  let heldMost = 0;
  const look = async (at: number): Promise<void> => {
    if (at % (LARGE_BYTES / 4) < PIECE_BYTES) heldMost = Math.max(heldMost, (await held()) - before);
  };
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < LARGE_BYTES; at += PIECE_BYTES) {
      yield new Uint8Array(PIECE_BYTES).fill(at / PIECE_BYTES);
      await look(at + PIECE_BYTES);
    }
  };
  const snapshot = await store.save(headAt(1), chunks());
  let read = 0;
  for await (const chunk of store.read(snapshot)) {
    equal(chunk[0], Math.floor(read / PIECE_BYTES), `byte ${read}`);
    await look(read);
    read += chunk.length;
  }
  equal(read, LARGE_BYTES, "how much is read");
  check(heldMost < HELD_BYTES_MAX, `${heldMost} bytes were held for ${LARGE_BYTES} bytes of data`);
}

async function retention(store: SnapshotStore): Promise<void> {
  const data = dataOf(9, 2_500 * KIB);
  const first = await save(store, 1, data, KIB * KIB);
  const asked = store.read(first);
  const reader = iterate(store.read(first));
  const beginning = await reader.next();
  for (let index = 2; index <= 6; index++) await save(store, index, dataOf(index, 1000));
  const rest: Uint8Array[] = beginning.done === true ? [] : [beginning.value];
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) rest.push(next.value);
  equal(recut(rest, Infinity)[0], data, "a snapshot that was read while later ones were saved");
  equal(
    recut(await collect(asked), Infinity)[0],
    data,
    "a snapshot whose reading was begun after later ones were saved",
  );
  const latest = await store.latest();
  equal(latest?.index, 6, "the latest index");
}

async function readersAndWriters(store: SnapshotStore): Promise<void> {
  const reads: Promise<void>[] = [];
  for (let index = 1; index <= 5; index++) {
    const data = dataOf(index, 200 * KIB + index);
    const snapshot = await save(store, index, data, 10 * KIB);
    for (const reader of [1, 2]) {
      const what = `the data at ${index} for reader ${reader}`;
      reads.push(readAll(store, snapshot).then((actual) => equal(actual, data, what)));
    }
  }
  await Promise.all(reads);
}

async function chunkByChunk(store: SnapshotStore): Promise<void> {
  const data = dataOf(10, 200 * KIB);
  const snapshot = await save(store, 1, data);
  for (const offset of [0, 1, 64 * KIB - 1, 64 * KIB, 100_000, data.length - 1]) {
    for (const maxBytes of [1, 100, 70 * KIB, 10 * KIB * KIB]) {
      const chunk = await store.readChunk(snapshot, offset, maxBytes);
      const length = chunk?.length ?? 0;
      check(length > 0 && length <= maxBytes, `the chunk at ${offset} has ${length} bytes, asked for ${maxBytes}`);
      equal(chunk, data.subarray(offset, offset + length), `the chunk at ${offset}`);
      chunk?.fill(0);
    }
  }
  equal(await store.readChunk(snapshot, data.length, 100), new Uint8Array(0), "the chunk at the end");
  equal(await readAll(store, snapshot), data, "the data after its chunks were overwritten by who read them");
}

async function unknown(store: SnapshotStore): Promise<void> {
  const snapshot = await save(store, 3, dataOf(11, 100));
  for (const other of [
    { ...snapshot, index: 4 },
    { ...snapshot, term: 2 },
    { ...snapshot, checksum: 1 },
  ]) {
    equal(await store.readChunk(other, 0, 10), undefined, "a chunk of a snapshot that is not there");
    await rejectsWith(readAll(store, other), "TypeError", "reading a snapshot that is not there");
  }
}

async function onlyNumbers(store: SnapshotStore): Promise<void> {
  const wrong: readonly unknown[] = [
    "../../etc/passwd",
    "1",
    -1,
    0,
    1.5,
    Number.NaN,
    Infinity,
    2 ** 53,
    null,
    undefined,
  ];
  for (const index of wrong) {
    const head = { ...headAt(1), index } as SnapshotHead;
    await rejectsWith(store.save(head, []), "TypeError", `saving at index ${String(index)}`);
    const snapshot = { ...head, sizeBytes: 0, checksum: 0 };
    await rejectsWith(
      store.receive(snapshot, 0, new Uint8Array(0)),
      "TypeError",
      `receiving at index ${String(index)}`,
    );
  }
  for (const field of ["term", "sizeBytes", "checksum"]) {
    const snapshot = { ...headAt(1), sizeBytes: 0, checksum: 0, [field]: "../x" };
    await rejectsWith(store.receive(snapshot, 0, new Uint8Array(0)), "TypeError", `receiving with a wrong ${field}`);
  }
  equal(await store.latest(), undefined, "latest");
}

async function closed(place: SnapshotStorePlace): Promise<void> {
  const store = await place.store();
  const data = dataOf(19, 300 * KIB);
  const snapshot = await save(store, 1, data);
  const reader = iterate(store.read(snapshot));
  await reader.next();
  const saving = save(store, 2, data);
  const ended: string[] = [];
  const closing = [store.close(), store.close()].map((each) => each.then(() => ended.push("close")));
  await Promise.all([saving.then(() => ended.push("save")), ...closing]);
  equal(ended, ["save", "close", "close"], "what ended, in order, when close was called during a save");
  await store.close();
  await rejectsWith(store.latest(), "CLOSED", "latest");
  await rejectsWith(save(store, 3, data), "CLOSED", "save");
  await rejectsWith(readAll(store, snapshot), "CLOSED", "read");
  await rejectsWith(store.readChunk(snapshot, 0, 10), "CLOSED", "readChunk");
  await rejectsWith(store.receive(snapshot, 0, data), "CLOSED", "receive");
  await reader.return?.();
}

async function holdsNothing(place: SnapshotStorePlace): Promise<void> {
  const before = place.held?.();
  for (let round = 0; round < 20; round++) {
    const store = await place.store();
    const snapshot = await save(store, round + 1, dataOf(20, 2000));
    await iterate(store.read(snapshot)).next();
    await store.readChunk(snapshot, 0, 10);
    await store.receive({ ...snapshot, index: 1_000, sizeBytes: 5_000 }, 0, dataOf(21, 10));
    await store.close();
  }
  equal(place.held?.(), before, "what is held after 20 stores");
}
