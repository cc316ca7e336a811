import { describe, expect, test } from "vitest";
import { KvStateMachine, encodeCommand } from "../src/index.ts";
import { CHUNK_BYTES } from "../src/snapshot.ts";
import { bytes } from "./text.ts";

function filled(count: number, valueBytes = 10): KvStateMachine {
  const machine = new KvStateMachine();
  for (let i = 0; i < count; i++) {
    machine.apply(encodeCommand({ type: "put", key: bytes(`key-${i}`), value: new Uint8Array(valueBytes).fill(i) }));
  }
  return machine;
}

const whole = (machine: KvStateMachine): Uint8Array => Uint8Array.from(Buffer.concat([...machine.snapshot()]));

async function restore(...chunks: readonly Uint8Array[]): Promise<KvStateMachine> {
  const machine = new KvStateMachine();
  await machine.restore(
    (async function* () {
      yield* chunks;
    })(),
  );
  return machine;
}

test("values larger than a chunk are cut", async () => {
  const machine = filled(3, 3 * CHUNK_BYTES + 17);
  const chunks = [...machine.snapshot()];
  expect(chunks.every(({ length }) => length > 0 && length <= CHUNK_BYTES)).toBe(true);
  expect((await restore(...chunks)).digest()).toBe(machine.digest());
});

test.each([CHUNK_BYTES - 100, CHUNK_BYTES - 71, CHUNK_BYTES - 70, CHUNK_BYTES - 69, CHUNK_BYTES - 66, CHUNK_BYTES])(
  "a value of %i bytes, at the end of a chunk",
  async (valueBytes) => {
    const machine = filled(2, valueBytes);
    expect((await restore(...machine.snapshot())).digest()).toBe(machine.digest());
  },
);

test("equal states reached in different ways give equal bytes", () => {
  const there = filled(50);
  const back = filled(50);
  for (const machine of [there, back]) machine.apply(encodeCommand({ type: "delete", key: bytes("key-7") }));
  expect(whole(there)).toEqual(whole(back));
});

describe("P40 what is no snapshot is refused with its place", () => {
  const good = whole(filled(3));
  const changed = (at: number, ...values: readonly number[]): Uint8Array => {
    const copy = good.slice();
    copy.set(values, at);
    return copy;
  };
  test.each<readonly [string, Uint8Array, string]>([
    ["nothing at all", new Uint8Array(0), "at byte 0: it ends too early"],
    ["another file", bytes("PNG and so on"), "at byte 0: it is no snapshot of a key-value store"],
    ["a later format", changed(3, 2), "its format is 2, but this version reads 1 only; update this node"],
    ["an unknown tag", changed(4, 77), "at byte 4: a record has the unknown or misplaced tag 77"],
    ["a second head", changed(25, 1), "unknown or misplaced tag 1"],
    ["an impossible length", changed(26, 255, 255, 255, 255), "at byte 25: a record claims 4294967295 bytes"],
    ["another number of keys", changed(17, 9), "it holds 3 keys, not 9"],
    ["an impossible revision", changed(9, 255, 255, 255, 255, 255, 255, 255, 255), "its revision is impossible"],
    ["a revision before the items'", changed(9, 2), "an item's revisions are impossible"],
    ["a version of 0", changed(46, 0), "an item's revisions are impossible"],
    ["a key longer than its record", changed(62, 100), "at byte 25: a key claims 100 bytes"],
    ["keys out of order", changed(64, 0x7a), "its keys are not in order"],
    ["more behind the end", Uint8Array.of(...good, 0), "bytes follow its end"],
    ["a second end", Uint8Array.of(...good, 255, 0, 0, 0, 0), "records follow its end"],
  ])("%s", async (_, snapshot, message) => {
    await expect(restore(snapshot)).rejects.toMatchObject({
      code: "CORRUPT",
      message: expect.stringContaining(message),
    });
  });

  test("cut anywhere", async () => {
    for (let length = 0; length < good.length; length++) {
      await expect(restore(good.subarray(0, length))).rejects.toMatchObject({ code: "CORRUPT" });
    }
  });

  test("the state stays what it was", async () => {
    const machine = filled(5);
    const before = machine.digest();
    const chunks = (async function* (): AsyncGenerator<Uint8Array> {
      yield good.subarray(0, 60);
    })();
    await expect(machine.restore(chunks)).rejects.toMatchObject({ code: "CORRUPT" });
    expect(machine.digest()).toBe(before);
  });
});
