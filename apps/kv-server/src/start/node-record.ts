import { join } from "node:path";
import type { FileSystem, Member } from "@quorate/raft-core";
import { makeDurableDirectory, RaftError } from "@quorate/raft-core";
import { z } from "zod";
import { memberAddress, nodeId } from "../config/members.ts";

const member = z.strictObject({ id: nodeId, address: memberAddress });

const recordSchema = z.strictObject({
  version: z.literal(1),
  clusterId: z.string().min(1),
  nodeId,
  origin: z.enum(["bootstrap", "join"]),
  address: memberAddress,
  peers: z.array(member).min(1),
  pending: z.strictObject({ as: z.enum(["voter", "learner"]), via: z.string() }).optional(),
});

/** What a node knows of its beginning, in `node.json` of its data directory. Where there is none, there was no beginning. */
export interface NodeRecord {
  readonly version: 1;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly origin: "bootstrap" | "join";
  /** Where the other nodes reached this one when it was started last, as far as it knew. */
  readonly address: string;
  /** The founders; for a node that joined, the members that it found. */
  readonly peers: readonly Member[];
  /** It has not yet become what it joined to be. */
  readonly pending?: { readonly as: "voter" | "learner"; readonly via: string } | undefined;
}

const fileName = "node.json";
const recordBytesMax = 1024 * 1024;

/** Undefined where the node has never begun. Rejects with `CORRUPT` where the file is not what this program writes. */
export async function readNodeRecord(fileSystem: FileSystem, directory: string): Promise<NodeRecord | undefined> {
  const path = join(directory, fileName);
  const text = await readText(fileSystem, path);
  if (text === undefined) return undefined;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (error) {
    const remedy = "move the data directory away, remove this node from the cluster, and join again";
    throw new RaftError("CORRUPT", `${path} is not what this program writes there: ${remedy}`, { cause: error });
  }
}

/** Durable when it resolves; a crash leaves the former one or this one. */
export async function writeNodeRecord(fileSystem: FileSystem, directory: string, record: NodeRecord): Promise<void> {
  const path = join(directory, fileName);
  const draft = `${path}.new`;
  await makeDurableDirectory(fileSystem, directory);
  await removeIfThere(fileSystem, draft);
  const file = await fileSystem.open(draft, "create");
  try {
    await file.write([new TextEncoder().encode(`${JSON.stringify(record, undefined, 2)}\n`)], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(draft, path);
  await fileSystem.syncDirectory(directory);
}

async function readText(fileSystem: FileSystem, path: string): Promise<string | undefined> {
  try {
    const file = await fileSystem.open(path, "read");
    try {
      const bytes = new Uint8Array(Math.min(await file.sizeBytes(), recordBytesMax));
      return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes, 0)));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function removeIfThere(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    await fileSystem.remove(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
