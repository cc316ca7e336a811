import { describe, expect, test } from "vitest";
import { KIND_HARD_STATE } from "../src/format.ts";
import { outcomeOf } from "./damaged-log.ts";
import { recordsIn } from "./records-in.ts";
import { readImage, writeImage } from "./recording-file-system.ts";
import { contentOf, entriesOf, entryOf, openLog } from "./temporary-directory.ts";
import { temporaryLog } from "./temporary-log.ts";

const path = temporaryLog();

describe("several segments", () => {
  /** Entries 1 to 12, each pair in a segment of its own. */
  async function segments(): Promise<Map<string, Uint8Array>> {
    await writeImage(path(), new Map());
    const storage = await openLog(path(), { segmentBytes: 1 });
    for (let index = 1; index <= 11; index += 2) {
      await storage.append({ hardState: { term: index, votedFor: "n1" }, entries: entriesOf(index, index + 1, index) });
    }
    await storage.close();
    return new Map(await readImage(path()));
  }

  test("F02 F04: any segment but the last that is cut, emptied or gone is refused", { timeout: 60_000 }, async () => {
    const image = await segments();
    const names = [...image.keys()];
    for (const name of names.slice(1, -1)) {
      const bytes = image.get(name) ?? new Uint8Array();
      const lastRecord = recordsIn(bytes).findLast(({ kind }) => kind === 0)?.at ?? 0;
      for (let size = 0; size <= lastRecord; size += 7) {
        expect(await outcomeOf(path(), new Map([...image, [name, bytes.slice(0, size)]]))).toBe("CORRUPT");
      }
      expect(await outcomeOf(path(), new Map([...image, [name, bytes.slice(0, lastRecord)]]))).toBe("CORRUPT");
      expect(await outcomeOf(path(), new Map([...image].filter(([each]) => each !== name)))).toBe("CORRUPT");
    }
  });

  test(
    "F09: the last segment, torn anywhere in its creation, is dropped; the log before it is whole",
    { timeout: 60_000 },
    async () => {
      const image = await segments();
      const last = [...image.keys()].at(-1) ?? "";
      const bytes = image.get(last) ?? new Uint8Array();
      const header = recordsIn(bytes)[0]?.end ?? 0;
      for (let size = 0; size < header; size += 3) {
        const torn = new Map([...image, [last, bytes.slice(0, size)]]);
        expect(await outcomeOf(path(), torn)).toContain('"lastIndex":10');
        expect((await readImage(path())).has(last)).toBe(false);
      }
      const damaged = bytes.slice();
      damaged[20] = (damaged[20] ?? 0) ^ 1;
      expect(await outcomeOf(path(), new Map([...image, [last, damaged]]))).toBe("CORRUPT");
    },
  );

  test("F21: a vote that is missing in any segment but the last is refused", async () => {
    await writeImage(path(), new Map());
    const storage = await openLog(path(), { segmentBytes: 1 });
    for (let term = 1; term <= 6; term += 1) {
      await storage.append({ hardState: { term, votedFor: `n${term}` }, entries: term === 1 ? [entryOf(1, 1)] : [] });
    }
    await storage.close();
    const image = await readImage(path());
    expect(image.size).toBe(6);
    for (const [name, bytes] of [...image].slice(1, -1)) {
      const vote = recordsIn(bytes).find(({ kind }) => kind === KIND_HARD_STATE)?.at;
      expect(await outcomeOf(path(), [...image, [name, bytes.slice(0, vote)]])).toBe("CORRUPT");
    }
  });

  test("F12: segments that were deleted and come back are no part of the log, and are deleted again", async () => {
    const image = await segments();
    const storage = await openLog(path(), { segmentBytes: 1 });
    await storage.compact({ index: 9, term: 9 });
    await storage.append({ entries: [entryOf(13, 11)] });
    const expected = await contentOf(storage);
    await storage.close();
    const compacted = await readImage(path());
    const deleted = [...image].filter(([name]) => !compacted.has(name));
    expect(deleted.length).toBeGreaterThan(3);
    for (let first = 0; first < deleted.length; first += 1) {
      expect(await outcomeOf(path(), new Map([...deleted.slice(first, first + 2), ...compacted]))).toBe(expected);
    }
    const again = await openLog(path(), { segmentBytes: 1 });
    await again.reset({ index: 50, term: 11 });
    const afterReset = await contentOf(again);
    await again.close();
    expect(await outcomeOf(path(), new Map([...image, ...(await readImage(path()))]))).toBe(afterReset);
    expect((await readImage(path())).size).toBe(1);
  });

  test("F03 F23: a log whose only segment has lost its header is not begun anew", async () => {
    await segments();
    const storage = await openLog(path(), { segmentBytes: 1 });
    await storage.reset({ index: 50, term: 11 });
    await storage.close();
    const [[name, bytes] = ["", new Uint8Array()]] = [...(await readImage(path()))];
    expect(await outcomeOf(path(), [[name, bytes.slice(0, 40)]])).toBe("CORRUPT");
  });
});
