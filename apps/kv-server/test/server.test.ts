import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@quorate/raft-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../src/config/config.ts";
import type { Config } from "../src/config/schema.ts";
import { trailingOf } from "../src/node.ts";
import { KvServer } from "../src/server.ts";
import { call } from "./http/client.ts";
import { httpContract, sizeContract } from "./http/contract.ts";
import { until } from "./processes/until.ts";

const valueBytesMax = 256 * 1024;

function configOf(data: string, more: Readonly<Record<string, string>> = {}): Config {
  const listen = { peerListen: "127.0.0.1:0", clientListen: "127.0.0.1:0" };
  const flags = { id: "n1", bootstrap: true, members: "n1=127.0.0.1:1", data, ...listen };
  return resolveConfig({ flags: { ...flags, ...more, valueBytesMax: String(valueBytesMax) }, environment: {} });
}

async function openServer(data: string, more: Readonly<Record<string, string>> = {}): Promise<KvServer> {
  const server = await KvServer.open(configOf(data, more), silentLogger);
  await until("the node to lead", () => server.node.status().role === "leader");
  return server;
}

describe("a server of one node, on a real disk and real sockets", () => {
  let data: string;
  let server: KvServer;
  const subject = { origin: "", port: 0 };
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "quorate-server-"));
    server = await openServer(data);
    Object.assign(subject, { origin: `http://127.0.0.1:${server.clients.port}`, port: server.clients.port });
  });
  afterAll(async () => {
    await server.close();
    await rm(data, { recursive: true });
  });

  httpContract(() => subject);
  sizeContract(() => subject, valueBytesMax);
});

describe("a server", () => {
  test("that is closed and opened again has everything, the revisions included", async () => {
    const data = await mkdtemp(join(tmpdir(), "quorate-server-"));
    const first = await openServer(data);
    const origin = `http://127.0.0.1:${first.clients.port}`;
    await call(origin, "PUT", "/v1/kv/a", { body: "1" });
    const put = await call(origin, "PUT", "/v1/kv/a", { body: "2" });
    const { revision } = JSON.parse(put.text) as { revision: number };
    await first.close();
    await first.close();

    await using second = await openServer(data);
    const reply = await call(`http://127.0.0.1:${second.clients.port}`, "GET", "/v1/kv/a");
    expect([reply.text, reply.headers["etag"]]).toEqual(["2", `"${revision}"`]);
    await second.close();
    await rm(data, { recursive: true });
  });

  test("that cannot listen lets go of everything: the directory can be opened again", async () => {
    const data = await mkdtemp(join(tmpdir(), "quorate-server-"));
    const first = await openServer(join(data, "first"));
    const taken = { ...configOf(join(data, "second")), clientListen: first.clients };
    await expect(KvServer.open(taken, silentLogger)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${first.clients.port}: another process has this port (EADDRINUSE)`,
    );
    await (await openServer(join(data, "second"))).close();
    await first.close();
    await rm(data, { recursive: true });
  });

  test("with a bound on the clocks' drift answers lease reads", async () => {
    const data = await mkdtemp(join(tmpdir(), "quorate-server-"));
    await using server = await openServer(data, { leaseDriftMax: "0.01" });
    const origin = `http://127.0.0.1:${server.clients.port}`;
    await call(origin, "PUT", "/v1/kv/a", { body: "1" });
    expect((await call(origin, "GET", "/v1/kv/a?consistency=lease")).text).toBe("1");
    await server.close();
    await rm(data, { recursive: true });
  });

  test("counts for Prometheus what it has done", async () => {
    const data = await mkdtemp(join(tmpdir(), "quorate-server-"));
    await using server = await openServer(data);
    const origin = `http://127.0.0.1:${server.clients.port}`;
    const metrics = async (): Promise<Readonly<Record<string, number>>> => {
      const { text } = await call(origin, "GET", "/metrics");
      const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      return Object.fromEntries(samples.map((line) => line.split(" ")).map(([name, value]) => [name, Number(value)]));
    };
    // What a leader begins with is in its log, too.
    await until("the log to be at rest", async () => {
      const { commitIndex, lastIndex } = server.node.status();
      return commitIndex === lastIndex && (await metrics())["quorate_log_entries_total"] === lastIndex && lastIndex > 1;
    });
    const before = await metrics();
    for (const body of ["1", "2", "3"]) await call(origin, "PUT", "/v1/kv/a", { body });
    await call(origin, "GET", "/v1/kv/a");
    const after = await metrics();
    const grown = (name: string): number => (after[name] ?? Number.NaN) - (before[name] ?? Number.NaN);
    expect([grown("quorate_commands_total"), grown("quorate_log_entries_total")]).toEqual([3, 3]);
    // Each was durable before the next one was asked for.
    expect(grown("quorate_log_syncs_total")).toBe(3);
    expect(grown("quorate_reads_total")).toBe(1);
    expect(grown("quorate_log_sync_seconds_total")).toBeGreaterThan(0);
    expect(after).toMatchObject({ quorate_leader: 1, quorate_term: server.node.status().term });
    await server.close();
    await rm(data, { recursive: true });
  });

  test("with small segments takes its snapshots as often", async () => {
    const data = await mkdtemp(join(tmpdir(), "quorate-server-"));
    const MIB = 1024 * 1024;
    const config = { ...configOf(data, { segmentBytes: String(MIB) }), snapshotEntries: 100_000 };
    await using server = await KvServer.open(config, silentLogger);
    const origin = `http://127.0.0.1:${server.clients.port}`;
    const filesIn = async (name: string, ending: RegExp): Promise<string[]> =>
      (await readdir(join(data, name))).filter((file) => ending.test(file));
    const body = "x".repeat(valueBytesMax);
    await until("a snapshot", async () => {
      await call(origin, "PUT", "/v1/kv/a", { body });
      return (await filesIn("snapshots", /^snapshot-.*\d$/)).length > 0;
    });
    const written = server.node.status().lastIndex * valueBytesMax;
    expect(written).toBeLessThan(16 * MIB);
    expect((await filesIn("log", /\.log$/)).length).toBeGreaterThanOrEqual(Math.floor(written / (2 * MIB)));
    await server.close();
    await rm(data, { recursive: true });
  });

  test("keeps as much of the log behind a snapshot as there is between two, within limits", () => {
    const kept = [1, 999, 2500, 10_000, 1_000_000].map((snapshotEntries) => trailingOf({ snapshotEntries }));
    expect(kept).toEqual([1000, 1000, 2500, 10_000, 10_000]);
  });

  test("that never began says in one line what it needs, and leaves the directory as it was", async () => {
    const data = await mkdtemp(join(tmpdir(), "quorate-server-"));
    await expect(KvServer.open({ ...configOf(data), bootstrap: false }, silentLogger)).rejects.toThrow("--bootstrap");
    expect(await readdir(data)).toEqual([]);
    await rm(data, { recursive: true });
  });
});
