import { afterEach, describe, expect, test } from "vitest";
import { encodeMessage } from "../src/codec.ts";
import { encodeHello } from "../src/handshake.ts";
import { LiveNode, RawClient, heartbeat, helloOf, until } from "./live.ts";

const nodes: LiveNode[] = [];

async function open(id: string, options: Parameters<typeof LiveNode.open>[1] = {}): Promise<LiveNode> {
  const node = await LiveNode.open(id, options);
  nodes.push(node);
  return node;
}

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.transport.close()));
});

const ofA = { id: "a", clusterId: "test" };
const frame = (round: number): Buffer => Buffer.concat(encodeMessage(heartbeat(round)).pieces);

async function greeted(node: LiveNode, hello: Uint8Array): Promise<RawClient> {
  const client = new RawClient(node.port);
  await client.opened();
  client.socket.send(hello);
  await until("the handshake is answered", () => client.messages.length > 0);
  return client;
}

describe("connections of one process", () => {
  const of = (epoch: number): Uint8Array => encodeHello(ofA, "b", { instance: "one process", epoch });

  test("P54h W17: one that was made earlier and arrives later does not take the place of the newer", async () => {
    const b = await open("b");
    const newer = await greeted(b, of(2));
    const overtaken = new RawClient(b.port);
    await overtaken.opened();
    overtaken.socket.send(of(1));
    overtaken.socket.send(frame(1));
    const reason = "a connection that was made later is here already";
    expect(await overtaken.ended).toEqual({ code: 4007, reason });
    newer.socket.send(frame(2));
    await until("the newer one is heard", () => b.received.length === 1);
    expect(b.rounds).toEqual([2]);
    expect(b.transport.stats().refusals.replaced).toBe(1);
  });

  test("W19: a handshake that was recorded is refused while its connection is open", async () => {
    const b = await open("b");
    const hello = of(1);
    const first = await greeted(b, hello);
    const replayed = new RawClient(b.port);
    await replayed.opened();
    replayed.socket.send(hello);
    expect((await replayed.ended).code).toBe(4007);
    first.socket.send(frame(1));
    await until("the genuine one is heard", () => b.received.length === 1);
  });
});

describe("two processes that use one id", () => {
  test("W11 W17: the one that came later is refused while the first lives, and told where that is", async () => {
    const b = await open("b");
    const first = await greeted(b, helloOf(ofA, "b", "first"));
    const second = new RawClient(b.port);
    await second.opened();
    second.socket.send(helloOf(ofA, "b", "second"));
    const { code, reason } = await second.ended;
    expect(code).toBe(4010);
    expect(reason).toMatch(/^another process uses the id "a", connected from 127\.0\.0\.1:\d+$/);
    first.socket.send(frame(1));
    await until("the first is heard", () => b.received.length === 1);
    expect(b.transport.stats().refusals.duplicate).toBe(1);
  });

  test("a link is told so, once, and comes in as soon as the other is gone", async () => {
    const b = await open("b");
    const first = await greeted(b, helloOf(ofA, "b", "first"));
    const a = await open("a");
    a.knows(b.member);
    await until("it was refused more than once", () => b.transport.stats().refusals.duplicate > 1);
    const reasons = a.warnings("not connected; trying again").map((fields) => fields?.["reason"]);
    expect(reasons).toEqual([expect.stringContaining('4010 another process uses the id "a"')]);
    first.socket.close();
    await until("it is connected", () => a.isConnectedTo("b"));
  });

  test("one whose machine died without a word does not keep out the one that takes its place", async () => {
    const b = await open("b", { handshakeTimeoutMs: 400 });
    const dead = await greeted(b, helloOf(ofA, "b", "before"));
    dead.socket.pause();
    const again = await greeted(b, helloOf(ofA, "b", "after"));
    again.socket.send(frame(1));
    await until("it is heard", () => b.received.length === 1);
    expect(b.transport.stats().refusals.duplicate).toBe(0);
    dead.socket.terminate();
  });

  test("W11 W17: the first lives as long as anything comes from it, though its answer may wait behind a lot", async () => {
    const b = await open("b", { handshakeTimeoutMs: 400 });
    const first = await greeted(b, helloOf(ofA, "b", "first"));
    first.socket.pong = () => undefined;
    let round = 0;
    const sending = setInterval(() => first.socket.send(frame((round += 1))), 20);
    const second = new RawClient(b.port);
    await second.opened();
    second.socket.send(helloOf(ofA, "b", "second"));
    await until("the second is answered", () => second.messages.length > 0 || second.socket.readyState > 1);
    clearInterval(sending);
    expect(second.messages).toEqual([]);
    expect((await second.ended).code).toBe(4010);
  });

  test("of many that knock at once none gets in, and nobody grows", async () => {
    const b = await open("b");
    await greeted(b, helloOf(ofA, "b", "first"));
    const rivals = Array.from({ length: 40 }, () => new RawClient(b.port));
    await Promise.all(rivals.map((rival) => rival.opened()));
    for (const [at, rival] of rivals.entries()) rival.socket.send(helloOf(ofA, "b", `rival ${at}`));
    const ends = await Promise.all(rivals.map((rival) => rival.ended));
    expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([4010]));
  });

  test("who speaks while it is not yet known whether it may come in is cut off", async () => {
    const b = await open("b", { handshakeTimeoutMs: 1000 });
    const dead = await greeted(b, helloOf(ofA, "b", "before"));
    dead.socket.pause();
    const hasty = new RawClient(b.port);
    await hasty.opened();
    hasty.socket.send(helloOf(ofA, "b", "after"));
    hasty.socket.send(helloOf({ ...ofA, id: "z" }, "b"));
    hasty.socket.send(frame(1));
    expect((await hasty.ended).code).toBe(4006);
    expect(b.received).toEqual([]);
    dead.socket.terminate();
  });
});

describe("W12: a node that was removed", () => {
  const told = (node: LiveNode): readonly unknown[] =>
    node.warnings("by what a peer knows this node was removed from the cluster");

  test("is told so, once, and heard all the same: it may have been added again by those whom this node has not heard", async () => {
    const [a, b] = [await open("a"), await open("b")];
    a.knows(b.member);
    b.knows(a.member);
    await until("they are connected", () => a.isConnectedTo("b") && b.isConnectedTo("a"));
    expect(told(b)).toEqual([]);
    a.knows();
    b.knows();
    // Another name of the same place has it dialled again.
    for (const host of ["127.0.0.1", "localhost"]) {
      b.knows({ id: "a", address: `${host}:${a.port}` });
      await until("it is connected again", () => b.isConnectedTo("a"));
    }
    expect(told(b)).toEqual([{ peer: "a" }]);
    b.transport.send("a", heartbeat(7));
    await until("it is heard", () => a.received.length === 1);
    expect(a.transport.stats().refused).toBe(0);
  });

  test("is one no more when it is added again; a stranger never was one", async () => {
    const [a, b, z] = [await open("a"), await open("b"), await open("z")];
    a.knows(b.member);
    a.knows();
    a.knows(b.member);
    b.knows(a.member);
    z.knows(a.member);
    await until("they are connected", () => b.isConnectedTo("a") && z.isConnectedTo("a"));
    expect([told(b), told(z)]).toEqual([[], []]);
  });
});
