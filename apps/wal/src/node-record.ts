import type { FileSystem } from "@quorate/raft-core";
import type { Finding } from "@quorate/storage-file";
import { z } from "zod";

export const NODE_RECORD = "node.json";

const recordBytesMax = 1024 * 1024;

const nodeId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const address = z.string().refine((text) => {
  const port = Number(/^(?:\[[^\]]+\]|[^:]+):(\d+)$/.exec(text)?.[1] ?? 0);
  return port >= 1 && port <= 65_535;
});

/** What `quorate-server` accepts there; a test keeps the two together. */
const record = z.strictObject({
  version: z.literal(1),
  clusterId: z.string().min(1),
  nodeId,
  origin: z.enum(["bootstrap", "join"]),
  address,
  peers: z.array(z.strictObject({ id: nodeId, address })).min(1),
  pending: z.strictObject({ as: z.enum(["voter", "learner"]), via: z.string() }).optional(),
});

/** What keeps a server from starting on its `node.json`: it is not what a server writes there. */
export async function recordDamage(
  file: string,
  remedy: string,
  fileSystem: Pick<FileSystem, "open">,
): Promise<Finding | undefined> {
  const text = await textOf(file, fileSystem);
  try {
    if (record.safeParse(JSON.parse(text)).success) return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const reason = "it is not what a server writes there";
  return { severity: "damage", file, offsetBytes: 0, reason, remedy };
}

async function textOf(file: string, fileSystem: Pick<FileSystem, "open">): Promise<string> {
  const handle = await fileSystem.open(file, "read");
  try {
    const bytes = new Uint8Array(Math.min(await handle.sizeBytes(), recordBytesMax));
    return new TextDecoder().decode(bytes.subarray(0, await handle.read(bytes, 0)));
  } finally {
    await handle.close();
  }
}
