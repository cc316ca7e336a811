import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import type { Duplex } from "node:stream";
import { crc32 } from "node:zlib";
import { encodeRecord } from "@quorate/raft-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeFrame, encodeMessage } from "../src/codec.ts";
import { encodeEnvelope } from "../src/envelope.ts";
import { Accepted } from "./accepted.ts";
import { HOST, LiveNode, RawClient, heartbeat, rawBytes, until, upgradeTo } from "./live.ts";

let node: LiveNode;
const streams: Duplex[] = [];

beforeEach(async () => {
  const limits = { messageBytesMax: 2 ** 16, outboxBytesMax: 2 ** 20 };
  node = await LiveNode.open("b", { ...limits, onStream: (stream) => void streams.push(stream) });
});

afterEach(async () => {
  await node.transport.close();
  streams.length = 0;
});

const frame = (round: number): Buffer => Buffer.concat(encodeMessage(heartbeat(round)).pieces);

async function greeted(id = "a"): Promise<RawClient> {
  const client = new RawClient(node.port);
  await client.greet(id, "b");
  return client;
}

/** A WebSocket frame of a client: its first byte, and a payload under a mask of zeros. */
function framed(first: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = first;
  head[1] = 0x80 | 126;
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

describe("W02 W03: messages in pieces", () => {
  test("that come to more than a message may be: closed with 1009 when they do, long before the last one", async () => {
    const client = await greeted();
    const piece = Buffer.alloc(2 ** 10);
    for (let count = 0; count < 200; count += 1) client.socket.send(piece, { fin: false });
    expect((await client.ended).code).toBe(1009);
    expect(node.transport.stats().malformed).toBe(1);
  });

  test("a flood of empty ones is cut off, takes no memory, and is no message", async () => {
    const client = new RawClient(node.port);
    const upgraded = once(client.socket, "upgrade");
    await client.greet("a", "b");
    const [{ socket }] = (await upgraded) as [{ readonly socket: Socket }];
    const before = process.memoryUsage().rss;
    socket.write(framed(0x02, frame(1).subarray(0, 4)));
    socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => framed(0x00, Buffer.alloc(0)))));
    // Too many pieces for one message.
    expect((await client.ended).code).toBe(1008);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    expect(node.received).toEqual([]);
  });

  test("a message in pieces is one all the same", async () => {
    const client = await greeted();
    const bytes = frame(7);
    client.socket.send(bytes.subarray(0, 9), { fin: false });
    client.socket.send(bytes.subarray(9));
    await until("it arrives", () => node.received.length === 1);
    expect(node.rounds).toEqual([7]);
  });
});

test("W13: as many empty entries as fit in a message are read in no time to speak of", () => {
  const count = 300_000;
  const records = Buffer.alloc(count * 28);
  for (let at = 0; at < count; at += 1) {
    records.set(encodeRecord({ kind: 0, index: at + 1, term: 1, data: new Uint8Array() }, crc32), at * 28);
  }
  const envelope = encodeEnvelope({ type: "append-entries", term: 1, prevIndex: 0, prevTerm: 0, commitIndex: 0 });
  const head = Buffer.alloc(12);
  head.writeUInt32LE(envelope.length, 4);
  head.writeUInt32LE(records.length, 8);
  head.writeUInt32LE(crc32(Buffer.concat([head.subarray(4), envelope])), 0);
  const bytes = new Uint8Array(Buffer.concat([head, envelope, records]));
  const began = process.cpuUsage();
  const [message] = decodeFrame(bytes);
  const { user, system } = process.cpuUsage(began);
  expect(user + system, "microseconds of the processor").toBeLessThan(3_000_000);
  expect(message?.type === "append-entries" && message.entries.length).toBe(count);
});

