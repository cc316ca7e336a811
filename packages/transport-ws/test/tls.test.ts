import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { Authority } from "@quorate/certificates";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { SUBPROTOCOL } from "../src/handshake.ts";
import { clientTls } from "../src/tls.ts";
import { type TlsCredentials, isLoopback, serverTls } from "../src/index.ts";
import { HOST, LiveNode, type Outcome, RawClient, heartbeat, helloOf, rawBytes, until } from "./live.ts";

type Options = NonNullable<Parameters<typeof LiveNode.open>[1]>;

const nodes: LiveNode[] = [];
let authority: Authority;
let ofA: TlsCredentials;
let ofB: TlsCredentials;
let ofC: TlsCredentials;

beforeAll(async () => {
  authority = await Authority.create();
  [ofA, ofB, ofC] = await Promise.all([authority.issue("a"), authority.issue("b"), authority.issue("c")]);
});

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
});

async function open(id: string, options: Options): Promise<LiveNode> {
  const node = await LiveNode.open(id, options);
  nodes.push(node);
  return node;
}

/** A node a that has b among its members, whatever the other thinks of it. */
async function dialled(a: Options, b: Options): Promise<[LiveNode, LiveNode]> {
  const [from, to] = [await open("a", a), await open("b", b)];
  from.knows(to.member);
  return [from, to];
}

const reasonsOf = (node: LiveNode): unknown[] =>
  node.warnings("not connected; trying again").map((fields) => fields?.["reason"]);

describe("mutual TLS", () => {
  test("messages pass between nodes whose certificates name them", async () => {
    const [a, b] = await dialled({ tls: ofA }, { tls: ofB });
    b.knows(a.member);
    a.transport.send("b", heartbeat(1));
    await until("it arrives", () => b.received.length === 1);
    b.transport.send("a", heartbeat(2));
    await until("the answer arrives", () => a.received.length === 1);
    expect([a.received[0]?.from, b.received[0]?.from]).toEqual(["b", "a"]);
  });

  test("a DNS name is as good as the common name", async () => {
    const named = await authority.issue("machine 7", { names: ["x.example", "a"] });
    const [a] = await dialled({ tls: named }, { tls: ofB });
    await until("they are connected", () => a.isConnectedTo("b"));
  });

  test("W20: a DNS name with commas in it is one name, not several", async () => {
    const odd = await authority.issue("machine 7", { names: ["x, DNS:a, DNS:y"] });
    const b = await open("b", { tls: ofB });
    expect((await claiming("a", b, odd)).reason).toMatch(/not of "a"/);
  });

  test("W11 W20: a node with another's certificate is refused under the id that it claims", async () => {
    const b = await open("b", { tls: ofB });
    const reason = 'the certificate is that of "c", not of "a": give that node its own';
    expect(await claiming("a", b, ofC)).toEqual({ code: 4003, reason });
    expect(b.transport.stats().refusals.wrongNode).toBeGreaterThan(0);
    expect(b.received).toEqual([]);
  });

  test("W20: a node is not spoken to whose certificate is that of another", async () => {
    const [a, c] = [await open("a", { tls: ofA }), await open("c", { tls: ofC })];
    a.knows({ id: "b", address: c.member.address });
    await until("a has found out", () => reasonsOf(a).length > 0);
    const reason =
      'the certificate there is that of "c", not of "b": correct the address of "b", or give that node its own';
    expect(reasonsOf(a)).toEqual([reason]);
    expect(c.received).toEqual([]);
  });

  const wrong: readonly (readonly [string, () => Promise<TlsCredentials>, RegExp])[] = [
    [
      "signed by another authority",
      async () => ({ ...(await (await Authority.create()).issue("b")), ca: authority.ca }),
      /^the certificate of "b" was signed by none of the authorities in tls.ca of this node/,
    ],
    ["expired", () => authority.issue("b", { validDays: -1 }), /^the certificate of "b" has expired/],
  ];
  test.each(wrong)("W20: a certificate that is %s is believed on neither side", async (_name, make, reason) => {
    const tls = await make();
    const [a, impostor] = [await open("a", { tls: ofA }), createTlsServer(serverTls(tls))];
    await once(impostor.listen(0, HOST), "listening");
    const address = impostor.address();
    if (typeof address === "object") a.knows({ id: "b", address: `${HOST}:${address?.port}` });
    await until("a has found out", () => reasonsOf(a).length > 0);
    impostor.close();
    expect(String(reasonsOf(a)[0])).toMatch(reason);
    const server = await open("c", { tls: ofC });
    const problem = await connecting(server.port, { ...tls });
    expect(problem).toMatch(turnedAway);
    expect(server.transport.stats().bytesReceived).toBe(0);
  });

  test("W20: a certificate that was revoked is not believed", async () => {
    const lost = await authority.issue("a");
    const crl = await authority.revoke(lost);
    const server = await open("b", { tls: { ...ofB, crl } });
    expect(await connecting(server.port, ofA)).toContain("426");
    expect(await connecting(server.port, { cert: lost.cert, key: lost.key, ca: lost.ca })).toMatch(turnedAway);
  });

  test("W10: who shows no certificate is not let in", async () => {
    const server = await open("b", { tls: ofB });
    expect(await connecting(server.port, { ca: authority.ca })).toMatch(turnedAway);
  });

  test("W01 W10: plain text, and a server that is none with TLS: refused", async () => {
    const server = await open("b", { tls: ofB });
    expect(await rawBytes(server.port, Buffer.from("GET /raft/v1 HTTP/1.1\r\nhost: x\r\n\r\n"))).not.toContain("101");
    const plain = await open("c", {});
    const a = await open("a", { tls: ofA });
    a.knows(plain.member);
    await until("a has found out", () => reasonsOf(a).length > 0);
    expect(a.isConnectedTo("c")).toBe(false);
  });
});

