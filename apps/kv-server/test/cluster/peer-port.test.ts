import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { Authority } from "@quorate/certificates";
import { KvClient } from "@quorate/client";
import type { LogFields, Logger } from "@quorate/raft-core";
import { silentLogger } from "@quorate/raft-core";
import { type TransportStats, WsTransport } from "@quorate/transport-ws";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { PeerAgent } from "../../src/cluster/peer-agent.ts";
import { resolveConfig } from "../../src/config/config.ts";
import { KvServer } from "../../src/server.ts";
import { call, problemIn } from "../http/client.ts";
import { freePorts } from "../processes/ports.ts";
import { until } from "../processes/until.ts";
import { Listening } from "../watch/event-source.ts";
import { RawClient } from "../ws/raw-client.ts";

let directory: string;
const servers: KvServer[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "quorate-peers-"));
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(directory, { recursive: true });
});

type Flags = Readonly<Record<string, string>>;

/** Writes a node's files, and says by which flags it is given them. */
async function flagsOf(
  id: string,
  given: { readonly authority?: Authority; readonly secret?: string },
): Promise<Flags> {
  const path = (name: string): string => join(directory, id, name);
  await mkdir(join(directory, id), { recursive: true });
  let flags: Flags = {};
  if (given.authority) {
    const { cert, key, ca } = await given.authority.issue(id);
    await Promise.all([writeFile(path("cert"), cert), writeFile(path("key"), key), writeFile(path("ca"), ca)]);
    flags = { peerTlsCert: path("cert"), peerTlsKey: path("key"), peerTlsCa: path("ca") };
  }
  if (given.secret === undefined) return flags;
  await writeFile(path("secret"), `${given.secret}\n`);
  return { ...flags, peerSecretFile: path("secret") };
}

async function openServer(id: string, flags: Readonly<Record<string, unknown>>, logger: Logger): Promise<KvServer> {
  const place = { id, data: join(directory, id, "data"), clientListen: "127.0.0.1:0", bootstrap: true };
  const server = await KvServer.open(resolveConfig({ flags: { ...place, ...flags }, environment: {} }), logger);
  servers.push(server);
  return server;
}

/** A cluster of three, one of which leads; the others know it. */
async function openCluster(flags: Readonly<Record<string, Flags>>, logger = silentLogger): Promise<KvServer[]> {
  const ids = Object.keys(flags);
  const ports = await freePorts(ids.length);
  const members = ids.map((id, at) => `${id}=127.0.0.1:${ports[at]}`).join(",");
  const opened = await Promise.all(ids.map((id) => openServer(id, { members, ...flags[id] }, logger)));
  await until("all to know who leads", () => opened.every(({ node }) => node.status().leader !== undefined));
  return opened;
}

const originOf = (server: KvServer): string => `http://127.0.0.1:${server.clients.port}`;
/** Puts; a busy machine may lose its leader. */
const put = (server: KvServer, body: string): Promise<true> =>
  until("a put", async () => (await call(originOf(server), "PUT", "/v1/kv/a", { body })).status === 200);
const linksOf = async (server: KvServer): Promise<TransportStats> =>
  (JSON.parse((await call(originOf(server), "GET", "/v1/status")).text) as { links: TransportStats }).links;
const followerOf = (opened: readonly KvServer[]): KvServer => {
  const follower = opened.find(({ node }) => node.status().role === "follower");
  if (follower === undefined) throw new Error("nobody follows");
  return follower;
};

/** Puts over a WebSocket, and does not go to the leader by itself: whoever is asked has to carry it. */
async function putOnSocket(server: KvServer, value: string): Promise<void> {
  const endpoints = [originOf(server)];
  await using client = KvClient.open({ endpoints, webSocket: WebSocket, followLeader: false, timeoutMs: 15_000 });
  await client.put("a", value);
}

