import { once } from "node:events";
import { type Server, createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { WsTransport } from "../src/index.ts";
import { HOST, LiveNode, RawClient, heartbeat, until, welcomeOf } from "./live.ts";

const nodes: LiveNode[] = [];

async function open(id: string, options: Parameters<typeof LiveNode.open>[1] = {}): Promise<LiveNode> {
  const node = await LiveNode.open(id, options);
  nodes.push(node);
  return node;
}

async function pair(options: Parameters<typeof LiveNode.open>[1] = {}): Promise<[LiveNode, LiveNode]> {
  const [a, b] = [await open("a", options), await open("b", options)];
  a.knows(b.member);
  b.knows(a.member);
  await until("they are connected", () => a.isConnectedTo("b") && b.isConnectedTo("a"));
  return [a, b];
}

const chunk = {
  type: "install-snapshot",
  term: 1,
  snapshot: {
    index: 1,
    term: 1,
    membership: { voters: ["a"], outgoing: [], learners: [], addresses: {} },
    sizeBytes: 4096,
    checksum: 0,
  },
  offsetBytes: 0,
  data: new Uint8Array(2048),
} as const;

/** The port of a server that listens, or is about to. */
async function portOf(server: WebSocketServer | Server): Promise<number> {
  if (server.address() === null) await once(server, "listening");
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

function shut(server: WebSocketServer): void {
  server.close();
  for (const client of server.clients) client.terminate();
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
});

describe("links", () => {
  test("messages of one turn share a frame; figures are kept", async () => {
    const [a, b] = await pair();
    for (let round = 0; round < 100; round += 1) a.transport.send("b", heartbeat(round));
    await until("all arrive", () => b.received.length === 100);
    const [sent, received] = [a.transport.stats(), b.transport.stats()];
    expect(sent.messagesSent).toBe(100);
    expect(received.messagesReceived).toBe(100);
    expect(received.bytesReceived).toBe(sent.bytesSent);
    expect(sent.peers).toEqual({ b: { connected: true, outboxBytes: 0 } });
  });

  test("what is sent while the first connection is being made arrives", async () => {
    const [a, b] = [await open("a"), await open("b")];
    b.knows(a.member);
    a.knows(b.member);
    a.transport.send("b", heartbeat(1));
    await until("it arrives", () => b.received.length === 1);
    expect(b.rounds).toEqual([1]);
  });

  test("T11: a peer that comes up is dialled at once, because it dials; waiting for the back-off would take minutes", async () => {
    const options = { reconnectMinMs: 60_000, reconnectMaxMs: 120_000 };
    const a = await open("a", options);
    const b = await open("b");
    const { member } = b;
    await b.transport.close();
    a.knows(member);
    await until("a has failed", () => a.unreachable.includes("b"));
    const reports = a.unreachable.length;
    a.transport.send("b", heartbeat(1));
    await until("a is told that this was dropped", () => a.unreachable.length > reports);
    expect(a.transport.stats().messagesDropped).toBe(1);
    const again = await open("b", { listen: { host: HOST, port: Number(member.address.split(":")[1]) } });
    again.knows(a.member);
    await until("a is connected", () => a.isConnectedTo("b"));
  });

  test("T11: a reason for not being connected is logged once, however often it is tried", async () => {
    const a = await open("a");
    const b = await open("b", { clusterId: "another" });
    a.knows(b.member);
    await until("b has refused a number of times", () => b.transport.stats().refused > 5);
    const reason = 'closed with 4002 this node belongs to cluster "another"';
    expect(a.warnings("not connected; trying again")).toEqual([{ peer: "b", address: b.member.address, reason }]);
    expect(b.warnings("a connection was refused")).toHaveLength(1);
  });

  test("T13: a peer that takes no more part is noticed within the declared time", async () => {
    const server = new WebSocketServer({ port: 0, host: HOST, autoPong: false });
    const greeted = new Promise<number>((resolve) => {
      server.on("connection", (socket) => {
        socket.once("message", () => {
          socket.send(welcomeOf({ id: "b", clusterId: "test" }));
          resolve(performance.now());
        });
      });
    });
    const port = await portOf(server);
    const a = await open("a", { deadAfterMs: 200, reconnectMinMs: 5000, reconnectMaxMs: 6000 });
    a.knows({ id: "b", address: `${HOST}:${port}` });
    const beganMs = await greeted;
    await until("a gives the link up", () => a.unreachable.includes("b"));
    const tookMs = performance.now() - beganMs;
    expect(a.warnings("not connected; trying again").map((fields) => fields?.["reason"])).toEqual([
      "no sign of life for 200 ms",
    ]);
    expect(tookMs).toBeGreaterThan(140);
    expect(tookMs).toBeLessThan(2000);
    server.close();
  });

  test("T13: a link that is merely idle stays, because the peer answers pings", async () => {
    const server = new WebSocketServer({ port: 0, host: HOST });
    server.on("connection", (socket) => {
      socket.once("message", () => socket.send(welcomeOf({ id: "b", clusterId: "test" })));
    });
    const a = await open("a", { deadAfterMs: 80 });
    a.knows({ id: "b", address: `${HOST}:${await portOf(server)}` });
    await until("it is connected", () => a.isConnectedTo("b"));
    const beganMs = performance.now();
    await until("ten times the time has passed", () => performance.now() - beganMs > 800);
    expect(a.unreachable).toEqual([]);
    shut(server);
  });

  test("T09: what the socket does not take waits in the outbox, and leaves when the peer reads again", async () => {
    const server = new WebSocketServer({ port: 0, host: HOST });
    let bytes = 0;
    const sockets: WebSocket[] = [];
    server.on("connection", (socket) => {
      sockets.push(socket);
      socket.once("message", () => {
        socket.send(welcomeOf({ id: "b", clusterId: "test" }));
        socket.on("message", (data) => (bytes += Buffer.isBuffer(data) ? data.length : 0));
      });
    });
    const a = await open("a");
    a.knows({ id: "b", address: `${HOST}:${await portOf(server)}` });
    await until("it is connected", () => a.isConnectedTo("b"));
    for (const socket of sockets) socket.pause();
    const large = { ...chunk, data: new Uint8Array(2 ** 17), snapshot: { ...chunk.snapshot, sizeBytes: 2 ** 17 } };
    for (let count = 0; count < 200; count += 1) a.transport.send("b", large);
    await until("the socket takes no more", () => (a.transport.stats().peers["b"]?.outboxBytes ?? 0) > 2 ** 21);
    for (const socket of sockets) socket.resume();
    await until("all arrive", () => bytes > 200 * 2 ** 17);
    expect(a.transport.stats().messagesDropped).toBe(0);
    expect(a.transport.stats().peers["b"]?.outboxBytes).toBe(0);
    shut(server);
  });

  test("a peer that says after its welcome what is no message is cut off", async () => {
    const server = new WebSocketServer({ port: 0, host: HOST });
    server.on("connection", (socket) => {
      socket.once("message", () => {
        socket.send(welcomeOf({ id: "b", clusterId: "test" }));
        socket.send(welcomeOf({ id: "b", clusterId: "test" }));
      });
    });
    const a = await open("a");
    a.knows({ id: "b", address: `${HOST}:${await portOf(server)}` });
    await until("it is counted", () => a.transport.stats().malformed > 0);
    expect(a.received).toEqual([]);
    shut(server);
  });

  test("a node that first says it is another one is not believed when it says better", async () => {
    const server = new WebSocketServer({ port: 0, host: HOST });
    server.on("connection", (socket) => {
      socket.once("message", () => {
        socket.send(welcomeOf({ id: "c", clusterId: "test" }));
        socket.send(welcomeOf({ id: "b", clusterId: "test" }));
      });
    });
    const a = await open("a");
    a.knows({ id: "b", address: `${HOST}:${await portOf(server)}` });
    await until("a has dialled a number of times", () => a.unreachable.length > 5);
    expect(a.logged.filter(({ text }) => text === "connected")).toEqual([]);
    const reasons = a.warnings("not connected; trying again").map((fields) => fields?.["reason"]);
    expect(reasons).toEqual(['the node there is "c"; correct the address']);
    shut(server);
  });

  test("T22: an address that leads to another node is noticed", async () => {
    const [a, b] = await pair();
    const c = await open("c");
    a.knows(b.member, { id: "c", address: b.member.address });
    c.knows(a.member);
    await until("a is told", () => a.unreachable.includes("c"));
    const reasons = a.warnings("not connected; trying again").map((fields) => fields?.["reason"]);
    expect(reasons).toEqual(['closed with 4003 this is node "b"; correct its address']);
  });

  test("an address that is none is reported, and does no harm", async () => {
    const a = await open("a");
    a.knows({ id: "b", address: "not an address" }, { id: "c", address: "http://x/?:1" }, { id: "d", address: "" });
    await until("all are reported", () => ["b", "c", "d"].every((id) => a.unreachable.includes(id)));
    const [warning] = a.warnings("not connected; trying again");
    expect(warning?.["reason"]).toBe('"not an address" is not an address; it should be host:port');
  });

  test("T20: a message that is too large is logged with its type, size and limit, once", async () => {
    const [a, b] = await pair({ messageBytesMax: 2048, outboxBytesMax: 2 ** 20 });
    for (let count = 0; count < 3; count += 1) a.transport.send("b", chunk);
    await until("a is told", () => a.unreachable.includes("b"));
    const errors = a.logged.filter(({ level }) => level === "error").map(({ fields }) => fields);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ to: "b", type: "install-snapshot", messageBytesMax: 2048 });
    expect(a.transport.stats().messagesDropped).toBe(3);
    expect(b.received).toEqual([]);
  });
});

