import type { statfs } from "node:fs/promises";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import type { FileSystem, LogFields, Logger } from "@quorate/raft-core";
import { membershipOf, silentLogger } from "@quorate/raft-core";
import { FileSnapshotStore } from "@quorate/snapshot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";
import { KvServer } from "../../src/server.ts";
import { DiskCheck } from "../../src/start/disk-check.ts";
import { call } from "../http/client.ts";
import { until } from "../processes/until.ts";

type Line = readonly [level: string, message: string, fields: LogFields | undefined];

let data = "";
let logged: Line[] = [];
const told = (level: string) => (message: string, fields?: LogFields) => void logged.push([level, message, fields]);
const logger: Logger = { ...silentLogger, warn: told("warn"), error: told("error") };

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "quorate-disk-"));
  logged = [];
});
afterEach(() => rm(data, { recursive: true, force: true }));

const sized = (bavail: number): typeof statfs =>
  (() => Promise.resolve({ blocks: 1000, bavail, bsize: 4096 })) as never;

async function check(options: { stat?: typeof statfs; fileSystem?: Pick<FileSystem, "list" | "open"> } = {}) {
  await DiskCheck.begin({ data, logger, ...options }).done();
  return logged;
}

/** Two of them; the data of the first, or of both, is not what it was. */
async function saveSnapshots(damaged: number): Promise<readonly string[]> {
  const directory = join(data, "snapshots");
  const store = await FileSnapshotStore.open({ directory, fileSystem: nodeFileSystem });
  const membership = membershipOf([{ id: "n1", address: "h:1" }]);
  for (const index of [1, 2]) await store.save({ index, term: 1, membership }, [new Uint8Array(100_000)]);
  await store.close();
  const files = (await readdir(directory)).filter((name) => name.includes("-")).toSorted();
  for (const name of files.slice(0, damaged)) await change(join(directory, name));
  return files.map((name) => join(directory, name));
}

/** Changes a byte in the middle. */
async function change(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

describe("a look at the disk when a node starts", () => {
  test("finds nothing where all is well", async () => {
    await saveSnapshots(0);
    expect(await check()).toEqual([]);
  });

  test("F15: tells of a disk that is full, once, with the remedy", async () => {
    await saveSnapshots(0);
    const [line, ...others] = await check({ stat: sized(3) });
    const text = "the data directory takes no more: this node stops as soon as it has to write";
    const remedy = expect.stringContaining(`make room in ${data}`) as string;
    expect(line).toEqual([
      "error",
      text,
      { reason: expect.stringContaining("only 12288 bytes left") as string, remedy },
    ]);
    expect(others).toEqual([]);
  });

  test("N08: tells of a damaged earlier snapshot: which file, what is wrong, what to do; the latest one is read by all", async () => {
    const [file] = await saveSnapshots(2);
    const remedy = expect.stringContaining(`delete ${file}`) as string;
    const fields = {
      file,
      offsetBytes: expect.any(Number) as number,
      reason: expect.stringContaining("checksum"),
      remedy,
    };
    expect(await check()).toEqual([["warn", "an earlier snapshot is damaged", fields]]);
  });

  test("tells of a snapshot that cannot be read, but not because it was closed itself", async () => {
    await saveSnapshots(0);
    const failing = { list: nodeFileSystem.list.bind(nodeFileSystem), open: () => Promise.reject(new Error("EIO")) };
    const lines = await check({ fileSystem: failing });
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ["warn", "the earlier snapshots could not be looked at"],
    ]);
    logged = [];
    await DiskCheck.begin({ data, logger }).close();
    expect(logged).toEqual([]);
  });

  test("is taken by every server", async () => {
    const place = { peerListen: "127.0.0.1:0", clientListen: "127.0.0.1:0", snapshotEntries: 1 };
    const flags = { id: "n1", data, bootstrap: true, members: "n1=127.0.0.1:7001", ...place };
    const config = resolveConfig({ flags, environment: {} });
    const names = async (): Promise<readonly string[]> =>
      (await readdir(join(data, "snapshots"))).filter((name) => /^snapshot-.*\d$/.test(name)).toSorted();
    {
      await using server = await KvServer.open(config, logger);
      const put = (at: number) => call(`http://127.0.0.1:${server.clients.port}`, "PUT", `/v1/kv/${at}`, { body: "x" });
      let at = 0;
      await until("two snapshots", async () => (await put((at += 1))).status === 200 && (await names()).length >= 2);
    }
    await change(join(data, "snapshots", (await names())[0] ?? ""));
    // No further one takes its place meanwhile.
    await using _server = await KvServer.open({ ...config, snapshotEntries: 10_000 }, logger);
    await until("it is told", () => logged.some(([, message]) => message === "an earlier snapshot is damaged"));
  });
});
