import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server, ServerResponse } from "node:http";
import type { ClusterMessage } from "@quorate/dashboard/report";
import { describe, expect, test } from "vitest";
import { listen } from "../../src/http/listener.ts";
import { PeerStreams } from "../../src/watch/peer-streams.ts";
import { Relay } from "../../src/watch/relay.ts";
import type { LossReason } from "../../src/watch/relay.ts";
import { until } from "../processes/until.ts";
import { sampleReport } from "./sample-report.ts";

interface Relayed extends AsyncDisposable {
  readonly heard: ClusterMessage[];
  readonly losses: LossReason[];
  /** What each of the requests to the other node said. */
  readonly asked: IncomingHttpHeaders[];
}

/** A relay of n2, whose side `answer` plays. */
async function relay(answer: (response: ServerResponse) => void): Promise<Relayed> {
  const asked: IncomingHttpHeaders[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.headers);
    response.setHeader("x-quorate-cluster", "c1");
    answer(response);
  });
  const { port } = await listen(server, { host: "127.0.0.1", port: 0 });
  const streams = new PeerStreams({ nodeId: "n1", clusterId: "c1", clientUrl: () => "http://n1.example" });
  const heard: ClusterMessage[] = [];
  const losses: LossReason[] = [];
  const one = Relay.begin({
    ...{ member: { id: "n2", address: `127.0.0.1:${port}` }, streams, token: undefined },
    heard: (message) => void heard.push(message),
    lost: (reason) => void losses.push(reason),
  });
  return {
    ...{ heard, losses, asked },
    async [Symbol.asyncDispose]() {
      one.close();
      await streams.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function data(message: unknown, id?: string): string {
  return `${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`;
}

const report = { type: "node", report: sampleReport({ id: "n2" }) } as const;

function event(node: string, kind = "leader"): object {
  return { type: "event", event: { id: `${node}.1.1`, atMs: 1, node, kind, values: {} } };
}

describe("the relay of another node", () => {
  test("says who asks, passes on what that node says of itself, and comes back to where it was", async () => {
    await using relayed = await relay((response) => {
      response.write(data(event("n2"), "n2.1.1"));
      // A message may come in pieces.
      const text = data(report);
      response.write(text.slice(0, 40));
      setImmediate(() => response.end(text.slice(40)));
    });
    await until("the second request", () => relayed.asked.length > 1);
    expect(relayed.heard.slice(0, 2)).toEqual([event("n2"), report]);
    expect(relayed.losses[0]).toBe("gone");
    const identity = { "x-quorate-forwarded": "n1", "x-quorate-cluster": "c1" };
    expect(relayed.asked[0]).toMatchObject({ ...identity, "sec-quorate-client-url": "http://n1.example" });
    expect(relayed.asked.map((headers) => headers["last-event-id"]).slice(0, 2)).toEqual([undefined, "n2.1.1"]);
  });

  test("a token that no header can hold does not keep it from coming back", async () => {
    await using relayed = await relay((response) => void response.end(data(event("n2"), "€") + data(report, "a b")));
    await until("the third request", () => relayed.asked.length > 2);
    expect(relayed.heard).toContainEqual(event("n2"));
    expect(relayed.asked.map((headers) => headers["last-event-id"]).slice(0, 3)).toEqual(Array(3).fill(undefined));
  });

  test("passes over what that node says of others, and events that only a later version knows", async () => {
    await using relayed = await relay((response) => {
      response.write(data(event("n3")) + data({ type: "node", report: sampleReport({ id: "n3" }) }));
      response.write(data({ type: "unreachable", id: "n3", since: 1, reason: "gone" }));
      response.write(data(event("n2", "of-a-later-version")) + data({ type: "of-a-later-version" }) + data(report));
    });
    await until("the report", () => relayed.heard.length > 0);
    expect(relayed.heard).toEqual([report]);
    expect(relayed.losses).toEqual([]);
  });

  test.each([
    ["what is not JSON", "data: {nonsense\n\n"],
    ["a report of another version", data({ type: "node", report: { id: "n2" } })],
    ["a message without an end", `data: ${"x".repeat(2 * 1024 * 1024)}`],
  ])("calls %s unreadable, and asks again", async (_what, text) => {
    await using relayed = await relay((response) => void response.write(text));
    await until("two tries", () => relayed.losses.length > 1);
    expect(new Set(relayed.losses)).toEqual(new Set(["unreadable"]));
  });

  test("calls a node silent that sends no report, be it connected or not, and whatever else it sends", async () => {
    await using relayed = await relay((response) => {
      const timer = setInterval(() => response.write(": still here\n\n"), 50);
      response.once("close", () => clearInterval(timer));
    });
    await using mute = await relay(() => undefined);
    await until("both losses", () => relayed.losses.length > 0 && mute.losses.length > 0);
    expect([relayed.losses[0], mute.losses[0]]).toEqual(["silent", "silent"]);
  });

  test("calls a node gone that refuses, or is of another cluster", async () => {
    await using relayed = await relay((response) => void response.writeHead(503).end());
    await using other = await relay((response) => {
      response.writeHead(200, { "x-quorate-cluster": "c2" });
      response.write(data(report));
    });
    await until("both losses", () => relayed.losses.length > 0 && other.losses.length > 0);
    expect([relayed.losses[0], other.losses[0]]).toEqual(["gone", "gone"]);
    expect(other.heard).toEqual([]);
  });
});