/** What somebody is answered on a peer port who has no certificate. */
async function answerTo(port: number, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
  let answer = "";
  socket.on("data", (bytes: Buffer) => (answer += bytes.toString()));
  socket.on("error", () => resolve(answer));
  socket.on("close", () => resolve(answer));
  socket.write(text);
  return promise;
}

const secret = "correct horse battery staple";
const forward = { "x-quorate-forwarded": "n2", "x-quorate-cluster": "" };

describe("a cluster with mutual TLS and a secret", () => {
  test("serves writes on every node; its peer ports serve nobody without a certificate", async () => {
    const authority = await Authority.create();
    const given = { authority, secret };
    const opened = await openCluster({
      n1: await flagsOf("n1", given),
      n2: await flagsOf("n2", given),
      n3: await flagsOf("n3", given),
    });
    for (const server of opened) {
      await put(server, "0");
      await putOnSocket(server, "1");
    }
    expect((await call(originOf(followerOf(opened)), "GET", "/v1/kv/a")).text).toBe("1");
    await using listening = await Listening.to(`${originOf(followerOf(opened))}/v1/events`);
    await listening.wait("all nodes to tell of themselves", (all) =>
      ["n1", "n2", "n3"].every((id) => all.reportsOf(id).length > 0),
    );
    const { clusterId, peers } = followerOf(opened);
    const request = `PUT /v1/kv/a HTTP/1.1\r\nhost: x\r\nx-quorate-forwarded: n1\r\nx-quorate-cluster: ${clusterId}\r\n\r\n`;
    expect(await answerTo(peers.port, request)).toBe("");
    const plain = connect(peers.port, "127.0.0.1").resume();
    plain.on("error", () => undefined).write(request);
    await once(plain, "close");
    expect((await call(originOf(followerOf(opened)), "GET", "/v1/kv/a")).text).toBe("1");
  });

  test("a new authority takes the place of the old one without an interruption", async () => {
    const [old, young] = [await Authority.create(), await Authority.create()];
    const opened = await openCluster({
      n1: await flagsOf("n1", { authority: old }),
      n2: await flagsOf("n2", { authority: old }),
      n3: await flagsOf("n3", { authority: old }),
    });
    // First both authorities are trusted everywhere, then each node gets its new certificate.
    for (const id of ["n1", "n2", "n3"]) await writeFile(join(directory, id, "ca"), `${old.ca}\n${young.ca}`);
    for (const server of opened) await server.reloadCredentials();
    for (const id of ["n1", "n2", "n3"]) {
      const { cert, key } = await young.issue(id);
      await writeFile(join(directory, id, "cert"), cert);
      await writeFile(join(directory, id, "key"), key);
    }
    for (const server of opened) await server.reloadCredentials();
    // Who leads is connected with the old ones still; who comes back is not.
    const follower = followerOf(opened);
    const { id } = follower.node.status();
    const { host, port } = follower.peers;
    await follower.close();
    const paths = { peerTlsCert: "cert", peerTlsKey: "key", peerTlsCa: "ca" };
    const files = Object.entries(paths).map(([flag, name]) => [flag, join(directory, id, name)]);
    const again = await openServer(
      id,
      { ...Object.fromEntries(files), bootstrap: false, peerListen: `${host}:${port}` },
      silentLogger,
    );
    await until("it to follow again", () => again.node.status().leader !== undefined);
    await put(again, "2");
  });
});

