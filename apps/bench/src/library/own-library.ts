import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "@quorate/raft-core";
import { type Load, type LoadResult, callAll } from "./callers.ts";
import { NodeTrio } from "./node-trio.ts";

export interface LibraryLoad extends Load {
  readonly valueSizeBytes: number;
}

/** Proposes at the leader of three nodes in this process; every node's count is compared with what was asked for. */
export async function measureOwnLibrary({ valueSizeBytes, ...load }: LibraryLoad): Promise<LoadResult> {
  const directory = await mkdtemp(join(tmpdir(), "quorate-bench-library-"));
  try {
    await using trio = await NodeTrio.open(directory);
    const leader = await trio.leader();
    const command = new Uint8Array(valueSizeBytes);
    const result = await callAll(load, () => leader.propose(command));
    const counts = await trio.counts();
    assert(
      result.errors > 0 || counts.every((count) => count === load.total),
      `${load.total} commands were acknowledged, but the nodes have applied ${counts.join(", ")}`,
    );
    return result;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
