import { expect, test } from "vitest";
import { Outbox } from "../src/link/outbox.ts";
import { ManualClock } from "./manual-clock.ts";

test("frames of a turn share messages of up to 256 KiB, in order; a larger one is alone; none leaves after clear", async () => {
  const clock = new ManualClock();
  const messages: Uint8Array[] = [];
  const left: number[] = [];
  const outbox = new Outbox(clock, (message) => messages.push(message));
  const sizes = [100_000, 100_000, 100_000, 300_000, 5, 5];
  for (const [i, size] of sizes.entries()) outbox.push(new Uint8Array(size).fill(i), () => left.push(i));
  expect([messages, left]).toEqual([[], []]);
  await clock.settle();
  expect(messages.map(({ length }) => length)).toEqual([200_000, 100_000, 300_000, 10]);
  expect(messages.map((message) => message[0])).toEqual([0, 2, 3, 4]);
  expect(left).toEqual([0, 1, 2, 3, 4, 5]);
  outbox.push(new Uint8Array(1), () => left.push(6));
  outbox.clear();
  await clock.settle();
  expect([messages.length, left.length]).toEqual([4, 6]);
});
