import type { Mishap } from "../plan/fault.ts";
import { TamperedCalls } from "../world/tampered-calls.ts";
import { seconds } from "./stage.ts";
import type { Stage } from "./stage.ts";

type Of<Type extends Mishap["type"]> = Extract<Mishap, { readonly type: Type }>;

/** The node's process takes some room while the disk is filled; so often at most it is filled up again. */
const refillMs = 250;

/** After the first call that failed: the others that come with it. */
const afterHitMs = 300;

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

export async function slowdisk({ targets, delayMs, forMs }: Of<"slowdisk">, stage: Stage): Promise<void> {
  const [node] = await stage.choose(targets, ({ isUp, isPaused }) => isUp && !isPaused);
  const pid = node?.pid;
  if (node === undefined || pid === undefined) return stage.tell("no process is up whose disk could be slow");
  const calls = new TamperedCalls({ pid, calls: ["fdatasync", "fsync"], tampering: { type: "delay", ms: delayMs } });
  try {
    stage.tell(`syncs of ${stage.name([node])} are to take ${delayMs} ms more for ${seconds(forMs)}`);
    const over = stage.last(forMs);
    const hit = await Promise.race([calls.firstHit, over]);
    if (hit === undefined) {
      const why = calls.complaint === "" ? "it has synced nothing" : calls.complaint;
      return stage.tell(`the disk of ${node.id} was not slow: ${why}`);
    }
    stage.installed(`a sync of ${node.id} took ${delayMs} ms more`);
    await over;
  } finally {
    await calls.stop();
  }
  return stage.tell(`the disk of ${node.id} is as quick as before`);
}

/** One whose process ends before anything failed is followed by another one. */
const attemptsMax = 3;

export async function fsync(fault: Of<"fsync">, stage: Stage): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax && !stage.isHealing; attempt++) {
    if (await failCalls(fault, stage)) return;
  }
}

/** Whether a call has failed. */
async function failCalls({ targets, call, nth, forMs }: Of<"fsync">, stage: Stage): Promise<boolean> {
  const [node] = await stage.choose(targets, ({ isUp, isPaused }) => isUp && !isPaused);
  const pid = node?.pid;
  if (node === undefined || pid === undefined) {
    stage.tell("no process is up whose calls could fail");
    return false;
  }
  const pardon = node.excuse();
  const failing = new TamperedCalls({ pid, calls: [call], tampering: { type: "fail", nth } });
  try {
    stage.tell(`call ${nth} of ${call} by each thread of ${stage.name([node])} is to fail`);
    const hit = await Promise.race([failing.firstHit, stage.last(forMs)]);
    if (hit === undefined) {
      const why = failing.complaint === "" ? `no such call within ${seconds(forMs)}` : failing.complaint;
      stage.tell(`nothing of ${node.id} has failed: ${why}`);
      return false;
    }
    stage.installed(`${call} of ${node.id} failed with EIO`);
    await stage.last(afterHitMs);
    return true;
  } finally {
    await failing.stop();
    pardon();
  }
}
