import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { calm } from "../../src/state/calm.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("while time runs it follows a few times a second, and at once when time stands still", () => {
  const source = signal(0);
  const isPlaying = signal(true);
  const slow = calm(source, isPlaying, 250);
  const seen: number[] = [];
  for (let frame = 1; frame <= 60; frame += 1) {
    vi.advanceTimersByTime(16);
    source.value = frame;
    if (seen.at(-1) !== slow.peek()) seen.push(slow.peek());
  }
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.length).toBeLessThan(7);
  isPlaying.value = false;
  expect(slow.peek()).toBe(60);
  source.value = 61;
  expect(slow.peek()).toBe(61);
});