const BEGIN = "-----BEGIN PRIVATE KEY-----\n";

/** What becomes of somebody who says that it is `id` and shows the certificate of another. */
async function claiming(id: string, to: LiveNode, tls: TlsCredentials): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const socket = new WebSocket(`wss://${to.member.address}/raft/v1`, SUBPROTOCOL, {
    ...clientTls(tls, to.id),
    generateMask: (mask) => mask.fill(0),
  });
  socket.on("error", reject);
  socket.on("open", () => socket.send(helloOf({ id, clusterId: "test" }, to.id)));
  socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  return promise;
}

/** What somebody is answered who connects with these, or what becomes of the connection where that is nothing. */
async function connecting(port: number, given: { cert?: string; key?: string; ca: string }): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connectTls({ port, host: HOST, ...given, rejectUnauthorized: false });
  let answer = "";
  socket.on("data", (bytes: Buffer) => (answer += bytes.toString()));
  socket.on("error", (error) => resolve(error.message));
  socket.on("close", () => resolve(answer === "" ? "closed" : answer));
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  return promise;
}

/** A TLS alert, or an end without a word: nothing was served. */
const turnedAway = /alert|ECONNRESET|^closed$/;

describe("TLS of the accepting side alone", () => {
  const plain = async (options: Options = {}): Promise<[LiveNode, LiveNode]> =>
    dialled({ tls: { ...ofA, mutual: false }, ...options }, { tls: { ...ofB, mutual: false } });

  test("encrypts, and asks for no certificate", async () => {
    const [a, b] = await plain();
    a.transport.send("b", heartbeat(1));
    await until("it arrives", () => b.received.length === 1);
  });
});

test("W10: TLS that asks nobody for a certificate, without a secret, is warned of, also when the secret goes", async () => {
  const text = "whoever reaches this node is believed to be who it says: use mutual TLS, or a secret";
  const secrets = ["the secret of the cluster"];
  const [bare, mutual] = [await open("a", { tls: { ...ofA, mutual: false } }), await open("b", { tls: ofB })];
  const secret = await open("c", { tls: { ...ofC, mutual: false }, secrets });
  expect([bare, mutual, secret].map((node) => node.warnings(text).length)).toEqual([1, 0, 0]);
  secret.transport.setCredentials({ tls: { ...ofC, mutual: false } });
  expect(secret.warnings(text)).toHaveLength(1);
});

test("a certificate that has less than a fifth of its lifetime left is warned of", async () => {
  const soon = await authority.issue("b", { validDays: 0.1 });
  const [a, b] = [await open("a", { tls: ofA }), await open("b", { tls: soon })];
  const text = "this node's certificate expires soon; give it a new one";
  expect([a, b].map((node) => node.warnings(text).length)).toEqual([0, 1]);
});

test("what failed in TLS is said on both sides, and what to do", async () => {
  const b = await open("b", { tls: ofB });
  const refused = (): unknown[] => b.warnings("a connection was refused").map((fields) => fields?.["reason"]);
  await connecting(b.port, await authority.issue("a", { validDays: -1 }));
  await until("b has said so", () => refused().length > 0);
  expect(refused()).toEqual(["the certificate that it showed has expired: give that node a new one"]);
  const plain = await open("c", {});
  const a = await open("a", { tls: ofA });
  a.knows(plain.member);
  await until("a has found out", () => reasonsOf(a).length > 0);
  expect(reasonsOf(a)).toEqual(["what answers there speaks no TLS: give every node of the cluster TLS"]);
  plain.knows(b.member);
  await until("c has found out", () => reasonsOf(plain).length > 0);
  expect(String(reasonsOf(plain)[0])).toMatch(/^cut off before it answered/);
  expect(b.transport.stats().refusals.unauthenticated).toBeGreaterThan(1);
});

