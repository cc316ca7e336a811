import { once } from "node:events";
import type { Member } from "@quorate/raft-core";
import { afterEach, describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { decodeFrame, encodeMessage } from "../src/codec.ts";
import { HOST, LiveNode, RawClient, heartbeat, until, welcomeOf } from "./live.ts";

const nodes: LiveNode[] = [];
const servers: WebSocketServer[] = [];

async function open(id: string, options: Parameters<typeof LiveNode.open>[1] = {}): Promise<LiveNode> {
  const node = await LiveNode.open(id, options);
  nodes.push(node);
  return node;
}

/** A member that takes every connection, and what it makes of each. */
async function pretend(id: string): Promise<{ readonly member: Member; readonly sockets: readonly WebSocket[] }> {
  const server = new WebSocketServer({ port: 0, host: HOST });
  const sockets: WebSocket[] = [];
  servers.push(server);
  server.on("connection", (socket) => {
    socket.once("message", () => {
      socket.send(welcomeOf({ id, clusterId: "test" }));
      sockets.push(socket);
    });
  });
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return { member: { id, address: `${HOST}:${port}` }, sockets };
}

const frame = (round: number): Buffer => Buffer.concat(encodeMessage(heartbeat(round)).pieces);

/** The rounds of what came after the handshake. */
const roundsOf = ({ messages }: RawClient): number[] =>
  messages
    .slice(1)
    .flatMap((bytes) => decodeFrame(new Uint8Array(bytes)))
    .map((message) => (message.type === "heartbeat" ? message.round : -1));

const chunk = (bytes: number) =>
  ({
    type: "install-snapshot",
    term: 1,
    snapshot: {
      index: 1,
      term: 1,
      membership: { voters: ["a"], outgoing: [], learners: [], addresses: { a: "" } },
      sizeBytes: bytes,
      checksum: 0,
    },
    offsetBytes: 0,
    data: new Uint8Array(bytes),
  }) as const;

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
  for (const server of servers.splice(0)) {
    server.close();
    for (const client of server.clients) client.terminate();
  }
});

describe("§6, W12: a node that is no member", () => {
  test("is heard, answered on its own connection, and nowhere else", async () => {
    const [a, b] = [await open("a"), await open("b")];
    b.knows(a.member);
    b.transport.send("a", heartbeat(1));
    await until("a hears it", () => a.received.length === 1);
    expect(a.received[0]?.from).toBe("b");
    a.transport.send("b", heartbeat(2));
    await until("b is answered", () => b.received.length === 1);
    expect(b.received).toEqual([{ from: "a", message: heartbeat(2) }]);
    expect(a.transport.stats()).toMatchObject({
      messagesSent: 1,
      messagesReceived: 1,
      peers: { b: { connected: true, outboxBytes: 0 } },
    });
    expect(b.transport.stats()).toMatchObject({ messagesReceived: 1, bytesReceived: a.transport.stats().bytesSent });
    expect(
      a.logged.filter(({ text }) => text === "connected"),
      "nobody was dialled",
    ).toEqual([]);
  });

  test("cannot be sent to any more when its connection has ended: that is dropped, and reported", async () => {
    const a = await open("a");
    const client = new RawClient(a.port);
    await client.greet("z", "a");
    a.transport.send("z", heartbeat(1));
    await until("it is answered", () => roundsOf(client).length === 1);
    client.socket.terminate();
    await until("a notices", () => a.transport.stats().peers["z"] === undefined);
    a.transport.send("z", heartbeat(2));
    await until("a is told", () => a.unreachable.includes("z"));
    expect(a.transport.stats()).toMatchObject({ messagesSent: 1, messagesDropped: 1 });
  });

  test("cannot be sent to any more when it has said goodbye, although its connection has not ended yet", async () => {
    const a = await open("a");
    const client = new RawClient(a.port);
    await client.greet("z", "a");
    client.socket.close();
    client.socket.pause();
    await until("a is told", () => {
      a.transport.send("z", heartbeat(1));
      return a.unreachable.includes("z");
    });
    expect(a.transport.stats().peers["z"]?.connected).toBe(false);
    client.socket.terminate();
  });

  test("has only so much waiting for it while it does not read; what is over is dropped, and reported", async () => {
    const outboxBytesMax = 2 ** 22;
    const a = await open("a", { outboxBytesMax, messageBytesMax: 2 ** 20 });
    const client = new RawClient(a.port);
    await client.greet("z", "a");
    client.socket.pause();
    for (let count = 0; count < 200; count += 1) {
      a.transport.send("z", chunk(2 ** 17));
      await new Promise(setImmediate);
      expect(a.transport.stats().peers["z"]?.outboxBytes).toBeLessThanOrEqual(outboxBytesMax);
    }
    await until("a is told", () => a.unreachable.includes("z"));
    const { messagesDropped } = a.transport.stats();
    expect(messagesDropped).toBeGreaterThan(0);
    client.socket.resume();
    await until("the rest arrives", () => roundsOf(client).length === 200 - messagesDropped);
    client.socket.terminate();
  });

  test("is one of so many; more are refused with the reason, but members never are", async () => {
    const a = await open("a", { strangersMax: 2 });
    a.knows({ id: "m", address: `${HOST}:1` });
    const strangers = [new RawClient(a.port), new RawClient(a.port)] as const;
    for (const [at, client] of strangers.entries()) await client.greet(`s${at}`, "a");
    const third = new RawClient(a.port);
    void third.greet("s3", "a").catch(() => undefined);
    const reason = "2 nodes that are no members are connected already";
    expect(await third.ended).toEqual({ code: 4008, reason });
    expect(a.transport.stats().refused).toBe(1);
    await new RawClient(a.port).greet("m", "a");
    // One that comes anew takes its own place.
    await new RawClient(a.port).greet("s0", "a");
    expect((await strangers[0].ended).code).toBe(4007);
    strangers[1].socket.close();
    await until("there is room again", () => a.transport.stats().peers["s1"] === undefined);
    await new RawClient(a.port).greet("s3", "a");
  });

  test("T17: gets what was sent to it right before close", async () => {
    const a = await open("a");
    const client = new RawClient(a.port);
    await client.greet("z", "a");
    a.transport.send("z", heartbeat(7));
    await a.transport.close();
    expect((await client.ended).code).toBe(1001);
    expect(roundsOf(client)).toEqual([7]);
  });
});

