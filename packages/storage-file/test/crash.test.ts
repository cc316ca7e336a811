import { nodeFileSystem } from "@quorate/file-system";
import { type Entry, type HardState, type Position, RaftError, seededRandom } from "@quorate/raft-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LogChange } from "../src/batch.ts";
import type { FileStorage } from "../src/index.ts";
import { type Call, type Image, RecordingFileSystem, crashImage, writeImage } from "./recording-file-system.ts";
import { contentOf, entriesOf, openLog, temporaryDirectory } from "./temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

const SEGMENT_BYTES = 700;
const vote = (term: number, votedFor?: string): HardState => ({ term, votedFor });
const append = (entries: readonly Entry[], hardState?: HardState): LogChange => ({
  type: "append",
  write: { hardState, entries },
});

/** A bit of everything: first entries, votes, replaced suffixes, full segments, compaction, resets. */
const SCRIPT: readonly LogChange[] = [
  append([], vote(1, "n1")),
  append(entriesOf(1, 3, 1)),
  append(entriesOf(4, 6, 2), vote(2)),
  append(entriesOf(3, 5, 3), vote(3, "n2")),
  append(entriesOf(6, 12, 3)),
  { type: "compact", position: { index: 4, term: 3 } },
  append(entriesOf(10, 11, 4), vote(4)),
  append(entriesOf(12, 18, 4)),
  { type: "compact", position: { index: 15, term: 4 } },
  append([], vote(5, "n1")),
  { type: "reset", position: { index: 40, term: 5 } },
  append(entriesOf(41, 47, 5)),
  append(entriesOf(44, 50, 6), vote(6)),
  { type: "reset", position: { index: 45, term: 6 } },
  append(entriesOf(46, 48, 6)),
];

interface Model {
  readonly hardState: HardState;
  readonly base: Position;
  readonly entries: readonly Entry[];
}

const EMPTY: Model = { hardState: vote(0), base: { index: 0, term: 0 }, entries: [] };

/** What a change makes of a log, with every state that a crash may leave on the way: the old one first, the new one last. */
function statesOf(model: Model, change: LogChange): readonly Model[] {
  if (change.type === "reset") return [model, { ...model, base: change.position, entries: [] }];
  if (change.type === "compact") {
    const entries = model.entries.filter(({ index }) => index > change.position.index);
    return [model, { ...model, base: change.position, entries }];
  }
  const { hardState = model.hardState, entries } = change.write;
  const kept = model.entries.filter(({ index }) => index < (entries[0]?.index ?? Infinity));
  const partial = entries.map((_, at) => ({ ...model, hardState, entries: [...kept, ...entries.slice(0, at + 1)] }));
  return [model, { ...model, hardState }, ...partial];
}

/** In the form of `contentOf`. */
function shown({ hardState, base, entries }: Model): string {
  const runs = entries.filter((entry, at) => entry.term !== entries[at - 1]?.term);
  return JSON.stringify({
    hardState,
    base,
    lastIndex: entries.at(-1)?.index ?? base.index,
    termRuns: runs.map(({ index, term }) => ({ index, term })),
    memberships: 0,
    entries: entries.map(({ index, term, kind, data }) => `${index}/${term}/${kind}/${Buffer.from(data).toString()}`),
  });
}

/** What a log may hold once the first `done` changes have resolved and the next one has been begun. */
const ALLOWED: readonly (readonly string[])[] = (() => {
  let model = EMPTY;
  const allowed = SCRIPT.map((change) => {
    const states = statesOf(model, change);
    model = states.at(-1) ?? model;
    return states.map(shown);
  });
  return [...allowed, [shown(model)]];
})();

async function perform(storage: FileStorage, change: LogChange): Promise<void> {
  if (change.type === "append") await storage.append(change.write);
  else if (change.type === "compact") await storage.compact(change.position);
  else await storage.reset(change.position);
}

