import { Entry, encodeMembership, membershipOf } from "@quorate/raft-core";
import { FileSnapshotStore } from "@quorate/snapshot";
import { FileStorage } from "@quorate/storage-file";
import { type DiskImage, MemoryFileSystem } from "@quorate/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../src/command.ts";

const membership = membershipOf([
  { id: "n1", address: "one:1" },
  { id: "n2", address: "two:2" },
]);
const identity = { clusterId: "c1", nodeId: "n1" };
const commands = (from: number, to: number, term: number): readonly Entry[] =>
  Array.from({ length: to - from + 1 }, (_, at) => new Entry(from + at, term, "command", Buffer.from(`value ${at}`)));

/** A node's data directory: entries up to 9, a snapshot of the first five. */
async function written(): Promise<DiskImage> {
  const fileSystem = new MemoryFileSystem();
  const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity, segmentBytes: 300 });
  const snapshots = await FileSnapshotStore.open({ directory: "data/snapshots", fileSystem });
  const genesis = new Entry(1, 0, "membership", encodeMembership(membership));
  await storage.append({
    hardState: { term: 2, votedFor: "n2", incarnation: 7 },
    entries: [genesis, ...commands(2, 6, 1)],
  });
  await snapshots.save({ index: 5, term: 1, membership }, [Buffer.from("the state at 5")]);
  await storage.append({ entries: commands(7, 9, 2) });
  await Promise.all([storage.close(), snapshots.close()]);
  return fileSystem.image;
}

interface Ran {
  readonly exitCode: number;
  readonly printed: string;
  readonly complained: string;
}

async function run(image: DiskImage, ...commandLine: readonly string[]): Promise<Ran> {
  return runBeside(undefined, image, ...commandLine);
}

/** With a process that has the log open. */
async function runBeside(
  holder: number | undefined,
  image: DiskImage,
  ...commandLine: readonly string[]
): Promise<Ran> {
  const fileSystem = new MemoryFileSystem(image);
  const printed: string[] = [];
  const complained: string[] = [];
  const exitCode = await runCommand(commandLine, {
    fileSystem: {
      list: (path) => fileSystem.list(path),
      open: (path, mode) => fileSystem.open(path, mode),
      lockHolder: async (path) => (path === "data/log/LOCK" ? holder : undefined),
    },
    version: "1.2.3",
    print: (text) => printed.push(text),
    complain: (text) => complained.push(text),
  });
  expect(fileSystem.calls).toEqual([]);
  expect(fileSystem.held).toBe(0);
  return { exitCode, printed: printed.join("\n"), complained: complained.join("\n") };
}

