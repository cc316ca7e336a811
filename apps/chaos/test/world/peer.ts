import { connect, createServer } from "node:net";
import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/*
 * What the probe runs in a node's network: `echo HOST PORT` sends back what it gets, `talk HOST PORT` sends numbers and
 * tells which came back, `sync FILE` writes and syncs again and again and tells what failed.
 */

const [role, place = "", port = "0"] = process.argv.slice(2);
const everyMs = 20;

function tell(message: object): void {
  process.send?.(message);
}

function echo(): void {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      tell({ type: "got", bytes: bytes.length });
      socket.write(bytes);
    });
  });
  server.listen(Number(port), place, () => tell({ type: "ready" }));
}

function talk(): void {
  const socket = connect(Number(port), place, () => tell({ type: "ready" }));
  const sentMs: number[] = [];
  setInterval(() => {
    socket.write(`${sentMs.length}\n`);
    sentMs.push(performance.now());
  }, everyMs);
  let rest = "";
  socket.setNoDelay(true).setEncoding("utf8");
  socket.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      tell({ type: "back", number: Number(line), tookMs: performance.now() - (sentMs[Number(line)] ?? 0) });
    }
  });
  socket.on("error", () => undefined).on("close", () => tell({ type: "closed" }));
}

async function sync(): Promise<void> {
  const file = await open(place, "w");
  tell({ type: "ready" });
  for (let n = 0; ; n++) {
    const beganMs = performance.now();
    try {
      await file.writev([Buffer.from("abc")], 0);
      await file.datasync();
      tell({ type: "synced", number: n, tookMs: performance.now() - beganMs });
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      tell({ type: "failed", code, syscall });
    }
    await pause(everyMs);
  }
}

process.on("disconnect", () => process.exit(0));
if (role === "echo") echo();
else if (role === "talk") talk();
else await sync();
