import type { NodeId } from "@quorate/raft-core";
import type { Dice } from "@quorate/virtual-time";
import type { Profile } from "./profile.ts";

/** What a cluster does besides its bare work, drawn from a stream of its own. */
export interface Features {
  /** Its members change, and its lead is handed over. */
  readonly changes: boolean;
  readonly spareCount: number;
  readonly catchUpTimeoutMs: number;
  /** Undefined: no lease reads. */
  readonly leaseDriftMax: number | undefined;
  /** Where there are leases: leaders are cut off again and again, and little else goes wrong. */
  readonly rivals: boolean;
  priorityOf(node: NodeId): number;
}

/** How far off the clocks may be that leases rest on. */
const DRIFT = { min: 0.01, max: 0.2 };

const CALM: Features = {
  changes: false,
  spareCount: 0,
  catchUpTimeoutMs: 10_000,
  leaseDriftMax: undefined,
  rivals: false,
  priorityOf: () => 1,
};

/** A run in which data may rot has none of it: what is damaged there says little enough already. */
export function drawFeatures(dice: Dice, profile: Profile): Features {
  if (profile === "calm" || profile === "rot") return CALM;
  const changes = dice.chance(0.5);
  const spareCount = dice.integer(1, 2);
  const catchUpTimeoutMs = Math.round(dice.logBetween(200, 5000));
  const leaseDriftMax = dice.between(DRIFT.min, DRIFT.max);
  const hasLease = dice.chance(0.5);
  const rivals = dice.chance(0.5);
  const hasPriorities = dice.chance(0.25);
  // Where members come and go, those who are left might all be ones that never lead.
  const lowest = changes ? 1 : 0;
  let isLowestTaken = false;
  return {
    changes,
    spareCount: changes ? spareCount : 0,
    catchUpTimeoutMs,
    leaseDriftMax: hasLease ? leaseDriftMax : undefined,
    rivals: rivals && profile !== "disk",
    priorityOf: () => {
      const drawn = dice.integer(0, 3);
      const priority = isLowestTaken ? Math.max(1, drawn) : Math.max(lowest, drawn);
      isLowestTaken ||= drawn === 0;
      return hasPriorities ? priority : 1;
    },
  };
}
