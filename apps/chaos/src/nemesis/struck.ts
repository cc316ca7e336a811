import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { StruckProcess } from "../check/record.ts";
import type { Fate, Node } from "../nodes/node.ts";
import type { TamperedCall } from "../world/trace-reader.ts";
import type { Stage } from "./stage.ts";

const pollMs = 50;

/** A process whose calls were made to fail. */
export interface Blow {
  readonly node: Node;
  readonly pid: number;
  /** Of that process, however long the node lives. */
  readonly fate: Promise<Fate>;
  readonly atMs: number;
  /** Those that failed. */
  readonly hits: readonly TamperedCall[];
}

/**
 * Waits for what becomes of the process: where one of its log's calls has failed it must end, and has
 * `stage.world.giveUpMsMax` for that in which it does not stand still. A write of the log need not be noticed before the
 * next one, which a node that is cut off may not get: its time begins when all heals.
 */
export async function untilFate({ node, pid, fate, atMs, hits }: Blow, stage: Stage): Promise<StruckProcess> {
  const data = join(node.directory, "data");
  const calls = hits.map(({ call, path }) => ({ call, file: relative(data, path) }));
  const struck = { node: node.id, pid, atMs, calls };
  const ofLog = calls.filter(isOfLog);
  if (ofLog.length === 0) return { ...struck, mustEnd: false };
  const isSync = ofLog.some(({ call }) => call.endsWith("sync"));
  let ranMs = 0;
  while (ranMs < stage.world.giveUpMsMax) {
    const ended = await Promise.race([fate, pause(pollMs)]);
    if (ended !== undefined) return { ...struck, mustEnd: true, end: { by: ended.by, ...ended.ending } };
    if (!node.isPaused && (isSync || stage.isHealing)) ranMs += pollMs;
  }
  return { ...struck, mustEnd: true };
}

/** Whether the log has failed with it, its directory included; snapshots are tried again. */
function isOfLog({ file }: { readonly file: string }): boolean {
  return file === "log" || file.startsWith("log/");
}