interface Recording {
  readonly calls: readonly Call[];
  /** How many calls had been made when each change had resolved. */
  readonly resolvedAt: readonly number[];
}

async function record(path: string): Promise<Recording> {
  const fileSystem = await RecordingFileSystem.open(path);
  const storage = await openLog(path, { fileSystem, segmentBytes: SEGMENT_BYTES });
  const resolvedAt: number[] = [];
  for (const change of SCRIPT) {
    await perform(storage, change);
    resolvedAt.push(fileSystem.calls.length);
  }
  await storage.close();
  return { calls: [...fileSystem.calls], resolvedAt };
}

async function contentIn(path: string, image: Image): Promise<string> {
  await writeImage(path, image);
  const storage = await openLog(path, { segmentBytes: SEGMENT_BYTES });
  const content = await contentOf(storage);
  await storage.close();
  return content;
}

test("F09 F10 F11 F13 S18: a crash after any call, whatever of the rest is kept, leaves an allowed state", async () => {
  const { calls, resolvedAt } = await record(`${directory.path}/recorded`);
  const random = seededRandom(9);
  const policies: readonly ((call: Call) => boolean | number)[] = [
    () => false,
    () => true,
    (call) => call.type !== "create",
    () => random.next() < 0.5,
    () => Math.floor(random.next() * 200),
    (call) => (call.type === "write" ? call.bytes.length - 1 : random.next() < 0.5),
  ];
  let images = 0;
  for (let count = 0; count <= calls.length; count += 1) {
    const done = resolvedAt.filter((at) => at <= count).length;
    for (const keeps of policies) {
      const image = crashImage(new Map(), calls.slice(0, count), keeps);
      expect(ALLOWED[done]).toContain(await contentIn(`${directory.path}/crashed`, image));
      images += 1;
    }
  }
  expect(images).toBeGreaterThan(200);
});

test("F27: a crash after any call of a recovery, again and again, does not change what is recovered", async () => {
  const { calls } = await record(`${directory.path}/recorded-2`);
  const path = `${directory.path}/recovering`;
  for (let count = 3; count <= calls.length; count += 4) {
    const image = crashImage(new Map(), calls.slice(0, count), (call) =>
      call.type === "write" ? call.bytes.length - 9 : true,
    );
    const expected = await contentIn(path, image);
    await writeImage(path, image);
    for (let isDone = false, limit = 0; !isDone; limit += 1) {
      const fileSystem = await RecordingFileSystem.open(path);
      let made = 0;
      fileSystem.onCall = () => {
        made += 1;
        if (made > limit) throw Object.assign(new Error("EIO: injected"), { code: "EIO" });
      };
      try {
        const storage = await openLog(path, { fileSystem, segmentBytes: SEGMENT_BYTES });
        expect(await contentOf(storage)).toBe(expected);
        await storage.close();
        isDone = true;
      } catch (error) {
        expect(error).toMatchObject({ code: "STORAGE_FAILED" });
        await fileSystem.crash();
        await writeImage(
          path,
          crashImage(fileSystem.before, fileSystem.calls, () => limit % 2 === 0),
        );
      }
    }
  }
});

test("F14 F15 F16 P44 P46: whichever call fails, nothing is acknowledged after it, and nothing before it is lost", async () => {
  const total = (await record(`${directory.path}/recorded-3`)).calls.length;
  for (const code of ["EIO", "ENOSPC"]) {
    for (let failing = 0; failing < total; failing += 1) {
      const path = `${directory.path}/failing-${code}-${failing}`;
      const fileSystem = await RecordingFileSystem.open(path);
      let made = 0;
      fileSystem.onCall = (call) => {
        made += 1;
        if (made > failing && made <= failing + 1 && call.type !== "remove") {
          throw Object.assign(new Error(`${code}: injected`), { code });
        }
      };
      const done = await runUntilFailure(path, fileSystem);
      expect(ALLOWED[done]).toContain(
        await contentIn(
          path,
          crashImage(fileSystem.before, fileSystem.calls, () => true),
        ),
      );
    }
  }
});