describe("quorate-wal", () => {
  let image: DiskImage;
  let segment = "";
  let snapshot = "";
  beforeAll(async () => {
    image = await written();
    const paths = [...image.keys()];
    segment = paths.find((path) => path.endsWith(".log")) ?? "";
    snapshot = paths.find((path) => path.includes("snapshot-")) ?? "";
  });

  const damaged = (path: string, at: number): DiskImage => {
    const bytes = image.get(path) ?? new Uint8Array();
    return new Map([...image, [path, bytes.with(at, (bytes[at] ?? 0) ^ 1)]]);
  };

  test("inspect tells what is there, for people", async () => {
    const { exitCode, printed } = await run(image, "inspect", "data");
    expect(exitCode).toBe(0);
    expect(printed).toMatchInlineSnapshot(`
      "data: node n1 of cluster c1

      term         2
      vote         n2
      incarnation  7
      entries      1 to 9
      behind       entry 0 of term 0
      terms        0 from entry 1, 1 from entry 2, 2 from entry 7
      members      voters n1, n2 (entry 1)

      segments
        file                             entries  count  bytes used  known durable  bytes
        0000000001-0000000000000001.log  1 to 6   6      573         573            573
        0000000002-0000000000000007.log  7 to 9   3      354         322            354

      snapshots
        file                                                    entry  term  bytes  state
        snapshot-0000000000000005-0000000000000001-7e1f21bc-14  5      1     14     whole

      healthy: every byte was read and is what was written"
    `);
  });

  test("inspect tells what is there, for programs", async () => {
    const { exitCode, printed } = await run(image, "inspect", "--json", "data");
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({
      directory: "data",
      verdict: "healthy",
      log: {
        identity: { clusterId: "c1", nodeId: "n1" },
        state: {
          hardState: { term: 2, votedFor: "n2" },
          lastIndex: 9,
          memberships: [{ index: 1, voters: ["n1", "n2"] }],
        },
        segments: [
          { firstIndex: 1, lastIndex: 6 },
          { firstIndex: 7, lastIndex: 9 },
        ],
      },
      snapshots: [{ file: snapshot, snapshot: { index: 5, term: 1, sizeBytes: 14 } }],
      findings: [],
    });
  });

  test.each(["data", "data/", "data/log", "data/snapshots"])(
    "verify %s is content with what is healthy",
    async (directory) => {
      const { exitCode, printed } = await run(image, "verify", directory);
      expect(printed).toBe("healthy: every byte was read and is what was written");
      expect(exitCode).toBe(0);
    },
  );

  test("F28: verify tells damage in log and snapshot with file, offset, reason and remedy, and exits with 1", async () => {
    const log = await run(damaged(segment, 300), "verify", "data");
    expect(log.exitCode).toBe(1);
    expect(log.printed).toMatch(
      /^DAMAGED: .*\ndamage: data\/log\/0000000001-\S+\.log at offset \d+: the checksum .*\n {2}Move/,
    );
    const other = await run(damaged(snapshot, 130), "verify", "--json", "data");
    expect(other.exitCode).toBe(1);
    expect(JSON.parse(other.printed)).toMatchObject({
      verdict: "damaged",
      findings: [{ severity: "damage", file: snapshot, offsetBytes: expect.any(Number) }],
    });
  });

  test("F28: beside a node that runs, what looks like damage is no verdict, and what looks healthy is", async () => {
    const doubtful = await runBeside(4711, damaged(segment, 300), "verify", "data");
    expect(doubtful.exitCode).toBe(2);
    expect(doubtful.printed).toMatch(
      /^no verdict is possible while a node runs on this: .*\(process 4711\)\nnotice: .*\n {2}Stop the node and verify again/,
    );
    expect(doubtful.printed).not.toMatch(/DAMAGED|Move the directory/);
    const forPrograms = await runBeside(4711, damaged(segment, 300), "verify", "--json", "data/log");
    expect(JSON.parse(forPrograms.printed)).toMatchObject({ verdict: "running", heldBy: 4711 });
    expect(await runBeside(4711, image, "verify", "data")).toMatchObject({ exitCode: 0 });
  });

  test("F28: a damaged snapshot has one remedy where it is the latest, and needs none where it is not", async () => {
    const latest = await run(damaged(snapshot, 130), "verify", "data");
    expect(latest.printed.split("\n").slice(1)).toEqual([
      expect.stringMatching(/^damage: \S+ at offset \d+: (?!.*data\/).*does not match$/),
      expect.stringMatching(/^ {2}Put an intact copy of the file back; or move .* and add it anew, .*\.$/),
    ]);
    const fileSystem = new MemoryFileSystem(damaged(snapshot, 130));
    const snapshots = await FileSnapshotStore.open({ directory: "data/snapshots", fileSystem });
    await snapshots.save({ index: 6, term: 1, membership }, [Buffer.from("the state at 6")]);
    await snapshots.close();
    const older = await run(fileSystem.image, "verify", "data");
    expect(older.exitCode).toBe(0);
    expect(older.printed).toMatch(
      /^can be started: what was found keeps no node from it\nnotice: .*does not match\n {2}Nothing need be done .*look after the disk/,
    );
  });

  test("F01: what a crash has left is told, and no damage", async () => {
    const last = [...image.keys()].findLast((path) => path.endsWith(".log")) ?? "";
    const bytes = image.get(last) ?? new Uint8Array();
    const torn = new Map([...image, [last, bytes.slice(0, bytes.findLastIndex((byte) => byte !== 0) - 40)]]);
    torn.set("data/snapshots/snapshot-0000000000000008-0000000000000002.0.tmp", new Uint8Array(3));
    const { exitCode, printed } = await run(torn, "verify", "data");
    expect(exitCode).toBe(0);
    expect(printed).toMatch(
      /^can be started: .*\nnotice: \S+\.log at offset \d+: an interrupted write: .*\n.*if something else has cut the file, entries may be: .*\nnotice: \S+\.tmp/,
    );
  });

  test("F23: a log that was compacted and has no snapshot is damaged, and one that ends before it begins anew", async () => {
    const fileSystem = new MemoryFileSystem(image);
    const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity });
    await storage.compact({ index: 5, term: 1 });
    const compacted = new Map(fileSystem.image);
    compacted.delete(snapshot);
    expect((await run(compacted, "verify", "data")).printed).toContain("behind entry 5, but there is no snapshot");
    await storage.reset({ index: 20, term: 2 });
    await storage.close();
    const { exitCode, printed } = await run(fileSystem.image, "verify", "data");
    expect(printed).toContain("behind entry 20 of term 2, but the latest snapshot is of entry 5");
    expect(exitCode).toBe(1);
    const snapshots = await FileSnapshotStore.open({ directory: "data/snapshots", fileSystem });
    await snapshots.save({ index: 30, term: 2, membership }, []);
    await snapshots.close();
    expect(await run(fileSystem.image, "verify", "data")).toMatchObject({
      exitCode: 0,
      printed: expect.stringContaining("begins anew behind it"),
    });
  });

  test("F23: a snapshot without its log is damage in a node's directory, and none in a store of snapshots", async () => {
    const lost = new Map([...image].filter(([path]) => !path.startsWith("data/log/")));
    const without = new Map([...lost].filter(([path]) => path !== "data/log"));
    for (const each of [lost, without]) {
      const { exitCode, printed } = await run(each, "verify", "data");
      expect(printed).toContain("there is a snapshot of entry 5, but no log at all");
      expect(exitCode).toBe(1);
    }
    expect(await run(lost, "verify", "data/snapshots")).toMatchObject({ exitCode: 0 });
  });

  test("F23: a log that was compacted, in a directory that has no snapshots at all, is damaged", async () => {
    const fileSystem = new MemoryFileSystem(image);
    const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity });
    await storage.compact({ index: 5, term: 1 });
    await storage.close();
    const alone = new Map([...fileSystem.image].filter(([path]) => !path.startsWith("data/snapshots")));
    const { exitCode, printed } = await run(alone, "verify", "data");
    expect(printed).toContain("behind entry 5, but there is no snapshot");
    expect(exitCode).toBe(1);
    expect(await run(alone, "verify", "data/log")).toMatchObject({ exitCode: 0 });
  });

  test("F21: a term above 0 over an empty log keeps a founder from starting, and nobody else", async () => {
    const fileSystem = new MemoryFileSystem();
    const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity });
    await storage.append({ hardState: { term: 3, votedFor: "n1", incarnation: 7 }, entries: [] });
    await storage.close();
    const { exitCode, printed } = await run(fileSystem.image, "verify", "data");
    expect(printed).toMatch(
      /^can be started: .*\nnotice: data\/log at offset 0: the node was in term 3, but its log is empty\n {2}A node that waits .* \(join\) starts on this; one that is to found it \(members\) does not/,
    );
    expect(exitCode).toBe(0);
  });

  test("F21: a log that names no member is damaged, unless a snapshot does", async () => {
    const fileSystem = new MemoryFileSystem();
    const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity });
    await storage.append({ hardState: { term: 3, votedFor: "n1", incarnation: 7 }, entries: commands(1, 3, 3) });
    await storage.close();
    const { exitCode, printed } = await run(fileSystem.image, "verify", "data");
    expect(printed).toContain("damage: data/log at offset 0: the log names no member of the cluster\n  Move");
    expect(exitCode).toBe(1);
    const snapshots = await FileSnapshotStore.open({ directory: "data/snapshots", fileSystem });
    await snapshots.save({ index: 2, term: 3, membership }, []);
    await snapshots.close();
    expect(await run(fileSystem.image, "verify", "data")).toMatchObject({ exitCode: 0 });
  });

  test("an empty directory is empty, and any other is refused in words", async () => {
    const empty = new Map([
      ["data", undefined],
      ["data/log", undefined],
    ]);
    expect(await run(empty, "verify", "data")).toMatchObject({
      exitCode: 0,
      printed: "empty: nothing was ever stored here",
    });
    const missing = await run(image, "inspect", "elsewhere");
    expect(missing).toEqual({
      exitCode: 2,
      printed: "",
      complained: "cannot read the directory elsewhere: ENOENT: elsewhere",
    });
    const foreign = await run(
      new Map([
        ["mine", undefined],
        ["mine/notes", new Uint8Array()],
      ]),
      "inspect",
      "mine",
    );
    expect(foreign).toMatchObject({ exitCode: 2, complained: expect.stringContaining("neither a log nor snapshots") });
    const newer = new Map([...image, [segment, (image.get(segment) ?? new Uint8Array()).with(8, 9)]]);
    expect(await run(newer, "verify", "data")).toMatchObject({
      exitCode: 1,
      printed: expect.stringContaining("version 9"),
    });
  });

  test("help, version and mistakes", async () => {
    expect(await run(image, "--version")).toMatchObject({ exitCode: 0, printed: "1.2.3" });
    expect((await run(image, "--help")).printed).toMatch(/inspect.*verify/s);
    expect(await run(image, "repair", "data")).toMatchObject({
      exitCode: 2,
      complained: expect.stringContaining("repair"),
    });
    expect(await run(image, "inspect")).toMatchObject({
      exitCode: 2,
      complained: expect.stringContaining("directory"),
    });
  });
});
