import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { bytesOf, eventsOf } from "../../src/growth/node-events.ts";

test("a node's events are all that come before its second report", async () => {
  const messages = [
    { type: "node", report: {} },
    { type: "event", event: { id: "1", node: "n1", kind: "pre-vote", atMs: 5, values: {} } },
    { type: "event", event: { id: "2", node: "n1", kind: "election", atMs: 6, values: { term: 2 } } },
    { type: "event", event: { id: "4", node: "n1", kind: "snapshot-installed", atMs: 7, values: { bytes: 9 } } },
    { type: "node", report: {} },
    { type: "event", event: { id: "3", node: "n1", kind: "leader", atMs: 7, values: {} } },
  ];
  const asked: (string | undefined)[] = [];
  // It goes on for ever: whoever has heard enough hangs up.
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader("content-type", "text/event-stream");
    response.write(`: hello\n\n${messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join("")}`);
  });
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await eventsOf(`http://127.0.0.1:${port}`)).toEqual([
    { kind: "pre-vote", atMs: 5 },
    { kind: "election", atMs: 6 },
    { kind: "snapshot-installed", atMs: 7, bytes: 9 },
  ]);
  expect(asked).toEqual(["/v1/events?scope=node"]);
});

test("bytes are added up where events tell of them", () => {
  expect(
    bytesOf([
      { kind: "snapshot-installed", atMs: 1, bytes: 5 },
      { kind: "leader", atMs: 2 },
    ]),
  ).toBe(5);
});
