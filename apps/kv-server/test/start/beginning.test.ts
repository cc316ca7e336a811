import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { silentLogger } from "@quorate/raft-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";
import { clusterIdOf } from "../../src/config/members.ts";
import { beginningOf } from "../../src/start/beginning.ts";
import type { Beginning } from "../../src/start/beginning.ts";
import { readNodeRecord, writeNodeRecord } from "../../src/start/node-record.ts";
import { openFakeServer } from "../http/fake-node.ts";
import { freePorts } from "../processes/ports.ts";

const three = "n1=h1:7001,n2=h2:7001,n3=h3:7001";
const founders = { id: "n1", bootstrap: true, members: three };

let directory: string;
let data: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-beginning-"));
});
beforeEach(({ task }) => {
  data = join(directory, task.id);
});
afterAll(() => rm(directory, { recursive: true }));

/** As a start with these flags; `told` takes what is logged. */
function begin(flags: Record<string, unknown>, told: string[] = []): Promise<Beginning> {
  const config = resolveConfig({ flags: { data, requestTimeoutMs: "300", ...flags }, environment: {} });
  return beginningOf(config, nodeFileSystem, { ...silentLogger, info: (message) => void told.push(message) });
}

/** The first start, up to where the record is durable. */
async function first(flags: Record<string, unknown>): Promise<Beginning> {
  const beginning = await begin(flags);
  expect(beginning.isFirst).toBe(true);
  await writeNodeRecord(nodeFileSystem, data, beginning.record);
  return beginning;
}

describe("a node that founds a cluster", () => {
  test("P29 takes the cluster's id from the founders at its first start, from its directory ever after", async () => {
    const { record, address } = await first(founders);
    expect(record.clusterId).toBe(clusterIdOf([1, 2, 3].map((n) => ({ id: `n${n}`, address: "" }))));
    expect(address).toBe("h1:7001");
    for (const flags of [founders, { id: "n1" }, { id: "n1", members: "n1=elsewhere:1" }]) {
      const again = await begin(flags);
      expect([again.isFirst, again.record]).toEqual([false, record]);
    }
    expect((await begin({ id: "n1" })).address).toBe("h1:7001");
    expect((await begin({ id: "n1", addresses: "n1=h9:7009" })).address).toBe("h9:7009");
  });

  test("P29 is refused where others founded its cluster, where it has another id, and where the cluster has", async () => {
    await first(founders);
    const code = "WRONG_CLUSTER";
    const others = { ...founders, members: "n1=h1:7001,n2=h2:7001" };
    await expect(begin(others)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/--bootstrap with these members/) as string,
    });
    await expect(begin({ ...founders, clusterId: "mine" })).rejects.toMatchObject({ code });
    await expect(begin({ id: "n2" })).rejects.toMatchObject({ code });
    await expect(begin({ id: "n1", clusterId: "mine" })).rejects.toMatchObject({ code });
  });

  test("P29 is refused with other founders also where the cluster's id was given", async () => {
    await first({ ...founders, clusterId: "mine" });
    expect((await begin({ id: "n1" })).record.clusterId).toBe("mine");
    const others = { ...founders, clusterId: "mine", members: "n1=h1:7001,n2=h2:7001" };
    await expect(begin(others)).rejects.toThrow("which was founded by n1, n2, n3, not by n1, n2");
  });

  test("P26 an empty directory is refused unless it is said how to begin, with words that tell how", async () => {
    await expect(begin({ id: "n1", members: three })).rejects.toThrow(
      /nothing is stored in .*--bootstrap .*--join .*DELETE \/v1\/cluster\/members\/n1/,
    );
  });

  test("a record that this program did not write is CORRUPT; one that was not finished does not matter", async () => {
    await first(founders);
    const path = join(data, "node.json");
    await writeFile(`${path}.new`, "half");
    const { record } = await begin(founders);
    await writeNodeRecord(nodeFileSystem, data, record);
    expect(await readNodeRecord(nodeFileSystem, data)).toEqual(record);
    const text = await readFile(path, "utf8");
    for (const damaged of ["", text.slice(0, -3), text.replace('"version": 1', '"version": 2'), "null"]) {
      await writeFile(path, damaged);
      await expect(begin(founders)).rejects.toMatchObject({
        code: "CORRUPT",
        message: expect.stringContaining(path) as string,
      });
    }
  });
});

describe("a node that joins", () => {
  test("learns the cluster's id and members from the cluster, and goes on with that until it has joined", async () => {
    await using server = await openFakeServer({ clusterId: "c7" });
    const flags = { id: "n4", join: server.origin, address: "h4:7001" };
    const { record, address } = await first(flags);
    expect(address).toBe("h4:7001");
    const peers = [{ id: "n1", address: "127.0.0.1:1" }];
    expect(record).toMatchObject({
      clusterId: "c7",
      origin: "join",
      peers,
      pending: { as: "voter", via: server.origin },
    });
    expect((await begin({ id: "n4" })).record.pending).toEqual({ as: "voter", via: server.origin });
    const elsewhere = { ...flags, join: "http://elsewhere:1", learner: true };
    expect((await begin(elsewhere)).record.pending).toEqual({ as: "voter", via: "http://elsewhere:1" });

    const { pending: _pending, ...joined } = record;
    await writeNodeRecord(nodeFileSystem, data, joined);
    const told: string[] = [];
    expect((await begin(elsewhere, told)).record).toEqual(joined);
    expect(told).toEqual(["--join is ignored: this node has begun already"]);
  });

  test("is refused by a cluster of another id, and where nobody answers as one", async () => {
    await using server = await openFakeServer({ clusterId: "c7" });
    const flags = { id: "n4", join: server.origin, address: "h4:7001" };
    await expect(begin({ ...flags, clusterId: "c8" })).rejects.toMatchObject({ code: "WRONG_CLUSTER" });
    const [port] = await freePorts(1);
    await expect(begin({ ...flags, join: `http://127.0.0.1:${port}` })).rejects.toThrow(
      /^cannot join the cluster at http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/,
    );
    await using peer = await openFakeServer({ origin: "peer" });
    await expect(begin({ ...flags, join: peer.origin })).rejects.toThrow(/^cannot join .* the port for peers/);
  });

  test("P26 is refused under the id of a member that has stored something, unless it is that member", async () => {
    await using server = await openFakeServer();
    const flags = { id: "n1", join: server.origin, address: "h1:7001" };
    expect((await begin(flags)).record.pending).toBeDefined();
    server.node.membership = { ...server.node.membership, incarnations: { n1: 5 } };
    await expect(begin(flags)).rejects.toThrow(/has a member n1 that has stored something.*curl -X DELETE/);
    await mkdir(join(data, "log"), { recursive: true });
    await writeFile(join(data, "log", "1.log"), "");
    expect((await begin(flags)).isFirst).toBe(true);
  });
});
