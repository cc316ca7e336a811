import { expect, test } from "vitest";
import { readNodeRecord } from "../apps/kv-server/src/start/node-record.ts";
import { runCommand } from "../apps/wal/src/command.ts";
import { Entry, encodeMembership, membershipOf } from "../packages/raft-core/src/index.ts";
import { FileStorage } from "../packages/storage-file/src/index.ts";
import { type DiskImage, MemoryFileSystem } from "../packages/testing/src/index.ts";

/** A node's data directory but for its `node.json`. */
async function written(): Promise<DiskImage> {
  const fileSystem = new MemoryFileSystem();
  const identity = { clusterId: "c1", nodeId: "n1" };
  const storage = await FileStorage.open({ directory: "data/log", fileSystem, identity });
  const membership = encodeMembership(membershipOf([{ id: "n1", address: "one:1" }]));
  const entries = [new Entry(1, 0, "membership", membership)];
  await storage.append({ hardState: { term: 1, votedFor: "n1", incarnation: 7 }, entries });
  await storage.close();
  return fileSystem.image;
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
