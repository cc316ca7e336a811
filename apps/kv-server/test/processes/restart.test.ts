import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { encodeMembership, Entry, membershipOf } from "@quorate/raft-core";
import { encodeCommand } from "@quorate/statemachine-kv";
import { FileStorage } from "@quorate/storage-file";
import { expect, test } from "vitest";
import { clusterIdOf } from "../../src/config/members.ts";
import { TestCluster } from "./test-cluster.ts";
import type { TestNode } from "./test-cluster.ts";
import { until } from "./until.ts";

const entries = 200_000;
const valueBytes = 2048;
const distinctKeys = 1000;
const batch = 4000;
const MIB = 1024 * 1024;

test(
  `a node whose log holds ${entries} entries is back soon, and does not hold them in memory`,
  { timeout: 90_000 },
  async () => {
    // No snapshot, so that everything is in the log and has to be applied again.
    await using cluster = await TestCluster.lay(1, [
      "--snapshot-entries",
      "100000000",
      "--request-timeout-ms",
      "60000",
    ]);
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("a cluster of one has a node");
    await fillLog(node);

    const begun = performance.now();
    await node.start();
    const last = `key-${entries % distinctKeys}`;
    const value = await until(
      "the last entry's value",
      async () => {
        const reply = await node.call("GET", `/v1/kv/${last}`);
        return reply.status === 200 && reply.text;
      },
      60_000,
    );
    const seconds = (performance.now() - begun) / 1000;
    expect(value).toContain(`value ${entries} `);
    const memory = await memoryMaxBytes(node.pid);
    const logBytes = entries * valueBytes;
    console.log(
      `restart with ${entries} entries (${Math.round(logBytes / MIB)} MiB): ${seconds.toFixed(2)} s from the start of the process to a linearizable read; ${Math.round(memory / MIB)} MiB of memory at the most`,
    );
    // Most of it is Node's own, and garbage not collected yet: it stays what it is when the log is twice as long.
    expect(memory).toBeLessThan(0.8 * logBytes);
  },
);

/** The log as the node itself would have written it. */
async function fillLog(node: TestNode): Promise<void> {
  const member = { id: node.id, address: `127.0.0.1:${node.place.peerPort}` };
  await using storage = await FileStorage.open({
    directory: join(node.place.directory, "log"),
    fileSystem: nodeFileSystem,
    identity: { clusterId: clusterIdOf([member]), nodeId: node.id },
  });
  await storage.load();
  const genesis = new Entry(1, 0, "membership", encodeMembership(membershipOf([member])));
  await storage.append({ hardState: { term: 1, votedFor: node.id }, entries: [genesis] });
  const key = new TextEncoder();
  for (let from = 1; from <= entries; from += batch) {
    const commands = Array.from({ length: batch }, (_, i) => {
      const n = from + i;
      const value = key.encode(`value ${n} `.padEnd(valueBytes, "."));
      return new Entry(
        n + 1,
        1,
        "command",
        encodeCommand({ type: "put", key: key.encode(`key-${n % distinctKeys}`), value }),
      );
    });
    await storage.append({ entries: commands });
  }
}

/** The most that the process has held so far, as the kernel has counted it. */
async function memoryMaxBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
