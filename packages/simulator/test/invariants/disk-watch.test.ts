import { describe, expect, test } from "vitest";
import { DiskWatch } from "../../src/invariants/disk-watch.ts";

describe("DiskWatch: for how long a disk has done nothing (P19)", () => {
  test("a disk that owes nothing is never late", () => {
    const disk = new DiskWatch();
    disk.asked(10);
    disk.answered(20);
    expect(disk.stalledMs(1000)).toBe(0);
  });

  test("it is late from the first write that it owes, or from the last that it did", () => {
    const disk = new DiskWatch();
    disk.asked(100);
    disk.asked(150);
    expect(disk.stalledMs(180)).toBe(80);
    disk.answered(200);
    expect(disk.stalledMs(260)).toBe(60);
  });

  test("what a paused process could not notice does not count, nor what an earlier life was owed", () => {
    const disk = new DiskWatch();
    disk.asked(100);
    disk.excuse(500);
    expect(disk.stalledMs(510)).toBe(10);
    disk.reset();
    expect(disk.stalledMs(900)).toBe(0);
  });
});
