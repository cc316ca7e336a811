import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { nodeFileSystem } from "@quorate/file-system";
import { RaftError } from "@quorate/raft-core";
import { host, nodeDirectory, placesOf } from "./layout.ts";
import { DemoError } from "./options.ts";
import type { DemoOptions } from "./options.ts";

/** Finds out what would keep the nodes from starting before any of them is. Throws a DemoError. */
export async function preflight(options: DemoOptions): Promise<void> {
  for (const { clientPort, peerPort } of placesOf(options)) {
    await assertFree(clientPort, "--client-port");
    await assertFree(peerPort, "--peer-port");
  }
  await prepare(options);
}

function assertFree(port: number, flag: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "is taken by another process" : `cannot be used: ${error.message}`;
      reject(new DemoError(`port ${port} ${reason}; choose others with ${flag}`));
    });
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}

/** Rejects with `LOCKED` while a node has this log open. */
async function assertUnused(lock: string): Promise<void> {
  if (!existsSync(lock)) return;
  const taken = await nodeFileSystem.lock(lock);
  await taken.release();
}

async function prepare({ data, nodes, fresh }: DemoOptions): Promise<void> {
  let present: string[];
  try {
    await mkdir(data, { recursive: true });
    await writeFile(join(data, ".probe"), "");
    await rm(join(data, ".probe"), { force: true });
    present = (await readdir(data)).filter((name) => nodeDirectory.test(name));
    if (fresh) {
      // Nothing but what an earlier run has made, and no run under way: the directory may hold other things.
      for (const name of present) await assertUnused(join(data, name, "log", "LOCK"));
      for (const name of present) await rm(join(data, name), { recursive: true, force: true });
      return;
    }
  } catch (error) {
    if (error instanceof RaftError && error.code === "LOCKED") {
      throw new DemoError(`${data} belongs to a cluster that is running: stop it first, or choose another with --data`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new DemoError(`the directory ${data} cannot be written: ${reason}; choose another with --data`);
  }
  if (present.length > 0 && present.length !== nodes) {
    throw new DemoError(
      `${data} holds a cluster of ${present.length} nodes, not ${nodes}: start it with --nodes ${present.length}, choose another directory with --data, or throw it away with --fresh`,
    );
  }
}
