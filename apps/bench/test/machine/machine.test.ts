import { describe, expect, test } from "vitest";
import { fileSystemAmong } from "../../src/machine/file-system.ts";
import { usageIn, usageOf } from "../../src/machine/process-usage.ts";

describe("the file system of a path", () => {
  const mounts = [
    "/dev/vda / ext4 rw 0 0",
    "tmpfs /tmp tmpfs rw 0 0",
    "/dev/vdb /tmp/with\\040space xfs rw 0 0",
    "none /mnt squashfs rw 0 0",
    "/dev/vdc /mnt btrfs rw 0 0",
  ].join("\n");

  test.each([
    ["/var/x", "ext4"],
    ["/tmp", "tmpfs"],
    ["/tmp/a/b", "tmpfs"],
    ["/tmpfile", "ext4"],
    ["/tmp/with space/a", "xfs"],
    ["/mnt/x", "btrfs"],
  ])("%s: %s", (path, type) => {
    expect(fileSystemAmong(mounts, path)).toBe(type);
  });
});

describe("what a process has taken", () => {
  test("is read whatever its name is", () => {
    const stat = `12 (a) b (c)) S ${Array.from({ length: 40 }, (_, i) => i + 4).join(" ")}`;
    // The fields 14 and 15 of proc(5), counted from 1.
    expect(usageIn(stat, "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 5 kB\n")).toEqual({
      cpuSeconds: (14 + 15) / 100,
      peakMemoryBytes: 2048 * 1024,
    });
  });

  test("grows with what it does", async () => {
    const before = await usageOf(process.pid);
    while (process.cpuUsage().user / 1e6 < before.cpuSeconds + 0.1) Math.sqrt(2);
    const after = await usageOf(process.pid);
    expect(after.cpuSeconds).toBeGreaterThan(before.cpuSeconds);
    expect(after.peakMemoryBytes).toBeGreaterThan(10 * 2 ** 20);
  });

  test("is not guessed where nothing is said", async () => {
    expect(() => usageIn("", "")).toThrow("has ended");
    await expect(usageOf(2 ** 30)).rejects.toThrow("ENOENT");
  });
});