describe("W25: connections that are reset, whatever they were about to do", () => {
  /** What was said before the reset. */
  const states: readonly (readonly [string, string | Buffer])[] = [
    ["nothing", ""],
    ["half a TLS hello", Buffer.from([0x16, 0x03, 0x01, 0x02])],
    ["half a request", "GET /raft/v1 HTTP/1.1\r\nhost:"],
    ["a request that is refused", "GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n"],
    ["an upgrade", upgradeTo("/raft/v1", "websocket")],
    ["an upgrade that is refused", upgradeTo("/raft/v9", "websocket")],
    ["half a frame", Buffer.concat([Buffer.from(upgradeTo("/raft/v1", "websocket")), Buffer.from([0x82, 0xfe])])],
    ["a stream", upgradeTo("/raft/v1/stream", "quorate-stream")],
    ["half a word on a stream", `${upgradeTo("/raft/v1/stream", "quorate-stream")}\u0007\u0000abc`],
    ["a stream that is refused", upgradeTo("/raft/v1/stream", "websocket")],
  ];

  test.each(states)("after %s: nobody else notices", async (_name, said) => {
    const witness = await greeted("w");
    const accepted = new Accepted();
    for (let time = 0; time < 5; time += 1) {
      const socket = connect(node.port, HOST);
      socket.on("error", () => undefined);
      await once(socket, "connect");
      if (said.length > 0) socket.write(said);
      // Once before it has arrived, and then once it has.
      if (time > 0) await until("it has arrived", () => accepted.hasReceived(said.length, socket));
      socket.resetAndDestroy();
    }
    accepted.stop();
    witness.socket.send(frame(1));
    await until("the witness is heard", () => node.received.length === 1);
  });

  test("after the handshake, in the middle of messages each way", async () => {
    for (let time = 0; time < 5; time += 1) {
      const sockets: Socket[] = [];
      const client = new RawClient(node.port);
      client.socket.once("upgrade", ({ socket }: { socket: Socket }) => void sockets.push(socket));
      await client.greet("a", "b");
      for (let round = 0; round < 100; round += 1) {
        client.socket.send(frame(round));
        node.transport.send("a", heartbeat(round));
      }
      sockets[0]?.resetAndDestroy();
      await client.ended;
    }
    await until("the node has noticed", () => !node.isConnectedTo("a"));
  });

  describe("by a peer that is dialled", () => {
    let server: Server;
    afterEach(() => {
      server.close();
    });

    test.each(["at once", "before its answer", "in the middle of its answer"])(
      "%s: it is tried again",
      async (when) => {
        let resets = 0;
        server = createServer((socket) => {
          socket.on("error", () => undefined);
          resets += 1;
          if (when === "at once") socket.resetAndDestroy();
          socket.once("data", () => {
            if (when !== "before its answer") socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection:");
            setImmediate(() => socket.resetAndDestroy());
          });
        });
        await new Promise<void>((resolve) => {
          server.listen(0, HOST, resolve);
        });
        const address = server.address();
        const port = typeof address === "object" ? (address?.port ?? 0) : 0;
        node.knows({ id: "x", address: `${HOST}:${port}` });
        await until("it was tried three times", () => resets > 3);
        await expect(node.transport.openStream({ id: "x", address: `${HOST}:${port}` })).rejects.toThrow(
          "no stream to x",
        );
      },
    );
  });
});

describe("W01 W18: streams", () => {
  const opening = upgradeTo("/raft/v1/stream", "quorate-stream");

  test("what is no handshake ends them, is counted, and reaches no application", async () => {
    const inputs = ["\u0002\u0000ab", "\u00ff\u00ff", `\u0001\u0000\u0080`, "\u0000\u0000"];
    for (const [at, input] of inputs.entries()) {
      await rawBytes(node.port, Buffer.concat([Buffer.from(opening), Buffer.from(input, "latin1")]));
      expect(node.transport.stats().malformed).toBe(at + 1);
    }
    expect(streams).toEqual([]);
  });

  test("who does not shake hands in time is told so; of too many the oldest goes", async () => {
    const small = await LiveNode.open("s", {
      ...{ handshakeTimeoutMs: 300, pendingHandshakesMax: 2, onStream: () => undefined },
    });
    const answers = await Promise.all([1, 2, 3].map(() => rawBytes(small.port, Buffer.from(opening))));
    expect(answers.filter((answer) => answer.includes("have not shaken hands"))).toHaveLength(1);
    expect(answers.filter((answer) => answer.includes("no handshake within 300 ms"))).toHaveLength(2);
    expect(small.transport.stats().refusals).toMatchObject({ overloaded: 1, handshakeTimeout: 2 });
    await small.transport.close();
  });
});
