import type { Dice } from "@quorate/virtual-time";
import { type FaultType, diskFaults, networkFaults, processFaults } from "./fault.ts";

/**
 * `calm`: nothing goes wrong. `network`: links do. `disk`: disks and processes do. `swarm`: each kind of fault is
 * switched off with probability one half, and what is left is drawn as often as the seed will have it; now and then data rots, too. `rot`: like
 * `disk`, and one node's durable data is damaged; that node may refuse to go on, but nobody may ever answer wrongly.
 */
export type Profile = "calm" | "network" | "disk" | "swarm" | "rot";

export const profiles: readonly Profile[] = ["calm", "network", "disk", "swarm", "rot"];

/** Seldom: a node that refused to go on is one less to test. */
const ROT_RATE = 0.03;

/** How much there is besides partitions where leaders are to be cut off while they hold a lease. */
const BESIDES_RATE = 0.1;

/** What is cut off has to be a leader: these leave it in peace until then. */
export function besidesPartitions(types: readonly FaultType[], dice: Dice): readonly FaultType[] {
  return ["partition", ...types.filter((type) => type !== "partition" && dice.chance(BESIDES_RATE))];
}

/** The kinds of fault that a run of this profile draws from. */
export function faultTypesOf(profile: Profile, dice: Dice): readonly FaultType[] {
  switch (profile) {
    case "calm":
      return [];
    case "network":
      return networkFaults;
    case "disk":
      return [...diskFaults, ...processFaults];
    case "swarm":
      return [
        ...[...networkFaults, ...processFaults, ...diskFaults].filter(() => dice.chance(0.5)),
        ...(dice.chance(ROT_RATE) ? (["bit-rot"] as const) : []),
      ];
    case "rot":
      return [...diskFaults, ...processFaults, "bit-rot"];
  }
}
