import { Entry } from "@quorate/raft-core";
import { check, equal } from "./check.ts";
import { EMPTY, type StorageCase, entriesOf, inBench } from "./storage-bench.ts";

const KIB = 1024;
const LARGEST = Number.MAX_SAFE_INTEGER;
const APPENDS = 1000;

/** What the log is when there is much of it, or when its numbers are large. */
export const storageLoadCases: readonly StorageCase[] = [
  {
    name: "S09 indexes and terms up to 2^53 − 1 come back as they were",
    run: inBench(async (bench) => {
      const hardState = { term: LARGEST, votedFor: "n1" };
      const base = { index: LARGEST - 9, term: LARGEST - 1 };
      let content = { hardState, base, entries: entriesOf(LARGEST - 8, LARGEST, LARGEST) };
      let storage = await bench.open();
      await storage.append({ hardState, entries: [] });
      await storage.reset(base);
      await storage.append({ entries: content.entries });
      storage = await bench.reopen(storage, content);
      equal(await storage.read(LARGEST - 3, LARGEST - 2, KIB), content.entries.slice(5, 7), "two entries of them");
      const compacted = { index: LARGEST - 4, term: LARGEST };
      await storage.compact(compacted);
      content = { hardState, base: compacted, entries: content.entries.slice(5) };
      await bench.reopen(storage, content);
    }),
  },
  {
    name: `S14 ${APPENDS} appends that are not awaited are all there, and resolve in order`,
    run: inBench(async (bench) => {
      const storage = await bench.open();
      const hardState = { term: 1, votedFor: undefined };
      await storage.append({ hardState, entries: [] });
      const entries = entriesOf(1, APPENDS, 1);
      const order: number[] = [];
      await Promise.all(
        entries.map((entry) => storage.append({ entries: [entry] }).then(() => void order.push(entry.index))),
      );
      const expected = entries.map(({ index }) => index);
      equal(order, expected, "the order in which they resolved");
      await bench.reopen(storage, { ...EMPTY, hardState, entries });
    }),
  },
  {
    name: "S27 what was compacted away takes no room for good, and closing lets go of everything",
    missing: ({ spareBytesMax }) =>
      spareBytesMax === undefined ? "it does not declare what compaction leaves" : undefined,
    run: inBench(async (bench, { spareBytesMax = 0 }) => {
      check(bench.place.usage !== undefined, "a medium with `spareBytesMax` has `usage`");
      const hardState = { term: 1, votedFor: undefined };
      let storage = await bench.open();
      await storage.append({ hardState, entries: [] });
      await bench.close(storage);
      const before = await bench.place.usage();
      storage = await bench.open({ ...EMPTY, hardState });
      const rounds = 10 + Math.ceil((4 * spareBytesMax) / (10 * KIB));
      let entries: readonly Entry[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const last = 10 * (round + 1);
        entries = Array.from({ length: 10 }, (_, at) => new Entry(last - 9 + at, 1, "command", new Uint8Array(KIB)));
        await storage.append({ entries });
        await storage.compact({ index: last - 5, term: 1 });
      }
      const base = { index: 10 * rounds - 5, term: 1 };
      storage = await bench.reopen(storage, { hardState, base, entries: entries.slice(5) });
      await bench.close(storage);
      const { bytes, handles } = await bench.place.usage();
      const bytesMax = 2 * entries.length * KIB + spareBytesMax;
      check(bytes <= bytesMax, `${bytes} bytes are stored for ${5 * KIB}, more than ${bytesMax}`);
      equal(handles, before.handles, "how many handles are held after closing");
    }),
  },
];
