import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { createListener, listen, stopListening } from "../../src/http/listener.ts";
import { until } from "../processes/until.ts";

const request = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

test("a server that stops answers what still comes in on a busy connection, as the last of it", async () => {
  const server = createListener();
  const gate = Promise.withResolvers<void>();
  let requests = 0;
  server.on("request", (_request, response) => {
    requests += 1;
    const isFirst = requests === 1;
    void (isFirst ? gate.promise : Promise.resolve()).then(() => response.end(isFirst ? "one" : "two"));
  });
  const { port } = await listen(server, { host: "127.0.0.1", port: 0 });
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let answers = "";
  socket.on("data", (text: string) => (answers += text));
  socket.write(request);
  await until("the first request", () => requests === 1);
  const stopped = stopListening(server, 60_000);
  socket.write(request);
  gate.resolve();
  await once(socket, "end");
  socket.end();
  await stopped;
  expect(answers.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(answers).toMatch(/keep-alive[^]*one[^]*connection: close[^]*two/i);
});