describe("a cluster with a secret and no TLS", () => {
  test("W10: serves writes on every node, and no request that somebody makes who does not know it", async () => {
    const opened = await openCluster({
      n1: await flagsOf("n1", { secret }),
      n2: await flagsOf("n2", { secret }),
      n3: await flagsOf("n3", { secret }),
    });
    const follower = followerOf(opened);
    await put(follower, "1");
    const leader = opened.find(({ node }) => node.status().role === "leader") ?? follower;
    const headers = { ...forward, "x-quorate-cluster": leader.clusterId };
    const reply = await call(`http://127.0.0.1:${leader.peers.port}`, "PUT", "/v1/kv/a", { headers, body: "forged" });
    expect(problemIn(reply)).toMatchObject({ status: 403, code: "NOT_A_PEER", outcome: "not-applied" });
    expect((await call(originOf(follower), "GET", "/v1/kv/a")).text).toBe("1");
  });

  test("W10: carries what is asked over WebSockets, too, and takes no WebSocket of somebody who does not know it", async () => {
    const opened = await openCluster({
      n1: await flagsOf("n1", { secret }),
      n2: await flagsOf("n2", { secret }),
      n3: await flagsOf("n3", { secret }),
    });
    for (const server of opened) await putOnSocket(server, "1");
    for (const { clusterId, peers } of opened) {
      const headers = { ...forward, "x-quorate-cluster": clusterId };
      using stranger = new RawClient(`http://127.0.0.1:${peers.port}`, { headers });
      await stranger.ended;
      expect(stranger.refusal?.status).toBe(403);
      expect(JSON.parse(stranger.refusal?.body ?? "")).toMatchObject({ code: "NOT_A_PEER", outcome: "not-applied" });
    }
  });

  test("W11: no WebSocket of one node under the name of another", async () => {
    const place = { members: "n1=127.0.0.1:1", peerListen: "127.0.0.1:0" };
    const { clusterId, peers } = await openServer(
      "n1",
      { ...place, ...(await flagsOf("n1", { secret })) },
      silentLogger,
    );
    const listen = { host: "127.0.0.1", port: 0 };
    await using outsider = await WsTransport.open({ id: "n9", clusterId, listen, secrets: [secret] });
    const member = { id: "n1", address: `127.0.0.1:${peers.port}` };
    for (const claimed of ["n8", "n9"]) {
      const headers = { "x-quorate-forwarded": claimed, "x-quorate-cluster": clusterId };
      const agent = new PeerAgent(() => outsider.openStream(member));
      using client = new RawClient(`http://${member.address}`, { headers, agent });
      if (claimed === "n9") {
        await client.greeted();
        continue;
      }
      await client.ended;
      expect(JSON.parse(client.refusal?.body ?? "")).toMatchObject({ code: "NOT_A_PEER" });
    }
  });

  test("W11: no request of one node under the name of another", async () => {
    const opened = await openCluster({
      n1: await flagsOf("n1", { secret }),
      n2: await flagsOf("n2", { secret }),
      n3: await flagsOf("n3", { secret }),
    });
    const leader = opened.find(({ node }) => node.status().role === "leader") ?? followerOf(opened);
    const { clusterId, peers } = leader;
    const listen = { host: "127.0.0.1", port: 0 };
    await using outsider = await WsTransport.open({ id: "n9", clusterId, listen, secrets: [secret] });
    const member = { id: leader.node.status().id, address: `127.0.0.1:${peers.port}` };
    for (const claimed of ["n8", "n9"]) {
      const stream = await outsider.openStream(member);
      const headers = `x-quorate-forwarded: ${claimed}\r\nx-quorate-cluster: ${clusterId}`;
      stream.write(`PUT /v1/kv/a HTTP/1.1\r\nhost: x\r\n${headers}\r\ncontent-length: 1\r\n\r\n1`);
      const [answer] = await once(stream.resume(), "data");
      expect(String(answer).startsWith("HTTP/1.1 403")).toBe(claimed !== "n9");
      stream.destroy();
    }
  });

  test("in plain text on anything but loopback is warned of", async () => {
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (text) => void warnings.push(text) };
    const place = { members: "n1=127.0.0.1:1", ...(await flagsOf("n1", { secret })) };
    const quiet = await openServer("n1", { ...place, peerListen: "127.0.0.1:0" }, logger);
    expect(warnings.filter((text) => text.includes("plain text"))).toEqual([]);
    await quiet.close();
    await openServer("n1", { ...place, peerListen: "0.0.0.0:0" }, logger);
    expect(warnings.filter((text) => text.includes("plain text"))).toHaveLength(1);
  });

  test("a node with another secret is told so once, takes no part, and is counted", async () => {
    const warnings: [string, LogFields | undefined][] = [];
    const logger: Logger = { ...silentLogger, warn: (text, fields) => void warnings.push([text, fields]) };
    const ports = await freePorts(2);
    const members = `n1=127.0.0.1:${ports[0]},n2=127.0.0.1:${ports[1]}`;
    const n1 = await openServer("n1", { members, ...(await flagsOf("n1", { secret })) }, silentLogger);
    const n2 = await openServer("n2", { members, ...(await flagsOf("n2", { secret: `${secret}!` })) }, logger);
    const told = (): (LogFields | undefined)[] =>
      warnings.filter(([text]) => text === "not connected; trying again").map(([, fields]) => fields);
    await until("it is told", () => told().length > 0);
    expect(told()).toEqual([
      expect.objectContaining({
        peer: "n1",
        reason: "closed with 4009 the secret is another one here: give all nodes the same",
        remedy: expect.stringContaining("--peer-secret-file") as string,
      }),
    ]);
    const links = await linksOf(n1);
    expect(links.refusals.unauthenticated).toBeGreaterThan(0);
    expect(links.peers["n2"]?.connected).toBe(false);
    expect(links.lastRefusal).toMatchObject({ peer: "n2", remedy: expect.stringContaining("--peer-secret-file") });
    for (const [server, peer] of [[n1, "n2"] as const, [n2, "n1"] as const]) {
      await until("it is known", async () => (await linksOf(server)).peers[peer]?.trouble?.kind === "unauthenticated");
      const { text } = await call(originOf(server), "GET", "/readyz");
      expect(text).toMatch(new RegExp(`-]leader failed: .*${peer}: closed with 4009 .*--peer-secret-file`));
    }
  });
});

