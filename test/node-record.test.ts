import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { resolveConfig } from "../apps/kv-server/src/config/config.ts";
import { KvServer } from "../apps/kv-server/src/server.ts";
import { readNodeRecord } from "../apps/kv-server/src/start/node-record.ts";
import { runCommand } from "../apps/wal/src/command.ts";
import {
  Entry,
  type StorageWrite,
  encodeMembership,
  membershipOf,
  silentLogger,
} from "../packages/raft-core/src/index.ts";
import { FileSnapshotStore } from "../packages/snapshot/src/index.ts";
import { FileStorage } from "../packages/storage-file/src/index.ts";
import { KvStateMachine } from "../packages/statemachine-kv/src/index.ts";
import { type DiskImage, MemoryFileSystem } from "../packages/testing/src/index.ts";

const membership = membershipOf([{ id: "n1", address: "one:1" }]);
const genesis = new Entry(1, 0, "membership", encodeMembership(membership));
const inTerm = (term: number): NonNullable<StorageWrite["hardState"]> => ({ term, votedFor: "n1", incarnation: 7 });

/** A node's data directory but for its `node.json`. */
async function written(
  write: StorageWrite = { hardState: inTerm(1), entries: [genesis] },
  { baseIndex = 0, snapshotIndex = 0 } = {},
): Promise<DiskImage> {
  const fileSystem = new MemoryFileSystem();
  const identity = { clusterId: "c1", nodeId: "n1" };
  const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity });
  await storage.append(write);
  if (baseIndex > 0) await storage.compact({ index: baseIndex, term: 0 });
  await storage.close();
  if (snapshotIndex > 0) {
    const snapshots = await FileSnapshotStore.open({ directory: "data/snapshots", fileSystem });
    await snapshots.save({ index: snapshotIndex, term: 0, membership }, new KvStateMachine().snapshot());
    await snapshots.close();
  }
  return fileSystem.image;
}

/** Whether `quorate-server` starts on such a directory. */
async function starts(image: DiskImage): Promise<boolean> {
  const place = await mkdtemp(join(tmpdir(), "quorate-start-"));
  try {
    for (const [path, content] of image) {
      await mkdir(join(place, content === undefined ? path : dirname(path)), { recursive: true });
      if (content !== undefined) await writeFile(join(place, path), content);
    }
    const flags = { id: "n1", cluster: "c1", bootstrap: true, members: "n1=127.0.0.1:1", data: join(place, "data") };
    const listen = { peerListen: "127.0.0.1:0", clientListen: "127.0.0.1:0" };
    const server = await KvServer.open(
      resolveConfig({ flags: { ...flags, ...listen }, environment: {} }),
      silentLogger,
    );
    await server.close();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "CORRUPT" });
    return false;
  } finally {
    await rm(place, { recursive: true });
  }
}

async function verify(image: DiskImage): Promise<{ readonly exitCode: number; readonly printed: string }> {
  const fileSystem = new MemoryFileSystem(image);
  const printed: string[] = [];
  const exitCode = await runCommand(["verify", "data"], {
    fileSystem: {
      list: (path) => fileSystem.list(path),
      open: (path, mode) => fileSystem.open(path, mode),
      lockHolder: () => Promise.resolve(undefined),
    },
    version: "1.2.3",
    print: (text) => printed.push(text),
    complain: (text) => printed.push(text),
  });
  return { exitCode, printed: printed.join("\n") };
}

// The server and the verifier are apps of their own, so what one writes and the other reads is held together here.
test("a node.json that a server does not start on is damage, and one that it does start on is none", async () => {
  const image = await written();
  const member = { id: "n1", address: "[::1]:7001" };
  const record = { version: 1, clusterId: "c1", nodeId: "n1", origin: "join", address: "one:1", peers: [member] };
  const sound = JSON.stringify(record);
  const texts = [
    ...[sound, JSON.stringify({ ...record, pending: { as: "voter", via: "two:2" } })],
    ...["", sound.slice(0, -9), "null", "[]", "{}", `${sound}}`],
    ...Object.keys(record).map((field) => JSON.stringify({ ...record, [field]: undefined })),
    ...["one", ":1", "one:0", "one:65536", "one:x", ""].map((address) => JSON.stringify({ ...record, address })),
    ...[{ version: 2 }, { nodeId: "n 1" }, { peers: [] }, { origin: "" }, { more: 1 }].map((change) =>
      JSON.stringify({ ...record, ...change }),
    ),
  ];
  for (const text of texts) {
    const stored = new Map([...image, ["data/node.json", Buffer.from(text)]]);
    const isAccepted = await readNodeRecord(new MemoryFileSystem(stored), "data").then(
      () => true,
      () => false,
    );
    const { exitCode, printed } = await verify(stored);
    expect({ text, exitCode }).toEqual({ text, exitCode: isAccepted ? 0 : 1 });
    if (!isAccepted) expect(printed).toContain("data/node.json at offset 0: it is not what a server writes there");
  }
});

test("what a server does not start on is damage, and what it does start on is none", async () => {
  const commands = [1, 2].map((index) => new Entry(index, 0, "command", new Uint8Array(3)));
  const founded = { hardState: inTerm(0), entries: [genesis, new Entry(2, 0, "no-op", new Uint8Array())] };
  const strangers = { hardState: inTerm(3), entries: commands };
  const images = {
    "a log": await written(),
    "a term above 0, and an empty log": await written({ hardState: inTerm(3), entries: [] }),
    "a log that names no member": await written(strangers),
    "a log that names no member, with a snapshot": await written(strangers, { snapshotIndex: 1 }),
    "a log that was compacted, without a snapshot": await written(founded, { baseIndex: 1 }),
    "a log that was compacted, with its snapshot": await written(founded, { baseIndex: 1, snapshotIndex: 1 }),
    "a log that was compacted to its end, without a snapshot": await written(founded, { baseIndex: 2 }),
  };
  const peers = [{ id: "n1", address: "127.0.0.1:1" }];
  const record = { version: 1, clusterId: "c1", nodeId: "n1", origin: "bootstrap", address: "127.0.0.1:1", peers };
  const started: Record<string, boolean> = {};
  const verified: Record<string, boolean> = {};
  for (const [what, image] of Object.entries(images)) {
    const stored = new Map([...image, ["data/node.json", Buffer.from(JSON.stringify(record))]]);
    started[what] = await starts(stored);
    verified[what] = (await verify(stored)).exitCode === 0;
  }
  expect(verified).toEqual(started);
  expect(Object.values(started).filter((isStarted) => !isStarted)).toHaveLength(3);
});
