import { expect, test } from "vitest";
import { Outbox } from "../src/link/outbox.ts";
import { ManualClock } from "./manual-clock.ts";

test("frames of a turn share messages of up to 16 KiB, in order; a full one leaves at once; none leaves after clear", async () => {
  const clock = new ManualClock();
  const messages: Uint8Array[] = [];
  const left: number[] = [];
  const outbox = new Outbox(clock, (message) => messages.push(message));
  const sizes = [6000, 6000, 6000, 100_000, 5, 5];
  for (const [i, size] of sizes.entries()) outbox.push(new Uint8Array(size).fill(i), () => left.push(i));
  expect(messages.map(({ length }) => length)).toEqual([12_000, 6000, 100_000]);
  expect(left).toEqual([0, 1, 2, 3]);
  await clock.settle();
  expect(messages.map(({ length }) => length)).toEqual([12_000, 6000, 100_000, 10]);
  expect(messages.map((message) => message[0])).toEqual([0, 2, 3, 4]);
  expect(left).toEqual([0, 1, 2, 3, 4, 5]);
  outbox.push(new Uint8Array(1), () => left.push(6));
  outbox.clear();
  await clock.settle();
  expect([messages.length, left.length]).toEqual([4, 6]);
});

test("what is said one by one leaves at the end of its turn, together", async () => {
  const clock = new ManualClock();
  const messages: Uint8Array[] = [];
  const outbox = new Outbox(clock, (message) => messages.push(message));
  outbox.push(new Uint8Array(1));
  outbox.push(new Uint8Array(2));
  expect(messages).toEqual([]);
  await clock.settle();
  expect(messages.map(({ length }) => length)).toEqual([3]);
});
