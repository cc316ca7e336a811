import { createServer } from "node:net";

const rangeSize = 2500;

/** Test files that run at the same time look for ports in ranges of their own. */
const ownRange = 12_000 + (Number(process.env["VITEST_POOL_ID"] ?? 0) % 8) * rangeSize;

/** Nobody may listen there yet, or no more. */
const given = new Set<number>();

/**
 * Ports that are free now and that were not given before, below those that the system hands out by itself: a node that is
 * down for a while must find its port again, and not in the hands of somebody's outgoing connection.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  for (;;) {
    const first = ownRange + Math.floor(Math.random() * (rangeSize - count));
    const ports = Array.from({ length: count }, (_, i) => first + i);
    if (ports.some((port) => given.has(port)) || (await Promise.all(ports.map(isFree))).includes(false)) continue;
    for (const port of ports) given.add(port);
    return ports;
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host: "127.0.0.1", port }, () => server.close(() => resolve(true)));
  });
}
