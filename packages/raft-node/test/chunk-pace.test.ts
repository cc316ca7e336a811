import { describe, expect, test } from "vitest";
import { ChunkPace } from "../src/chunk-pace.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

interface Link {
  readonly bytesPerMs: number;
  readonly wayMs: number;
}

/** How large each chunk is of so many that go over such a link, one after another. */
function sizes(chunks: number, linkAt: (chunk: number) => Link, bytesMax = 256 * KIB): number[] {
  const pace = new ChunkPace({ bytesMax, delayMsMax: 25 });
  let [nowMs, offsetBytes] = [0, 0];
  return Array.from({ length: chunks }, (_, chunk) => {
    const { bytesPerMs, wayMs } = linkAt(chunk);
    const bytes = pace.next(offsetBytes, nowMs);
    pace.sent(offsetBytes + bytes, nowMs);
    offsetBytes += bytes;
    nowMs += wayMs + bytes / bytesPerMs;
    return bytes;
  });
}

describe("W24: chunks of a snapshot", () => {
  test("begin small and grow to their limit where the link is fast, however long it is", () => {
    for (const wayMs of [0, 80, 400]) {
      const all = sizes(20, () => ({ bytesPerMs: MIB, wayMs }));
      expect(all[0]).toBe(8 * KIB);
      expect(all.slice(5)).toEqual(Array.from({ length: 15 }, () => 256 * KIB));
    }
  });

  test("take up a slow link for no longer than they may, beyond what the smallest does", () => {
    for (const bytesPerMs of [50, 100, 1000, 5000]) {
      const all = sizes(100, () => ({ bytesPerMs, wayMs: 10 }));
      const longestMs = Math.max(...all.slice(10)) / bytesPerMs;
      expect(longestMs).toBeLessThan((8 * KIB) / bytesPerMs + 2 * 25);
    }
  });

  test("shrink when the link becomes slow, and grow again", () => {
    const all = sizes(100, (chunk) => ({ bytesPerMs: chunk > 30 && chunk < 60 ? 500 : MIB, wayMs: 1 }));
    expect(all[30]).toBe(256 * KIB);
    expect(Math.max(...all.slice(34, 60)) / 500).toBeLessThan(50);
    expect(all[99]).toBe(256 * KIB);
  });

  test("are halved when one has to be sent again; the limit of the options is one, too", () => {
    const pace = new ChunkPace({ bytesMax: 64 * KIB, delayMsMax: 25 });
    let offsetBytes = 0;
    for (let chunk = 0; chunk < 10; chunk += 1) {
      const bytes = pace.next(offsetBytes, chunk);
      offsetBytes += bytes;
      pace.sent(offsetBytes, chunk);
    }
    expect(pace.next(offsetBytes, 11)).toBe(64 * KIB);
    pace.sent(offsetBytes + 64 * KIB, 11);
    expect(pace.next(offsetBytes, 600)).toBe(32 * KIB);
    expect(sizes(3, () => ({ bytesPerMs: 1, wayMs: 0 }), 100)).toEqual([100, 100, 100]);
  });
});