/** Runs the script; how many changes resolved. After the first one that rejected, all do. */
async function runUntilFailure(path: string, fileSystem: RecordingFileSystem): Promise<number> {
  const opened = await openLog(path, { fileSystem, segmentBytes: SEGMENT_BYTES }).catch((error: unknown) => error);
  if (opened instanceof RaftError) {
    expect(opened.code).toBe("STORAGE_FAILED");
    return 0;
  }
  const storage = opened as FileStorage;
  const outcomes: string[] = [];
  for (const change of SCRIPT) {
    const outcome = perform(storage, change).then(
      () => "resolved",
      (error: unknown) => (error instanceof RaftError ? error.code : String(error)),
    );
    outcomes.push(await outcome);
  }
  const done = outcomes.filter((outcome) => outcome === "resolved").length;
  expect(outcomes).toEqual(SCRIPT.map((_, at) => (at < done ? "resolved" : "STORAGE_FAILED")));
  await storage.close();
  return done;
}

test("P44: a mark at the end may never have reached the disk, and is written again before anything follows it", async () => {
  const path = `${directory.path}/marked`;
  let storage = await openLog(path, { fileSystem: nodeFileSystem });
  await storage.append({ hardState: vote(1, "n1"), entries: entriesOf(1, 2, 1) });
  await storage.close();
  const fileSystem = await RecordingFileSystem.open(path);
  storage = await openLog(path, { fileSystem });
  const written = fileSystem.calls.filter(({ type }) => type !== "sync-directory");
  expect(written.map(({ type }) => type)).toEqual(["write", "sync"]);
  await storage.close();
});

test("P44: what a failed sync left in the cache is written again before it is believed", async () => {
  const path = `${directory.path}/rewritten`;
  const failing = await RecordingFileSystem.open(path);
  let storage = await openLog(path, { fileSystem: failing });
  await storage.append({ hardState: vote(1, "n1"), entries: entriesOf(1, 2, 1) });
  failing.failNext("sync");
  await expect(storage.append({ entries: entriesOf(3, 4, 1) })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  await storage.close();
  const fileSystem = await RecordingFileSystem.open(path);
  storage = await openLog(path, { fileSystem });
  expect((await storage.load()).lastIndex).toBe(4);
  const [write, sync] = fileSystem.calls.filter(({ type }) => type !== "sync-directory");
  expect(sync?.type).toBe("sync");
  expect(write?.type === "write" && Buffer.from(write.bytes).includes("entry 4 of term 1")).toBe(true);
  await storage.close();
  expect(await nodeFileSystem.list(path)).toHaveLength(2);
});

test("F11 P40: the name of a segment whose directory was never synced is made durable before anything is built on it", async () => {
  const path = `${directory.path}/unnamed`;
  const fileSystem = await RecordingFileSystem.open(path);
  let storage = await openLog(path, { fileSystem, segmentBytes: 1 });
  await storage.append({ hardState: vote(1, "n1"), entries: entriesOf(1, 2, 1) });
  fileSystem.onCall = ({ type }) => {
    if (type === "sync-directory") throw Object.assign(new Error("EIO: injected"), { code: "EIO" });
  };
  await expect(storage.append({ entries: entriesOf(3, 4, 1) })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  await storage.close();
  fileSystem.onCall = () => undefined;
  // The file is there, but only in the cache; what follows goes into it.
  storage = await openLog(path, { fileSystem, segmentBytes: 1_000_000 });
  expect((await storage.load()).lastIndex).toBe(4);
  await storage.append({ entries: entriesOf(5, 6, 1) });
  const expected = await contentOf(storage);
  const image = crashImage(fileSystem.before, fileSystem.calls, () => false);
  await storage.close();
  expect(await contentIn(`${directory.path}/unnamed-crashed`, image)).toBe(expected);
});
