import { assert } from "@quorate/raft-core";
import { type CallersLoad, type CallersResult, callAll } from "./callers.ts";
import { NodeTrio } from "./node-trio.ts";

export interface LibraryLoad extends CallersLoad {
  /** Calls before those that count. */
  readonly warmUp: number;
  readonly valueBytes: number;
  /** Empty; the nodes keep their files there. */
  readonly directory: string;
}

/** Proposes at the leader of three nodes in this process; every node must have applied what was acknowledged. */
export async function measureOwnLibrary(load: LibraryLoad): Promise<CallersResult> {
  await using trio = await NodeTrio.open(load.directory);
  const leader = await trio.leader();
  const command = new Uint8Array(load.valueBytes);
  const propose = (): Promise<number> => leader.propose(command);
  const warmUp = await callAll({ ...load, total: load.warmUp }, propose);
  const result = await callAll(load, propose);
  const counts = await trio.counts();
  const expected = load.warmUp + load.total;
  assert(
    warmUp.errors + result.errors > 0 || counts.every((count) => count === expected),
    `${expected} commands were acknowledged, but the nodes have applied ${counts.join(", ")}`,
  );
  return result;
}
