import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { PeerAgent } from "../../src/cluster/peer-agent.ts";

const listener = createServer();

beforeEach(async () => {
  await once(listener.listen(0, "127.0.0.1"), "listening");
});

afterEach(() => listener.close());

async function connection(): Promise<{ readonly here: Socket; readonly there: Socket }> {
  const accepted = once(listener, "connection") as Promise<[Socket]>;
  const here = connect((listener.address() as AddressInfo).port, "127.0.0.1");
  await once(here, "connect");
  const [there] = await accepted;
  return { here: here.pause(), there };
}

test("a WebSocket speaks on the connection that it is given, wherever its URL leads", async () => {
  const { here, there } = await connection();
  const socket = new WebSocket("ws://nowhere.invalid:1/path", { agent: new PeerAgent(() => Promise.resolve(here)) });
  socket.on("error", () => undefined);
  const [request] = (await once(there, "data")) as [Buffer];
  expect(request.toString()).toContain("GET /path HTTP/1.1");
  there.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  const [error] = (await once(socket, "error")) as [Error];
  expect(error.message).toContain("403");
});

test("without a connection the reason is told", async () => {
  const agent = new PeerAgent(() => Promise.reject(new Error("no stream to n1: the secret is another one there")));
  const [error] = (await once(new WebSocket("ws://n1.invalid:1", { agent }), "error")) as [Error];
  expect(error.message).toBe("no stream to n1: the secret is another one there");
});

test("a connection that comes when nobody waits for it any more is not kept", async () => {
  const { here } = await connection();
  const late = Promise.withResolvers<Socket>();
  const socket = new WebSocket("ws://n1.invalid:1", { agent: new PeerAgent(() => late.promise) });
  const ended = once(socket, "error");
  socket.terminate();
  await ended;
  late.resolve(here);
  await once(here, "close");
});
