import { createServer } from "node:http";
import { expect, test } from "vitest";
import { WsTransport, type WsTransportOptions } from "../src/index.ts";
import { resolveOptions } from "../src/options.ts";

const right: WsTransportOptions = { id: "a", clusterId: "c", listen: { host: "127.0.0.1", port: 0 } };

test("defaults", () => {
  expect(resolveOptions(right).limits).toEqual({
    messageBytesMax: 16 * 2 ** 20,
    outboxBytesMax: 32 * 2 ** 20,
    dialOutboxBytesMax: 64 * 2 ** 10,
    handshakeTimeoutMs: 5000,
    deadAfterMs: 3000,
    reconnectMinMs: 20,
    reconnectMaxMs: 2000,
    pendingHandshakesMax: 64,
    strangersMax: 64,
    closeTimeoutMs: 500,
  });
});

test.each([
  [{ id: "" }, /id/],
  [{ clusterId: "x".repeat(300) }, /clusterId/],
  [{ listen: { host: "127.0.0.1", port: 70_000 } }, /listen\.port/],
  [{ server: createServer() }, /either `listen` or `server`/],
  [{ deadAfterMs: 0 }, /deadAfterMs/],
  [{ messageBytesMax: 2 ** 25 }, /outboxBytesMax must be at least twice messageBytesMax/],
  [{ reconnectMinMs: 5000 }, /reconnectMinMs is above reconnectMaxMs/],
  [{ lisen: 1 }, /lisen/],
] as const)("%o is refused by name", async (change, message) => {
  const wrong = { ...right, ...change };
  await expect(WsTransport.open(wrong)).rejects.toThrow(message);
  await expect(WsTransport.open(wrong)).rejects.toBeInstanceOf(TypeError);
});

test("neither listen nor server is refused", async () => {
  await expect(WsTransport.open({ id: "a", clusterId: "c" })).rejects.toThrow(/either `listen` or `server`/);
});
