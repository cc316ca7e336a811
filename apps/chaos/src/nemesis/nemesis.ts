import type { Fault } from "../plan/fault.ts";
import { pauseUnless } from "../world/pause-unless.ts";
import { diskfull, fsync, slowdisk } from "./disk-faults.ts";
import type { Ledger } from "./ledger.ts";
import { members } from "./member-faults.ts";
import { halfopen, lossy, oneway, partition, slow } from "./network-faults.ts";
import { kill, pause } from "./process-faults.ts";
import { Stage } from "./stage.ts";
import type { World } from "./stage.ts";

/**
 * Lets every fault of a plan come about at its time; they overlap as they were drawn. Resolves when all of them are over,
 * which after `healing` was aborted they are at once. Rejects where one could not be undone.
 */
export async function unleash(
  faults: readonly Fault[],
  world: World,
  ledger: Ledger,
  healing: AbortSignal,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    faults.map(async (fault) => {
      await pauseUnless(healing, Math.max(0, fault.atMs - ledger.nowMs));
      if (!healing.aborted) await perform(fault, new Stage(world, fault.type, ledger, healing));
    }),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("; "));
}

function perform(fault: Fault, stage: Stage): Promise<void> {
  switch (fault.type) {
    case "kill":
      return kill(fault, stage);
    case "pause":
      return pause(fault, stage);
    case "partition":
      return partition(fault, stage);
    case "oneway":
      return oneway(fault, stage);
    case "slow":
      return slow(fault, stage);
    case "lossy":
      return lossy(fault, stage);
    case "halfopen":
      return halfopen(fault, stage);
    case "diskfull":
      return diskfull(fault, stage);
    case "slowdisk":
      return slowdisk(fault, stage);
    case "fsync":
      return fsync(fault, stage);
    case "members":
      return members(fault, stage);
  }
}
