import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { foundedBy, membershipOf, silentLogger } from "@quorate/raft-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";
import { clusterIdOf } from "../../src/config/members.ts";
import { beginningOf } from "../../src/start/beginning.ts";
import type { Beginning } from "../../src/start/beginning.ts";
import { readNodeRecord, writeNodeRecord } from "../../src/start/node-record.ts";
import { placeOf } from "../../src/start/place.ts";
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
  return beginningOf(config, nodeFileSystem, {
    ...silentLogger,
    info: (message) => void told.push(message),
    warn: (message) => void told.push(message),
  });
}

/** The first start, up to where the record is durable. */
async function first(flags: Record<string, unknown>): Promise<Beginning> {
  const beginning = await begin(flags);
  expect(beginning.isFirst).toBe(true);
  await writeNodeRecord(nodeFileSystem, data, beginning.record);
  return beginning;
}

const wrongCluster = (words: RegExp): object => ({
  code: "WRONG_CLUSTER",
  message: expect.stringMatching(words) as string,
});

describe("a node that founds a cluster", () => {
  test("P29 takes the cluster's id from the founders at its first start, from its directory ever after", async () => {
    const { record } = await first(founders);
    expect(record.clusterId).toBe(clusterIdOf([1, 2, 3].map((n) => ({ id: `n${n}`, address: `h${n}:7001` }))));
    expect(record.address).toBe("h1:7001");
    for (const flags of [founders, { id: "n1" }, { id: "n1", members: "n1=elsewhere:1" }]) {
      const again = await begin(flags);
      expect([again.isFirst, again.record]).toEqual([false, record]);
    }
  });

  test("P29 goes on where the founders have the same ids, be they elsewhere by now", async () => {
    const { record } = await first(founders);
    const moved = { ...founders, members: "n3=h7:1,n1=h8:2,n2=h9:3" };
    const told: string[] = [];
    expect((await begin(moved, told)).record).toEqual(record);
    expect(told.at(-1)).toMatch(/^--members gives other addresses .* --addresses says where they are/);
    const fewer = { ...founders, members: "n1=h1:7001,n2=h2:7001" };
    await expect(begin(fewer)).rejects.toMatchObject(wrongCluster(/founded by n1, n2, n3, not by n1, n2/));
  });

  test("is refused at an address of its own that its founders do not know", async () => {
    await expect(begin({ ...founders, address: "elsewhere:1" })).rejects.toThrow(
      /--address is elsewhere:1, but --members gives n1 the address h1:7001/,
    );
  });

  test("P29 is refused where it or its cluster has another id", async () => {
    await first(founders);
    await expect(begin({ id: "n2" })).rejects.toMatchObject(wrongCluster(/not to node n2/));
    for (const flags of [founders, { id: "n1" }]) {
      await expect(begin({ ...flags, clusterId: "mine" })).rejects.toMatchObject(wrongCluster(/not to cluster mine/));
    }
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
    await expect(begin(founders)).rejects.toThrow(/move the data directory away, remove this node .* join again$/);
  });
});

describe("a node that joins", () => {
  test("learns the cluster's id and members from the cluster, and goes on with that until it has joined", async () => {
    await using server = await openFakeServer({ clusterId: "c7" });
    const flags = { id: "n4", join: server.origin, address: "h4:7001" };
    const { record } = await first(flags);
    const peers = [{ id: "n1", address: "127.0.0.1:1" }];
    expect(record).toMatchObject({
      clusterId: "c7",
      origin: "join",
      address: "h4:7001",
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
    expect((await begin({ ...founders, id: "n4", members: "n4=h4:7001" }, told)).record).toEqual(joined);
    expect(told.slice(1)).toEqual(["--bootstrap is ignored: this node has begun already"]);
  });

  test("is refused by a cluster of another id, and where nobody answers as one", async () => {
    await using server = await openFakeServer({ clusterId: "c7" });
    const flags = { id: "n4", join: server.origin, address: "h4:7001" };
    await expect(begin({ ...flags, clusterId: "c8" })).rejects.toMatchObject(
      wrongCluster(new RegExp(`^${server.origin} serves cluster c7, not c8`)),
    );
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
    await expect(begin(flags)).rejects.toThrow(
      /^cannot join cluster c1 at http\S+: it has a member n1 that has stored something.*curl -X DELETE/,
    );
    await mkdir(join(data, "log"), { recursive: true });
    await writeFile(join(data, "log", "1.log"), "");
    expect((await begin(flags)).isFirst).toBe(true);
  });
});

describe("a node's place", () => {
  const record = { nodeId: "n1", origin: "bootstrap", version: 1, clusterId: "c", address: "h1:1", peers: [] } as const;
  const place = (flags: object, logged?: string): readonly [string, string] => {
    const config = resolveConfig({ flags: { id: "n1", data, ...flags }, environment: {} });
    const membership = logged === undefined ? foundedBy([]) : membershipOf([{ id: "n1", address: logged }]);
    const { address, listen } = placeOf(config, record, membership);
    return [address, `${listen.host}:${listen.port}`];
  };

  test("is what the operator says, else what the log says, else what it was", () => {
    expect(place({})).toEqual(["h1:1", "h1:1"]);
    expect(place({}, "h2:2")).toEqual(["h2:2", "h2:2"]);
    expect(place({ address: "h3:3" }, "h2:2")).toEqual(["h3:3", "h3:3"]);
    expect(place({ members: "n1=h4:4" }, "h2:2")).toEqual(["h2:2", "h2:2"]);
  });

  test("may have another side here than the one that the others see", () => {
    expect(place({ peerListen: ":5" }, "h2:2")).toEqual(["h2:2", "0.0.0.0:5"]);
    expect(place({ peerListen: ":5", address: "h3:3" }, "h2:2")).toEqual(["h3:3", "0.0.0.0:5"]);
    expect(place({ addresses: "n1=h6:6" }, "h2:2")).toEqual(["h2:2", "h6:6"]);
    expect(place({ addresses: "n1=h6:6", address: "h3:3" }, "h2:2")).toEqual(["h3:3", "h3:3"]);
  });
});
