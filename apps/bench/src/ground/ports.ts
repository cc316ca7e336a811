import { createServer } from "node:net";

/** Below those that systems hand out by themselves: a node that is down for a while must find its port free again. */
const first = 14_000;
const count = 14_000;

/** So many ports of 127.0.0.1 in a row that are free now. */
export async function freePorts(wanted: number): Promise<readonly number[]> {
  for (;;) {
    const from = first + Math.floor(Math.random() * (count - wanted));
    const ports = Array.from({ length: wanted }, (_, i) => from + i);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return ports;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
