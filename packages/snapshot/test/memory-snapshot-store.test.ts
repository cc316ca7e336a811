import { membershipOf } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { MemorySnapshotStore } from "../src/index.ts";

const membership = membershipOf([{ id: "n1", address: "x" }]);
const data = Uint8Array.of(1, 2, 3);

test("crash gives a store that has what was finished, and goes its own way", async () => {
  const first = await MemorySnapshotStore.open();
  const snapshot = await first.save({ index: 1, term: 1, membership }, [data]);
  await first.close();
  const second = first.crash();
  expect(await second.latest()).toEqual(snapshot);
  expect(await second.readChunk(snapshot, 0, 10)).toEqual(data);
  await second.save({ index: 2, term: 1, membership }, [data]);
  expect(await first.crash().latest()).toEqual(snapshot);
});

test("N03 a save that a crash interrupts is rejected, and nothing of it is there", async () => {
  const store = await MemorySnapshotStore.open();
  const saving = store.save({ index: 1, term: 1, membership }, [data]);
  const next = store.crash();
  await expect(saving).rejects.toMatchObject({ code: "CLOSED" });
  await expect(store.latest()).rejects.toMatchObject({ code: "CLOSED" });
  expect(await next.latest()).toBeUndefined();
});

test("N06 only the latest are kept in memory", async () => {
  const store = await MemorySnapshotStore.open({ keep: 1 });
  const first = await store.save({ index: 1, term: 1, membership }, [data]);
  await store.save({ index: 2, term: 1, membership }, [data]);
  expect(await store.readChunk(first, 0, 10)).toBeUndefined();
});
