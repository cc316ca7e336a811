import { once } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openFakeServer } from "../http/fake-node.ts";
import { RawClient } from "./raw-client.ts";

const hello = { type: "hello", hello: { versionMin: 1, versionMax: 1, clientId: "raw" } } as const;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** Says it, and comes back with the answer. */
async function answerTo(
  client: RawClient,
  frame: typeof hello | { readonly type: "ping" },
): Promise<string | undefined> {
  const answered = once(client.socket, "message");
  client.say(frame);
  await answered;
  return client.frames.at(-1)?.type;
}

test("who does not say hello within 5 s is disconnected with 4003", async () => {
  await using server = await openFakeServer();
  using client = new RawClient(server.origin);
  using greeted = new RawClient(server.origin);
  await Promise.all([client, greeted].map(({ socket }) => once(socket, "open")));
  vi.advanceTimersByTime(4999);
  expect(await answerTo(greeted, hello)).toBe("welcome");
  vi.advanceTimersByTime(1);
  expect(await client.ended).toMatchObject({ code: 4003, reason: "no hello" });
  expect(await answerTo(greeted, { type: "ping" })).toBe("pong");
});

test("who says nothing for 20 s is disconnected without a word, and who pings is not", async () => {
  await using server = await openFakeServer();
  using silent = new RawClient(server.origin);
  using lively = new RawClient(server.origin);
  await Promise.all([silent, lively].map(({ socket }) => once(socket, "open")));
  for (const client of [silent, lively]) expect(await answerTo(client, hello)).toBe("welcome");
  expect((await silent.heard("welcome")).welcome.silenceMsMax).toBe(20_000);
  vi.advanceTimersByTime(19_999);
  expect(await answerTo(lively, { type: "ping" })).toBe("pong");
  vi.advanceTimersByTime(1);
  expect((await silent.ended).code).toBe(1006);
  vi.advanceTimersByTime(19_998);
  expect(await answerTo(lively, { type: "ping" })).toBe("pong");
  vi.advanceTimersByTime(20_000);
  expect((await lively.ended).code).toBe(1006);
});
