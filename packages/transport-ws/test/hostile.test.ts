import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { encodeMessage } from "../src/codec.ts";
import { encodeEnvelope } from "../src/envelope.ts";
import { HOST, LiveNode, RawClient, heartbeat, helloOf, rawBytes, until, upgradeTo } from "./live.ts";
import { ManualClock } from "./manual-clock.ts";

let node: LiveNode;

const peer = { id: "a", address: "127.0.0.1:1" };
const frame = (round: number): Buffer => Buffer.concat(encodeMessage(heartbeat(round)).pieces);

beforeEach(async () => {
  node = await LiveNode.open("b", { messageBytesMax: 2 ** 16, outboxBytesMax: 2 ** 20 });
  node.knows(peer);
});

afterEach(async () => {
  await node.transport.close();
});

describe("W01: what is no peer at all", () => {
  const inputs: readonly (readonly [string, Uint8Array])[] = [
    ["random bytes", randomBytes(500)],
    ["a TLS hello", Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03])],
    ["an unknown HTTP method", Buffer.from("BREW /pot HTTP/1.1\r\n\r\n")],
    ["huge headers", Buffer.from(`GET / HTTP/1.1\r\nx: ${"y".repeat(100_000)}\r\n\r\n`)],
    ["an ordinary request", Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")],
  ];

  test.each(inputs)("%s: closed at once", async (_name, bytes) => {
    const beganMs = performance.now();
    await rawBytes(node.port, bytes);
    expect(performance.now() - beganMs).toBeLessThan(1000);
    expect(node.received).toEqual([]);
  });

  test("another path, another subprotocol: refused with a reason, and counted", async () => {
    const path = await new RawClient(node.port, { path: "/raft/v9" }).ended;
    expect(path.reason).toContain("404");
    const protocol = await new RawClient(node.port, { protocol: "chat" }).ended;
    expect(protocol.reason).toContain("400");
    expect(node.transport.stats().refused).toBe(2);
    expect(node.warnings("a connection was turned away")).toHaveLength(1);
  });
});

describe("handshakes that do not succeed", () => {
  test.each([
    { name: "W08: another cluster", clusterId: "other", from: "a", to: "b", code: 4002, reason: /cluster "test"/ },
    { name: "W11: for another node", clusterId: "test", from: "a", to: "c", code: 4003, reason: /this is node "b"/ },
    { name: "W11: from itself", clusterId: "test", from: "b", to: "b", code: 4003, reason: /itself/ },
  ])(
    "$name; what comes behind it is not heard, not even a right one",
    async ({ clusterId, from, to, code, reason }) => {
      const genuine = new RawClient(node.port);
      await genuine.greet("a", "b");
      const client = new RawClient(node.port);
      await client.opened();
      client.socket.send(helloOf({ id: from, clusterId }, to));
      client.socket.send(helloOf({ id: "a", clusterId: "test" }, "b"));
      client.socket.send(frame(1));
      const ended = await client.ended;
      expect(ended.code).toBe(code);
      expect(ended.reason).toMatch(reason);
      expect(client.messages).toEqual([]);
      expect(node.received).toEqual([]);
      expect(node.transport.stats().refused).toBe(1);
      genuine.socket.send(frame(2));
      await until("the genuine connection still counts", () => node.received.length > 0);
      expect(node.rounds).toEqual([2]);
    },
  );

  test("W09 T21: another protocol version", async () => {
    const client = new RawClient(node.port);
    await client.opened();
    const hello = { type: "hello", minVersion: 7, maxVersion: 8, clusterId: "test", from: "a", to: "b" };
    client.socket.send(encodeEnvelope(hello));
    const reason = "protocol versions 7 to 8 are not spoken here, only 1 to 1";
    expect(await client.ended).toEqual({ code: 4001, reason });
  });

  test("no handshake but a message, or a text", async () => {
    for (const first of [frame(1), Buffer.from([0x80]), "hello"]) {
      const client = new RawClient(node.port);
      await client.opened();
      client.socket.send(first);
      expect((await client.ended).code).toBe(4006);
    }
    expect(node.received).toEqual([]);
    expect(node.transport.stats().malformed).toBe(3);
    expect(node.warnings("a connection was closed: not understood")).toHaveLength(1);
  });

  test("W03: a handshake that is too long is cut off before it is buffered", async () => {
    const client = new RawClient(node.port);
    await client.opened();
    client.socket.send(Buffer.alloc(40_000), { fin: false });
    expect((await client.ended).code).toBe(1006);
  });

  test("W18: who does not shake hands in time is refused; who says nothing at all, too", async () => {
    const clock = new ManualClock();
    const slow = await LiveNode.open("slow", { clock, handshakeTimeoutMs: 100 });
    const client = new RawClient(slow.port);
    await client.opened();
    clock.advance(99);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    clock.advance(1);
    expect(await client.ended).toEqual({ code: 4005, reason: "no handshake within 100 ms" });
    const silent = await rawBytes(slow.port, Buffer.from("GET /raft/v1 HTTP/1.1\r\n"));
    expect(silent).toContain("408");
    await slow.transport.close();
  });

  test("W17: only so many may be about to shake hands; the oldest goes, so that idle ones keep nobody out", async () => {
    const small = await LiveNode.open("small", { pendingHandshakesMax: 2 });
    const clients = [new RawClient(small.port), new RawClient(small.port)] as const;
    await clients[0].opened();
    await clients[1].opened();
    const third = new RawClient(small.port);
    const reason = "more than 2 connections have not shaken hands";
    expect(await clients[0].ended).toEqual({ code: 4008, reason });
    await third.greet("z", "small");
    await new RawClient(small.port).opened();
    expect(small.transport.stats().refusals).toMatchObject({ overloaded: 1 });
    expect(clients[1].socket.readyState, "who has shaken hands counts no more").toBe(clients[1].socket.OPEN);
    await small.transport.close();
    expect((await clients[1].ended).code).toBe(1001);
  });
});

