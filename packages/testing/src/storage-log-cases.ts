import { Entry, type EntryKind } from "@quorate/raft-core";
import { check, equal, rejectsWith } from "./check.ts";
import { EMPTY, type StorageCase, TEN, entriesOf, entryOf, inBench, reads } from "./storage-bench.ts";

const PLENTY = 1_000_000;

/** Bytes 0 to 250, again and again: a power of two cut off or left out shows. */
function patterned(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < Math.min(251, sizeBytes); at += 1) bytes[at] = at;
  for (let filled = 251; filled < sizeBytes; filled *= 2) bytes.copyWithin(filled, 0, filled);
  return bytes;
}

/** What the log and the hard state are, apart from crashes and failures. */
export const storageLogCases: readonly StorageCase[] = [
  {
    name: "S01 a fresh storage has no term, no vote and no entries",
    run: inBench(async (bench) => {
      const storage = await bench.open(EMPTY);
      await bench.reopen(storage, EMPTY);
    }),
  },
  {
    name: "S02 the hard state is kept as a whole, and a write without one keeps it",
    run: inBench(async (bench) => {
      let storage = await bench.open();
      let content = EMPTY;
      const votes = ["n1", undefined, "knoten-ü-節点", "n1"];
      for (const [at, votedFor] of votes.entries()) {
        content = { ...content, hardState: { term: at + 1, votedFor, incarnation: 2 ** 52 + at } };
        await storage.append({ hardState: content.hardState, entries: [] });
        storage = await bench.reopen(storage, content);
      }
      content = { ...content, entries: [entryOf(1, 3)] };
      await storage.append({ entries: content.entries });
      storage = await bench.reopen(storage, content);
      content = { ...content, hardState: { term: Number.MAX_SAFE_INTEGER, votedFor: undefined } };
      await storage.append({ hardState: content.hardState, entries: [] });
      await bench.reopen(storage, content);
    }),
  },
  {
    name: "S03 read gives one entry, a range, what fits in the byte limit, but at least one",
    run: inBench(async (bench) => {
      const storage = await bench.openTen();
      const { entries } = TEN;
      equal(await storage.read(5, 5, PLENTY), entries.slice(4, 5), "entry 5");
      equal(await storage.read(3, 9, PLENTY), entries.slice(2, 9), "entries 3 to 9");
      equal(await storage.read(8, 99, PLENTY), entries.slice(7), "entries from 8 on");
      const twoBytes = entries.slice(2, 4).reduce((sum, entry) => sum + entry.sizeBytes, 0);
      equal(await storage.read(3, 9, twoBytes), entries.slice(2, 4), "as many from 3 on as two take");
      equal(await storage.read(3, 9, twoBytes - 1), entries.slice(2, 3), "from 3 on, a byte less than two take");
      equal(await storage.read(3, 9, 0), entries.slice(2, 3), "from 3 on, of no bytes at all");
      await bench.reopen(storage, TEN);
    }),
  },
  {
    name: "S04 entries that leave a gap, in the log or among themselves, are refused and change nothing",
    run: inBench(async (bench) => {
      const storage = await bench.openTen();
      await rejectsWith(storage.append({ entries: [entryOf(12, 4)] }), "TypeError", "an entry behind a gap");
      await rejectsWith(
        storage.append({ entries: [entryOf(11, 4), entryOf(13, 4)] }),
        "TypeError",
        "entries with a gap",
      );
      await rejectsWith(storage.append({ entries: [entryOf(11, 4), entryOf(11, 4)] }), "TypeError", "an entry twice");
      await rejectsWith(storage.append({ entries: [entryOf(0, 4)] }), "TypeError", "an entry at index 0");
      await storage.compact({ index: 5, term: 2 });
      const content = { ...TEN, base: { index: 5, term: 2 }, entries: TEN.entries.slice(5) };
      await rejectsWith(storage.append({ entries: [entryOf(5, 4)] }), "TypeError", "an entry at the base");
      await bench.reopen(storage, content);
    }),
  },
  {
    name: "S05 an entry that is there already is replaced, and all behind it are gone",
    run: inBench(async (bench) => {
      let storage = await bench.openTen();
      const content = { ...TEN, hardState: { term: 5, votedFor: undefined } };
      const replaced = [...TEN.entries.slice(0, 5), ...entriesOf(6, 8, 5)];
      await storage.append({ hardState: content.hardState, entries: entriesOf(6, 8, 5) });
      storage = await bench.reopen(storage, { ...content, entries: replaced });
      const longer = [...replaced.slice(0, 6), ...entriesOf(7, 14, 5)];
      await storage.append({ entries: entriesOf(7, 14, 5) });
      storage = await bench.reopen(storage, { ...content, entries: longer });
      equal(await storage.read(4, 9, PLENTY), longer.slice(3, 9), "entries 4 to 9");
    }),
  },
  {
    name: "S06 the suffix that is replaced may begin at the last entry, in the middle, and at the first",
    run: inBench(async (bench) => {
      let storage = await bench.openTen();
      for (const from of [10, 7, 2, 1]) {
        const entries = [...TEN.entries.slice(0, from - 1), entryOf(from, 4, "no-op")];
        await storage.append({ entries: [entryOf(from, 4, "no-op")] });
        storage = await bench.reopen(storage, { ...TEN, entries });
      }
    }),
  },
  {
    name: "S07 compact moves the base up to the last entry, never back and never beyond",
    run: inBench(async (bench) => {
      let storage = await bench.openTen();
      const compacted = (index: number, term: number): typeof TEN => ({
        ...TEN,
        base: { index, term },
        entries: TEN.entries.slice(index),
      });
      await storage.compact({ index: 0, term: 0 });
      for (const [index, term] of [
        [3, 1],
        [6, 2],
      ] as const) {
        await storage.compact({ index, term });
        storage = await bench.reopen(storage, compacted(index, term));
        await storage.compact({ index, term });
        await storage.compact({ index: 2, term: 1 });
        storage = await bench.reopen(storage, compacted(index, term));
      }
      await rejectsWith(storage.compact({ index: 11, term: 4 }), "TypeError", "compacting beyond the last entry");
      storage = await bench.reopen(storage, compacted(6, 2));
      await storage.compact({ index: 10, term: 4 });
      storage = await bench.reopen(storage, compacted(10, 4));
      await storage.append({ entries: [entryOf(11, 4)] });
      await bench.reopen(storage, { ...compacted(10, 4), entries: [entryOf(11, 4)] });
    }),
  },
  {
    name: "S08 read at or before the base, and behind the last entry, gives nothing",
    run: inBench(async (bench) => {
      const storage = await bench.openTen();
      await storage.compact({ index: 4, term: 1 });
      for (const [from, to] of [
        [0, 9],
        [1, 9],
        [4, 4],
        [11, 11],
        [11, 20],
        [99, 100],
      ] as const) {
        equal(await storage.read(from, to, PLENTY), [], `entries ${from} to ${to}`);
      }
      equal(await storage.read(5, 5, PLENTY), TEN.entries.slice(4, 5), "the first entry");
      equal(await storage.read(10, 10, PLENTY), TEN.entries.slice(9), "the last entry");
    }),
  },
  {
    name: "S09 entries of every kind and size come back as they were",
    run: inBench(async (bench) => {
      const kinds: readonly EntryKind[] = ["command", "no-op", "membership"];
      const sizes = [0, 1, 255, 65_536, 16 * 1024 * 1024];
      const entries = sizes.map((size, at) => {
        return new Entry(at + 1, at + 1, kinds[at % kinds.length] ?? "command", patterned(size));
      });
      const content = { ...EMPTY, hardState: { term: sizes.length, votedFor: undefined }, entries };
      const storage = await bench.open();
      await storage.append({ hardState: content.hardState, entries });
      await bench.reopen(storage, content);
    }),
  },
  {
    name: "S10 what was handed out does not change with what is written later",
    run: inBench(async (bench) => {
      const opened = await bench.openTen();
      const storage = await bench.reopen(opened, TEN);
      const state = await storage.load();
      const termRuns = state.termRuns.map(({ index, term }) => ({ index, term }));
      const before = await storage.read(1, 10, PLENTY);
      const copies = before.map(({ data }) => data.slice());
      await storage.append({ entries: entriesOf(5, 30, 4) });
      await storage.read(1, 30, PLENTY);
      equal(
        before.map(({ data }) => data),
        copies,
        "data of entries that were read before",
      );
      equal(state.lastIndex, 10, "the last index that was loaded before");
      equal(state.termRuns, termRuns, "the term runs that were loaded before");
    }),
  },
  {
    name: "S11 terms along the log never decrease",
    run: inBench(async (bench) => {
      const storage = await bench.openTen();
      await rejectsWith(
        storage.append({ entries: [entryOf(11, 3)] }),
        "TypeError",
        "a lower term behind the last entry",
      );
      await rejectsWith(storage.append({ entries: [entryOf(8, 1)] }), "TypeError", "a lower term behind entry 7");
      const falling = [entryOf(11, 4), entryOf(12, 2)];
      await rejectsWith(storage.append({ entries: falling }), "TypeError", "a lower term within a write");
      await storage.append({ entries: [entryOf(8, 2)] });
      await bench.reopen(storage, { ...TEN, entries: [...TEN.entries.slice(0, 7), entryOf(8, 2)] });
    }),
  },
  {
    name: "S14 calls that are not awaited take effect in order, and one that is refused disturbs no other",
    run: inBench(async (bench) => {
      const storage = await bench.open();
      const order: string[] = [];
      const note = (name: string, outcome: Promise<void>): Promise<void> => outcome.then(() => void order.push(name));
      const hardState = { term: 2, votedFor: "n3" };
      const calls = [
        note("a", storage.append({ hardState: { term: 1, votedFor: undefined }, entries: entriesOf(1, 4, 1) })),
        note("b", storage.append({ entries: entriesOf(3, 6, 1) })),
        note("c", storage.append({ entries: [] })),
        rejectsWith(storage.append({ entries: [entryOf(9, 1)] }), "TypeError", "an entry behind a gap"),
        note("d", storage.compact({ index: 2, term: 1 })),
        note("e", storage.compact({ index: 1, term: 1 })),
        note("f", storage.append({ hardState, entries: entriesOf(5, 8, 2) })),
        note("g", storage.reset({ index: 20, term: 2 })),
        note("h", storage.append({ entries: entriesOf(21, 22, 2) })),
        note("i", storage.append({ entries: entriesOf(22, 25, 2) })),
      ];
      await Promise.all(calls);
      check(order.join("") === "abcdefghi", `resolved in the order ${order.join(" ")}`);
      const entries = [entryOf(21, 2), ...entriesOf(22, 25, 2)];
      await bench.reopen(storage, { hardState, base: { index: 20, term: 2 }, entries });
    }),
  },
  {
    name: "S17 reset replaces the log, whether it was longer, shorter or empty, and keeps the hard state",
    run: inBench(async (bench) => {
      let storage = await bench.openTen();
      for (const base of [
        { index: 6, term: 3 },
        { index: 20, term: 4 },
        { index: 20, term: 4 },
      ]) {
        await storage.reset(base);
        storage = await bench.reopen(storage, { ...TEN, base, entries: [] });
        const next = base.index + 1;
        await rejectsWith(storage.append({ entries: [entryOf(next + 1, 4)] }), "TypeError", "an entry behind a gap");
        await storage.append({ entries: entriesOf(next, next + 3, 4) });
        storage = await bench.reopen(storage, { ...TEN, base, entries: entriesOf(next, next + 3, 4) });
      }
    }),
  },
  {
    name: "S30 what is durable can be read while a write is under way",
    run: inBench(async (bench) => {
      const storage = await bench.openTen();
      const write = storage.append({ entries: entriesOf(11, 400, 4) });
      const read = await storage.read(1, 10, PLENTY);
      equal(read, TEN.entries, "entries 1 to 10");
      await write;
      await reads(storage, { ...TEN, entries: [...TEN.entries, ...entriesOf(11, 400, 4)] });
    }),
  },
];