describe("opening and closing", () => {
  test("a port that is taken: one clear error", async () => {
    const a = await open("a");
    const again = WsTransport.open({ id: "x", clusterId: "test", listen: { host: HOST, port: a.port } });
    await expect(again).rejects.toThrow(new RegExp(`cannot listen for peers on ${HOST}:${a.port}: .*EADDRINUSE`));
  });

  test("nobody is let in before start", async () => {
    const transport = await WsTransport.open({ id: "a", clusterId: "test", listen: { host: HOST, port: 0 } });
    transport.setMembers([{ id: "b", address: "127.0.0.1:1" }]);
    expect((await new RawClient(transport.port ?? 0).ended).reason).toContain("503");
    transport.start({ receive: () => undefined, unreachable: () => undefined });
    const client = new RawClient(transport.port ?? 0);
    await client.greet("b", "a");
    expect(() => transport.start({ receive: () => undefined, unreachable: () => undefined })).toThrow(TypeError);
    await transport.close();
  });

  test("T17: what was sent right before close arrives", async () => {
    const [a, b] = await pair();
    a.transport.send("b", heartbeat(7));
    await a.transport.close();
    await until("it arrives", () => b.received.length === 1);
    expect(b.rounds).toEqual([7]);
  });

  test("T17: close does not wait long for peers that do not answer, and frees the port", async () => {
    const a = await open("a", { closeTimeoutMs: 50 });
    const mute = createTcpServer((socket) => socket.on("error", () => undefined));
    mute.listen(0, HOST);
    a.knows({ id: "b", address: `${HOST}:${await portOf(mute)}` });
    const client = new RawClient(a.port);
    await client.greet("b", "a");
    client.socket.pause();
    const { port } = a;
    const beganMs = performance.now();
    await a.transport.close();
    expect(performance.now() - beganMs).toBeLessThan(2000);
    const again = await open("a", { listen: { host: HOST, port } });
    expect(again.port).toBe(port);
    mute.close();
    client.socket.terminate();
  });

  test("T17: close waits for connections that are being closed already", async () => {
    const server = new WebSocketServer({ port: 0, host: HOST });
    server.on("connection", (socket) => {
      socket.once("message", () => {
        socket.send(welcomeOf({ id: "b", clusterId: "test" }));
        socket.pause();
      });
    });
    const a = await open("a", { closeTimeoutMs: 200 });
    a.knows({ id: "b", address: `${HOST}:${await portOf(server)}` });
    await until("it is connected", () => a.isConnectedTo("b"));
    const beganMs = performance.now();
    a.knows();
    await a.transport.close();
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(200);
    shut(server);
  });

  test("await using closes", async () => {
    let port = 0;
    {
      await using transport = await WsTransport.open({ id: "a", clusterId: "c", listen: { host: HOST, port: 0 } });
      port = transport.port ?? 0;
    }
    const again = await open("a", { listen: { host: HOST, port } });
    expect(again.port).toBe(port);
  });
});