describe("a member that answers on the connection which was made to it, having this node not among its own", () => {
  const dialled = async (): Promise<{ a: LiveNode; socket: WebSocket; sockets: readonly WebSocket[] }> => {
    const [a, { member, sockets }] = [await open("a"), await pretend("b")];
    a.knows(member);
    await until("a is connected", () => a.isConnectedTo("b"));
    const [socket] = sockets;
    if (!socket) throw new Error("there is no connection");
    return { a, socket, sockets };
  };

  test("is heard, under the id that was dialled", async () => {
    const { a, socket } = await dialled();
    socket.send(Buffer.concat([frame(1), frame(2)]));
    await until("both arrive", () => a.received.length === 2);
    expect(a.received.map(({ from }) => from)).toEqual(["b", "b"]);
    expect(a.transport.stats()).toMatchObject({ messagesReceived: 2, bytesReceived: 2 * frame(1).length });
  });

  test.each([
    ["W02: a text frame", "text"],
    ["W02: an empty frame", Buffer.alloc(0)],
    ["W04 T24: a frame that is cut", frame(2).subarray(1)],
    ["W04: a right message and a wrong one in a frame", Buffer.concat([frame(2), frame(3).fill(1, 20, 22)])],
    ["W03: a message over the limit", Buffer.alloc(2 ** 24 + 1)],
  ])("%s: ends the connection, is counted, and nothing of it delivered; another one is made", async (_name, bytes) => {
    const { a, socket, sockets } = await dialled();
    socket.send(frame(1));
    socket.send(bytes);
    socket.send(frame(4));
    await once(socket, "close");
    await until("a has dialled again", () => sockets.length === 2 && a.isConnectedTo("b"));
    expect(a.rounds).toEqual([1]);
    expect(a.transport.stats().malformed).toBe(1);
    expect(a.unreachable).toContain("b");
    sockets[1]?.send(frame(5));
    await until("the next one is heard", () => a.received.length === 2);
    expect(a.rounds).toEqual([1, 5]);
  });

  test("is not heard there while it has a connection of its own: that would be out of order", async () => {
    const { a, socket } = await dialled();
    socket.send(frame(1));
    await until("it is heard", () => a.received.length === 1);
    const own = new RawClient(a.port);
    await own.greet("b", "a");
    socket.send(frame(2));
    await until("that has come in", () => a.transport.stats().bytesReceived === 2 * frame(1).length);
    own.socket.send(frame(3));
    await until("its own connection is heard", () => a.received.length === 2);
    own.socket.close();
    await own.ended;
    socket.send(frame(4));
    await until("it is heard here again", () => a.received.length === 3);
    expect(a.rounds).toEqual([1, 3, 4]);
  });

  test("P54h: is not heard any more once it is no member, not even with what came in the same frame", async () => {
    const { a, socket } = await dialled();
    a.onReceive = () => a.knows();
    socket.send(Buffer.concat([frame(1), frame(2)]));
    socket.send(frame(3));
    await once(socket, "close");
    expect(a.rounds).toEqual([1]);
  });
});

describe("members come and go", () => {
  test("a node that is made a member is dialled, and sent to on that connection", async () => {
    const { member, sockets } = await pretend("b");
    const a = await open("a");
    const stranger = new RawClient(a.port);
    await stranger.greet("b", "a");
    a.transport.send("b", heartbeat(1));
    await until("it is answered", () => roundsOf(stranger).length === 1);
    a.knows(member);
    a.transport.send("b", heartbeat(2));
    await until("a has a link", () => sockets.length === 1 && a.isConnectedTo("b"));
    const heard = once(sockets[0] ?? stranger.socket, "message");
    a.transport.send("b", heartbeat(3));
    await heard;
    stranger.socket.send(frame(4));
    await until("it is heard all the same", () => a.received.length === 1);
    expect(roundsOf(stranger), "what it was told until the link was there").toEqual([1, 2]);
  });

  test("one that is no member any more gets what was sent before, then answers on its own connection", async () => {
    const [a, b] = [await open("a"), await open("b")];
    a.knows(b.member);
    b.knows(a.member);
    await until("they are connected", () => a.isConnectedTo("b") && b.isConnectedTo("a"));
    a.transport.send("b", heartbeat(1));
    a.knows();
    await until("it has arrived", () => b.received.length === 1);
    expect(b.isConnectedTo("a"), "its own connection stays").toBe(true);
    b.transport.send("a", heartbeat(2));
    await until("it is heard", () => a.received.length === 1);
    await until("it is answered", () => {
      a.transport.send("b", heartbeat(3));
      return b.received.length > 1;
    });
    expect([a.rounds, [...new Set(b.rounds)]]).toEqual([[2], [1, 3]]);
    expect(a.transport.stats().refused).toBe(0);
  });
});