describe("credentials that cannot be used", () => {
  test("keep a node from starting, with a word on which file; while it runs the former ones stay", async () => {
    await expect(
      openServer("n1", { members: "n1=127.0.0.1:1", peerSecretFile: "/nowhere" }, silentLogger),
    ).rejects.toThrow("cannot read /nowhere (--peer-secret-file)");
    const flags = await flagsOf("n1", { secret });
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (text) => void errors.push(text) };
    const place = { members: "n1=127.0.0.1:1", peerListen: "127.0.0.1:0", ...flags };
    await writeFile(flags["peerSecretFile"] ?? "", "\n");
    await expect(openServer("n1", place, silentLogger)).rejects.toThrow("holds no secret");
    await writeFile(flags["peerSecretFile"] ?? "", "short");
    await expect(openServer("n1", place, silentLogger)).rejects.toThrow("at least 16 characters");
    await writeFile(flags["peerSecretFile"] ?? "", secret);
    const server = await openServer("n1", place, logger);
    await writeFile(flags["peerSecretFile"] ?? "", "short");
    await server.reloadCredentials();
    expect(errors).toEqual(["certificates and secret cannot be used as they are now; the former ones still count"]);
  });

  test("a key of another certificate, or another node's certificate: the flags and files are named", async () => {
    const authority = await Authority.create();
    const [flags, others] = [await flagsOf("n1", { authority }), await flagsOf("n2", { authority })];
    const open = (given: Flags): Promise<KvServer> =>
      openServer("n1", { members: "n1=127.0.0.1:1", ...given }, silentLogger);
    const { peerTlsKey = "" } = others;
    await expect(open({ ...flags, peerTlsKey })).rejects.toThrow(
      new RegExp(`tls.key is not the key of tls.cert.*--peer-tls-key ${peerTlsKey}`),
    );
    await expect(open(others)).rejects.toThrow(/the certificate of "n2", not of "n1".*--peer-tls-cert/);
  });
});
