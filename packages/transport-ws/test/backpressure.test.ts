import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { encodeMessage } from "../src/codec.ts";
import { HOST, LiveNode, RawClient, heartbeat, helloOf, until, upgradeTo } from "./live.ts";

const MIB = 1024 * 1024;
const nodes: LiveNode[] = [];

async function open(id: string, options: Parameters<typeof LiveNode.open>[1] = {}): Promise<LiveNode> {
  const node = await LiveNode.open(id, options);
  nodes.push(node);
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
});

const membership = { voters: ["a"], outgoing: [], learners: [], addresses: { a: "" } };

const chunk = (bytes: number) =>
  ({
    type: "install-snapshot",
    term: 1,
    snapshot: { index: 1, term: 1, membership, sizeBytes: bytes, checksum: 0 },
    offsetBytes: 0,
    data: new Uint8Array(bytes),
  }) as const;

/** How long each of so many heartbeats from one node to another takes; each begins when `meanwhile` is through. */
async function delays(
  from: LiveNode,
  to: LiveNode,
  count: number,
  meanwhile: () => void | Promise<void>,
): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let round = 0; round < count; round += 1) {
    await meanwhile();
    const sentMs = performance.now();
    from.transport.send(to.id, heartbeat(round));
    await until(`heartbeat ${round} arrives`, () => to.rounds.includes(round));
    taken.push(performance.now() - sentMs);
    to.received.length = 0;
    await turn();
  }
  return taken.toSorted((x, y) => x - y);
}

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? NaN;

describe("W18: a peer that does not read", () => {
  test("holds up no other peer's heartbeats, and what waits for it has its limit", async () => {
    const outboxBytesMax = 4 * MIB;
    const a = await open("a", { messageBytesMax: MIB, outboxBytesMax });
    const c = await open("c");
    a.knows(c.member);
    await until("they are connected", () => a.isConnectedTo("c"));
    const deaf = new RawClient(a.port);
    await deaf.greet("deaf", "a");
    deaf.socket.pause();
    const taken = await delays(a, c, 60, () => {
      for (let count = 0; count < 4; count += 1) a.transport.send("deaf", chunk(MIB / 2));
      expect(a.transport.stats().peers["deaf"]?.outboxBytes).toBeLessThanOrEqual(outboxBytesMax);
    });
    expect(a.transport.stats().messagesDropped).toBeGreaterThan(50);
    expect(median(taken)).toBeLessThan(25);
    deaf.socket.terminate();
  });
});

describe("W24: a peer that sends the largest messages that there may be, without end", () => {
  test("holds up no other peer's heartbeats for long", async () => {
    const bytes = 8 * MIB;
    const b = await open("b", { messageBytesMax: bytes + 1024, outboxBytesMax: 4 * bytes });
    const c = await open("c");
    c.knows(b.member);
    await until("they are connected", () => c.isConnectedTo("b"));
    const loud = new RawClient(b.port);
    await loud.greet("loud", "b");
    const large = Buffer.concat(encodeMessage(chunk(bytes)).pieces);
    let isOver = false;
    let count = 0;
    const flood = (async () => {
      for (; !isOver && loud.socket.readyState === loud.socket.OPEN; count += 1) {
        await new Promise<void>((resolve) => {
          loud.socket.send(large, () => resolve());
        });
      }
    })();
    b.onReceive = () => {
      if (b.received.at(-1)?.from === "loud") b.received.pop();
    };
    const taken = await delays(c, b, 40, async () => {
      const before = count;
      await until("the flood goes on", () => count > before);
    });
    isOver = true;
    loud.socket.terminate();
    await flood;
    expect(count).toBeGreaterThan(3);
    expect(median(taken)).toBeLessThan(150);
  });
});

describe("W17: connections without end", { timeout: 60_000 }, () => {
  test("10,000 half-open ones: those that say least go first, a peer comes in all the same, and memory is bounded", async () => {
    const b = await open("b", { handshakeTimeoutMs: 60_000 });
    const a = await open("a");
    let [most, failed] = [0, 0];
    const beganBytes = process.memoryUsage().rss;
    for (let made = 0; made < 10_000; made += 250) {
      await Promise.all(
        Array.from({ length: 250 }, async (_, at) => {
          const socket = connect(b.port, HOST);
          socket.resume().on("error", () => (failed += 1));
          await once(socket, "connect").catch(() => undefined);
          // Nothing, half a request, or a request and half a handshake.
          if (at % 3 === 1) socket.write("GET /raft/v1 HTTP/1.1\r\nhost:");
          if (at % 3 === 2) socket.write(upgradeTo("/raft/v1"));
        }),
      );
      most = Math.max(most, await openConnections());
    }
    a.knows(b.member);
    await until("a peer comes in", () => a.isConnectedTo("b"));
    expect(most).toBeLessThan(512 + 64 + 600);
    expect(process.memoryUsage().rss - beganBytes).toBeLessThan(256 * MIB);
    expect(b.transport.stats().refusals.overloaded).toBeGreaterThan(1000);
    expect(b.received).toEqual([]);
    expect(failed).toBeLessThan(10_000);
  });

  test("idle ones on an application's server that is for peers only: the oldest go, streams of peers stay", async () => {
    const server = createServer((_request, response) => response.end("the application"));
    await new Promise<void>((resolve) => {
      server.listen(0, HOST, resolve);
    });
    const onStream = (stream: Duplex): void => {
      server.emit("connection", stream);
      stream.resume();
    };
    const b = await open("b", { server, peersOnly: true, onStream });
    const a = await open("a");
    const stream = await a.transport.openStream(b.member);
    const idle = Array.from({ length: 600 }, () => connect(b.port, HOST).resume());
    let ended = 0;
    for (const socket of idle) socket.on("error", () => undefined).on("close", () => (ended += 1));
    await until("the oldest have gone", () => ended >= 600 - 512);
    expect(ended).toBe(600 - 512);
    stream.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    const [answer] = await once(stream.resume(), "data");
    expect(String(answer)).toContain("the application");
    for (const socket of idle) socket.destroy();
    stream.destroy();
    server.close();
  });

  test("a storm of connections that come and go leaves nothing behind", async () => {
    const b = await open("b");
    for (let round = 0; round < 20; round += 1) {
      const clients = Array.from({ length: 20 }, () => new RawClient(b.port));
      await Promise.all(clients.map((client) => client.opened()));
      for (const [at, { socket }] of clients.entries()) {
        if (at % 2 === 0) socket.send(helloOf({ id: `s${at}`, clusterId: "test" }, "b"));
        if (at % 4 < 2) socket.terminate();
        else socket.close();
      }
      await Promise.all(clients.map((client) => client.ended));
    }
    await until("b has forgotten them", () => Object.keys(b.transport.stats().peers).length === 0);
  });
});

/** Of this process, either end counted. */
async function openConnections(): Promise<number> {
  await turn();
  return process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length / 2;
}
