import type { Membership, Snapshot, SnapshotHead, SnapshotStore } from "@quorate/raft-core";
import { equal } from "./check.ts";
import { collect, recut } from "./chunks.ts";
import type { SnapshotStoreMedium, SnapshotStoreOffer, SnapshotStorePlace } from "./snapshot-store-medium.ts";

export interface SnapshotStoreCase {
  readonly name: string;
  readonly run: (medium: SnapshotStoreMedium) => Promise<void>;
  readonly needs?: readonly SnapshotStoreOffer[];
}

/** A case that happens in one place. */
export function inPlace(
  body: (place: SnapshotStorePlace) => Promise<void>,
): (medium: SnapshotStoreMedium) => Promise<void> {
  return async (medium) => {
    const place = await medium.open();
    try {
      await body(place);
    } finally {
      await place.close();
    }
  };
}

/** A case that happens in one store, which is closed at the end. */
export function inStore(
  body: (store: SnapshotStore, place: SnapshotStorePlace) => Promise<void>,
): (medium: SnapshotStoreMedium) => Promise<void> {
  return inPlace(async (place) => {
    const store = await place.store();
    await body(store, place);
    await store.close();
  });
}

const threeVoters: Membership = {
  voters: ["n1", "n2", "n3"],
  outgoing: [],
  learners: [],
  addresses: { n1: "10.0.0.1:7001", n2: "10.0.0.2:7001", n3: "10.0.0.3:7001" },
};

export function headAt(index: number, term = 1, membership: Membership = threeVoters): SnapshotHead {
  return { index, term, membership };
}

/** Bytes without a pattern, the same for the same seed. */
export function dataOf(seed: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed;
  for (let i = 0; i < sizeBytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export function save(store: SnapshotStore, index: number, data: Uint8Array, chunkBytes = 1000): Promise<Snapshot> {
  return store.save(headAt(index), recut([data], chunkBytes));
}

/** The whole data of a snapshot as `read` gives it. */
export async function readAll(store: SnapshotStore, snapshot: Snapshot): Promise<Uint8Array> {
  const chunks = await collect(store.read(snapshot));
  return recut(chunks, Infinity)[0] ?? new Uint8Array(0);
}

/** The latest snapshot must be this one, with this data. */
export async function expectLatest(store: SnapshotStore, snapshot: Snapshot, data: Uint8Array): Promise<void> {
  equal(await store.latest(), snapshot, "latest");
  equal(await readAll(store, snapshot), data, "the data of the latest snapshot");
}

/** What another node would send: its snapshot is saved in a store of its own, in a place of its own. */
export async function fromPeer(
  medium: SnapshotStoreMedium,
  index: number,
  data: Uint8Array,
  term = 1,
): Promise<Snapshot> {
  const place = await medium.open();
  try {
    const store = await place.store();
    const snapshot = await store.save(headAt(index, term), [data]);
    await store.close();
    return snapshot;
  } finally {
    await place.close();
  }
}

/** Sends the data on from where the store says, and returns the offsets that it named; gives up on one that goes in circles. */
export async function send(
  store: SnapshotStore,
  snapshot: Snapshot,
  data: Uint8Array,
  chunkBytes: number,
): Promise<readonly number[]> {
  const offsets: number[] = [];
  const chunksMax = 2 * Math.ceil(data.length / chunkBytes) + 2;
  let next = await store.receive(snapshot, 0, data.subarray(0, chunkBytes));
  for (offsets.push(next); next < data.length && offsets.length <= chunksMax; offsets.push(next)) {
    next = await store.receive(snapshot, next, data.subarray(next, next + chunkBytes));
  }
  return offsets;
}