describe("credentials that are changed", () => {
  test("count for new connections, and those that are open stay", async () => {
    const [a, b] = await dialled({ tls: ofA, deadAfterMs: 60_000 }, { tls: ofB });
    await until("they are connected", () => a.isConnectedTo("b"));
    const other = await Authority.create();
    const [newA, newB] = [await other.issue("a"), await other.issue("b")];
    b.transport.setCredentials({ tls: newB });
    a.transport.send("b", heartbeat(1));
    await until("it arrives on the connection that was open", () => b.received.length === 1);
    expect(await connecting(b.port, { ...ofA })).toMatch(turnedAway);
    expect(await connecting(b.port, newA)).toContain("426");
    a.transport.setCredentials({ tls: newA });
    a.knows();
    a.knows(b.member);
    a.transport.send("b", heartbeat(2));
    await until("it arrives on a new one", () => b.received.length === 2);
  });

  test("that cannot be used are refused, and the old ones go on", async () => {
    const [a, b] = await dialled({ tls: ofA }, { tls: ofB });
    await until("they are connected", () => a.isConnectedTo("b"));
    const tls = { ...ofB };
    const [expired, other] = await Promise.all([authority.issue("b", { validDays: -1 }), Authority.create()]);
    expect(() => b.transport.setCredentials({ tls: { ...tls, key: ofA.key } })).toThrow(
      /tls.key is not the key of tls.cert/,
    );
    expect(() => b.transport.setCredentials({ tls: { ...tls, key: `${BEGIN}none` } })).toThrow(/cannot be used/);
    expect(() => b.transport.setCredentials({ tls: ofC })).toThrow(/the certificate of "c", not of "b"/);
    expect(() => b.transport.setCredentials({ tls: expired })).toThrow(/tls.cert has expired on/);
    expect(() => b.transport.setCredentials({ tls: { ...tls, ca: other.ca } })).toThrow(/signed by none/);
    await expect(open("a", { tls: ofC })).rejects.toThrow(/the certificate of "c", not of "a"/);
    expect(() => b.transport.setCredentials({ tls: { ...tls, cert: "none" } })).toThrow(/tls.cert must be PEM/);
    expect(() => b.transport.setCredentials({})).toThrow(/TLS can neither be added nor left out/);
    expect(() => b.transport.setCredentials({ tls, secrets: ["short"] })).toThrow(/secrets.0 must have at least 16/);
    a.knows();
    a.knows(b.member);
    a.transport.send("b", heartbeat(1));
    await until("it arrives", () => b.received.length === 1);
  });
});

describe("an application's server", () => {
  test("with TLS serves the transport, its streams, and whatever else it serves", async () => {
    const server = createTlsServer({ ...serverTls(ofB) }, (_request, response) => {
      response.end("the application");
    });
    await new Promise<void>((resolve) => {
      server.listen(0, HOST, resolve);
    });
    const streams: [Duplex, string][] = [];
    const b = await open("b", { tls: ofB, server, onStream: (stream, from) => void streams.push([stream, from]) });
    const a = await open("a", { tls: ofA });
    a.knows(b.member);
    a.transport.send("b", heartbeat(1));
    await until("it arrives", () => b.received.length === 1);
    const stream = await a.transport.openStream(b.member);
    const [[accepted, from] = []] = streams;
    expect(from).toBe("a");
    accepted?.end("said");
    const [said] = await once(stream.resume(), "data");
    expect(String(said)).toBe("said");
    server.close();
    server.closeAllConnections();
  });

  test("W10: without TLS serves nobody where there are credentials", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, HOST, resolve);
    });
    const b = await open("b", { tls: ofB, server });
    const { reason } = await new RawClient(b.port).ended;
    expect(reason).toContain("426");
    server.close();
  });
});

describe("plain text", () => {
  const text = "nodes speak in plain text over a network: whoever is on the way can read and forge it; give them TLS";

  test("on anything but loopback is warned of, once; with TLS it is not", async () => {
    const wide = await open("w", { listen: { host: "0.0.0.0", port: 0 } });
    expect(wide.warnings(text)).toEqual([{ host: "0.0.0.0" }]);
    wide.knows({ id: "x", address: "192.0.2.1:1" });
    expect(wide.warnings(text)).toHaveLength(1);
    const dialling = await open("d", {});
    expect(dialling.warnings(text)).toEqual([]);
    dialling.knows({ id: "x", address: "192.0.2.1:1" }, { id: "y", address: "192.0.2.2:1" });
    expect(dialling.warnings(text)).toEqual([{ host: "192.0.2.1" }]);
    const safe = await open("b", { tls: ofB, listen: { host: "0.0.0.0", port: 0 } });
    safe.knows({ id: "x", address: "192.0.2.1:1" });
    expect(safe.warnings(text)).toEqual([]);
  });

  test("which places are this machine", () => {
    expect(["127.0.0.1", "::1", "[::1]", "localhost", "::ffff:127.0.0.1", "127.8.9.1"].every(isLoopback)).toBe(true);
    expect(["0.0.0.0", "::", "10.0.0.1", "127.example", "localhost.example", undefined].some(isLoopback)).toBe(false);
  });
});