describe("peers that go wrong", () => {
  const greeted = async (): Promise<RawClient> => {
    const client = new RawClient(node.port);
    await client.greet("a", "b");
    client.socket.send(frame(1));
    await until("the first message arrives", () => node.received.length === 1);
    return client;
  };

  test.each([
    ["W02: a text frame", (client: RawClient) => client.socket.send("text"), 4006],
    ["W03: a message over the limit", (client: RawClient) => client.socket.send(Buffer.alloc(2 ** 16 + 1)), 1009],
    ["W04 T24: a frame that is cut", (client: RawClient) => client.socket.send(frame(2).subarray(1)), 4006],
    [
      "W04: a right message and a wrong one in a frame",
      (client: RawClient) => client.socket.send(Buffer.concat([frame(2), frame(3).fill(1, 20, 22)])),
      4006,
    ],
    ["W02: an empty frame", (client: RawClient) => client.socket.send(Buffer.alloc(0)), 4006],
  ] as const)("%s: the connection ends, nothing of it is delivered", async (_name, misbehave, code) => {
    const client = await greeted();
    misbehave(client);
    client.socket.send(frame(4));
    const ended = await client.ended;
    expect(ended.code).toBe(code);
    expect(node.rounds).toEqual([1]);
    expect(node.transport.stats().malformed).toBe(1);
  });

  test("W02: an unmasked frame, an unknown opcode, a compressed one: a protocol error", async () => {
    for (const bytes of [
      Buffer.from([0x82, 0x01, 0x00]),
      Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
      Buffer.from([0xc2, 0x80, 0, 0, 0, 0]),
    ]) {
      const answer = await rawBytes(node.port, Buffer.concat([Buffer.from(upgradeTo("/raft/v1")), bytes]));
      // A close frame with the code 1002.
      expect(answer).toContain("\u0003\u00ea");
    }
  });

  test("W02: a flood of pings from a peer that does not read ends its connection", async () => {
    const client = await greeted();
    client.socket.pause();
    const flood = Buffer.alloc(125);
    let sent = 0;
    while (client.socket.readyState === client.socket.OPEN && sent < 400_000) {
      for (let count = 0; count < 2000; count += 1) client.socket.ping(flood);
      sent += 2000;
      await new Promise<void>((resolve) => {
        client.socket.ping(flood, undefined, () => resolve());
      });
    }
    client.socket.resume();
    await client.ended;
    expect(sent).toBeLessThan(400_000);
  });

  test("P54h: a newer connection of the same peer replaces the older one, of which nothing is delivered any more", async () => {
    const older = await greeted();
    // It does not hear yet that it has been replaced.
    older.socket.pause();
    const newer = new RawClient(node.port);
    await newer.greet("a", "b");
    await new Promise<void>((resolve) => {
      older.socket.send(frame(2), () => resolve());
    });
    older.socket.resume();
    expect(await older.ended).toEqual({ code: 4007, reason: "replaced by a newer connection" });
    newer.socket.send(frame(3));
    await until("the newer one's message arrives", () => node.received.length === 2);
    expect(node.rounds).toEqual([1, 3]);
    expect(node.received[1]?.from).toBe("a");
  });

  test("P54h: what shares a frame with the message on which the node closed its transport is not delivered", async () => {
    const client = await greeted();
    node.onReceive = () => void node.transport.close();
    client.socket.send(Buffer.concat([frame(2), frame(3), frame(4)]));
    expect((await client.ended).code).toBe(1001);
    expect(node.rounds).toEqual([1, 2]);
  });
});

describe("an application's server", () => {
  test("what is not the transport's is the application's, and stays when the transport closes", async () => {
    const server = createServer((_request, response) => response.end("the application"));
    await new Promise<void>((resolve) => {
      server.listen(0, HOST, resolve);
    });
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const chat = new WebSocketServer({ noServer: true });
    const shared = await LiveNode.open("s", { server });
    expect(shared.port).toBe(port);
    // Nobody else takes upgrades yet: one that is not the transport's is answered.
    expect((await new RawClient(port, { path: "/chat" }).ended).reason).toContain("404");
    server.on("upgrade", (request, socket, head) => {
      if (request.url === "/chat") chat.handleUpgrade(request, socket, head, (accepted) => accepted.send("hello"));
    });
    const chatting = new RawClient(port, { path: "/chat" });
    await until("the chat begins", () => chatting.messages.length === 1);
    shared.knows(peer);
    const client = new RawClient(port);
    await client.greet("a", "s");
    const answer = async (): Promise<string> => (await fetch(`http://${HOST}:${port}/`)).text();
    expect(await answer()).toBe("the application");
    await shared.transport.close();
    expect((await client.ended).code).toBe(1001);
    expect(await answer()).toBe("the application");
    expect(server.listenerCount("upgrade")).toBe(1);
    chatting.socket.terminate();
    server.close();
    server.closeAllConnections();
  });
});
