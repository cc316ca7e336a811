import type { NodeId } from "@quorate/raft-core";
import type { Dice, Streams } from "@quorate/virtual-time";
import { type Configuration, machinesOf } from "./configuration.ts";
import { type Change, type Fault, changeTypes } from "./fault.ts";

/** At least this far apart, and at most: changes of one kind. */
const EVERY_MS = { min: 300, max: 6000 };

/** Each kind is left out of a run with this probability. */
const WITHOUT_RATE = 0.3;

function drawChange(type: Change["type"], dice: Dice, machines: readonly NodeId[]): Change {
  const [node = "", by = node] = dice.sample(machines, 2);
  switch (type) {
    case "add":
      return { type, node, learner: dice.chance(0.4) };
    case "replace":
      return { type, node, by };
    case "remove-leader":
    case "transfer":
      return { type };
    case "wipe":
      return { type, node, downMs: Math.round(dice.logBetween(1, 1000)) };
    default:
      return { type, node };
  }
}

/** What the cluster's operator will do, in the order of its time; nothing where there are no spare nodes. */
export function drawChanges(streams: Streams, configuration: Configuration): readonly Fault[] {
  const machines = machinesOf(configuration);
  const isKept = streams("features", "changes");
  const changes: Fault[] = [];
  for (const type of changeTypes) {
    if (isKept.chance(WITHOUT_RATE) || configuration.spares.length === 0) continue;
    const dice = streams("faults", type);
    const everyMs = dice.logBetween(EVERY_MS.min, EVERY_MS.max);
    for (let atMs = dice.exponential(everyMs); atMs < configuration.durationMs; atMs += dice.exponential(everyMs)) {
      changes.push({ ...drawChange(type, dice, machines), atMs: Math.round(atMs) });
    }
  }
  return changes;
}
