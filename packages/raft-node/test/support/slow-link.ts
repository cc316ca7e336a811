import { type Socket, connect, createServer } from "node:net";

const TICK_MS = 2;
/** What the link takes in ahead of what it has passed on. */
const AHEAD_BYTES = 64 * 1024;

/** A TCP link to `port` that passes on so many bytes in a millisecond, and no more, each way. */
export async function slowLink(
  port: number,
  bytesPerMs: number,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const passOn = (from: Socket, to: Socket): void => {
    let waiting = Buffer.alloc(0);
    let lastMs = performance.now();
    from.on("data", (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes]);
      if (waiting.length > AHEAD_BYTES) from.pause();
    });
    const timer = setInterval(() => {
      const nowMs = performance.now();
      const count = Math.min(waiting.length, Math.floor((nowMs - lastMs) * bytesPerMs));
      lastMs = nowMs;
      if (count > 0) to.write(waiting.subarray(0, count));
      waiting = waiting.subarray(count);
      if (waiting.length < AHEAD_BYTES) from.resume();
    }, TICK_MS);
    timers.add(timer);
    from.on("close", () => to.destroy()).on("error", () => to.destroy());
  };
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    sockets.add(near).add(far);
    passOn(near, far);
    passOn(far, near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const close = (): void => {
    for (const timer of timers) clearInterval(timer);
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: typeof address === "object" ? (address?.port ?? 0) : 0, close };
}
