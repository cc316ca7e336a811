import type { Node } from "../nodes/node.ts";
import type { Mishap } from "../plan/fault.ts";
import { TamperedCalls } from "../world/tampered-calls.ts";
import type { TamperedCall } from "../world/trace-reader.ts";
import { seconds } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { untilFate } from "./struck.ts";

type Of<Type extends Mishap["type"]> = Extract<Mishap, { readonly type: Type }>;

/** The node's process takes some room while the disk is filled; so often at most it is filled up again. */
const refillMs = 250;

/** After the first call that failed: the others that come with it. */
const afterHitMs = 300;

const isTraceable = ({ isUp, isPaused, isTraced }: Node): boolean => isUp && !isPaused && !isTraced;

export async function diskfull({ targets, forMs }: Of<"diskfull">, stage: Stage): Promise<void> {
  const { disks } = stage.world;
  const [node] = await stage.choose(targets, ({ id, isUp }) => isUp && disks.has(id));
  const disk = node && disks.get(node.id);
  if (node === undefined || disk === undefined) return stage.tell("no node with a small disk is up");
  const pardon = node.excuse();
  try {
    const bytes = await disk.fill();
    stage.installed(`disk of ${stage.name([node])} full for ${seconds(forMs)} (${Math.round(bytes / 1024)} KiB taken)`);
    const endMs = performance.now() + forMs;
    for (let leftMs = forMs; leftMs > 0; leftMs = endMs - performance.now()) {
      await stage.last(Math.min(refillMs, leftMs));
      if (stage.isHealing) break;
      await disk.fill();
    }
  } finally {
    await disk.free();
    pardon();
  }
  return stage.tell(`disk of ${node.id} has room again`);
}

/** A process that ends, or makes nothing durable, before anything was done to it is followed by another one. */
const attemptsMax = 3;

export async function slowdisk(fault: Of<"slowdisk">, stage: Stage): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax && !stage.isHealing; attempt++) {
    if (await slowCalls(fault, stage)) return;
  }
}

export async function fsync(fault: Of<"fsync">, stage: Stage): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax && !stage.isHealing; attempt++) {
    if (await failCalls(fault, stage)) return;
  }
}

/** Whether a call was slow. */
async function slowCalls({ targets, delayMs, forMs }: Of<"slowdisk">, stage: Stage): Promise<boolean> {
  const [node] = await stage.choose(targets, isTraceable);
  const pid = node?.pid;
  if (node === undefined || pid === undefined) {
    stage.tell("no process is up whose disk could be slow");
    return false;
  }
  const untrace = node.trace();
  const calls = new TamperedCalls({ pid, calls: ["fdatasync", "fsync"], tampering: { type: "delay", ms: delayMs } });
  try {
    stage.tell(`syncs of ${stage.name([node])} are to take ${delayMs} ms more for ${seconds(forMs)}`);
    const over = stage.last(forMs);
    const hit = await Promise.race([calls.firstHit, over]);
    if (hit === undefined) {
      stage.tell(`the disk of ${node.id} was not slow: ${calls.complaint || "it has synced nothing"}`);
      return false;
    }
    stage.installed(`a sync of ${node.id} took ${delayMs} ms more`);
    await over;
  } finally {
    await calls.stop();
    untrace();
  }
  stage.tell(`the disk of ${node.id} is as quick as before`);
  return true;
}

/** Whether a call has failed. */
async function failCalls(fault: Of<"fsync">, stage: Stage): Promise<boolean> {
  const [node] = await stage.choose(fault.targets, isTraceable);
  const { pid, fate } = node ?? {};
  if (node === undefined || pid === undefined || fate === undefined) {
    stage.tell("no process is up whose calls could fail");
    return false;
  }
  const pardon = node.excuse();
  try {
    const { atMs, hits } = await strike(node, pid, fault, stage);
    if (hits.length === 0) return false;
    const struck = await untilFate({ node, pid, fate, atMs, hits }, stage);
    stage.struck(struck);
    if (struck.mustEnd && struck.end === undefined) stage.tell(`${node.id} GOES ON although its log has failed`);
    return true;
  } finally {
    pardon();
  }
}

/** Has the node's calls fail for a while. Resolves with those that did. */
async function strike(
  node: Node,
  pid: number,
  { call, nth, forMs }: Of<"fsync">,
  stage: Stage,
): Promise<{ readonly atMs: number; readonly hits: readonly TamperedCall[] }> {
  const untrace = node.trace();
  const failing = new TamperedCalls({ pid, calls: [call], tampering: { type: "fail", nth } });
  let atMs = stage.nowMs;
  try {
    stage.tell(`call ${nth} of ${call} by each thread of ${stage.name([node])} is to fail`);
    const hit = await Promise.race([failing.firstHit, stage.last(forMs)]);
    atMs = stage.nowMs;
    if (hit !== undefined) {
      stage.installed(`${hit.call} of ${node.id} failed with EIO`);
      await stage.last(afterHitMs);
    }
  } finally {
    await failing.stop();
    untrace();
  }
  const { hits } = failing;
  if (hits.length === 0) {
    stage.tell(`nothing of ${node.id} has failed: ${failing.complaint || `no such call within ${seconds(forMs)}`}`);
  }
  return { atMs, hits };
}
