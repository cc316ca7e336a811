import type { NodeId } from "@quorate/raft-core";
import type { FallibleOperation } from "../disk/disk.ts";
import type { Dice } from "../engine/dice.ts";
import type { Streams } from "../engine/seed.ts";
import type { Configuration } from "./configuration.ts";
import { type Fault, type FaultType, type Mishap, diskFaults, networkFaults } from "./fault.ts";

const FALLIBLE: readonly FallibleOperation[] = [
  "write",
  "write",
  "sync",
  "sync",
  "sync",
  "read",
  "create",
  "rename",
  "remove",
  "sync-directory",
  "truncate",
];

/** At least this far apart, and at most: faults of one kind. */
const EVERY_MS = { min: 200, max: 5000 };

interface Drawing {
  readonly dice: Dice;
  readonly configuration: Configuration;
  /** The nodes whose disks may stop them: never a majority. */
  readonly frail: readonly NodeId[];
  /** The longest that a fault lasts. */
  readonly longestMs: number;
}

function drawLasting({ dice, longestMs }: Drawing): number {
  return Math.round(dice.logBetween(5, longestMs));
}

function drawPair({ dice, configuration }: Drawing): readonly [NodeId, NodeId] {
  const [from, to] = dice.sample(configuration.nodes, 2);
  return [from ?? "", to ?? from ?? ""];
}

function drawNetworkFault(type: FaultType, drawing: Drawing): Mishap | undefined {
  const { dice, configuration } = drawing;
  const { nodes, link } = configuration;
  const forMs = drawLasting(drawing);
  const [from, to] = drawPair(drawing);
  if (nodes.length < 2) return undefined;
  switch (type) {
    case "cut":
      return { type, from, to, forMs };
    case "clog":
      return { type, from, to, forMs };
    case "break":
      return { type, between: [from, to] };
    case "partition":
    case "one-way-partition":
      return { type, side: dice.sample(nodes, dice.integer(1, nodes.length - 1)), forMs };
    case "partial-partition": {
      const [bridge = "", ...rest] = dice.sample(nodes, nodes.length);
      return rest.length < 2 ? undefined : { type, bridge, side: rest.slice(dice.integer(1, rest.length - 1)), forMs };
    }
    case "flap":
      return { type, node: from, periodMs: Math.round(dice.logBetween(20, 500)), times: dice.integer(2, 8) };
    default: {
      const storm = {
        delayMsMin: link.delayMsMin,
        delayMsMean: dice.logBetween(1, 60),
        dropRate: dice.logBetween(0.01, 0.4),
        duplicateRate: dice.logBetween(0.01, 0.5),
        duplicateDelayMsMax: dice.logBetween(10, 10_000),
        ordered: dice.chance(0.3),
      };
      return { type: "weather", traits: storm, forMs };
    }
  }
}

function drawDiskFault(type: FaultType, drawing: Drawing): Mishap | undefined {
  const { dice, frail, configuration } = drawing;
  const forMs = drawLasting(drawing);
  const anyNode = dice.pick(configuration.nodes);
  const node = frail.length > 0 ? dice.pick(frail) : undefined;
  switch (type) {
    case "disk-slow":
      return { type, node: anyNode, factor: Math.round(dice.logBetween(2, 100)), forMs };
    case "disk-hang":
      return node === undefined ? undefined : { type, node, forMs };
    case "disk-full":
      return node === undefined ? undefined : { type, node, forMs };
    default:
      return node === undefined
        ? undefined
        : { type: "disk-error", node, operation: dice.pick(FALLIBLE), count: dice.integer(1, 2) };
  }
}

function drawProcessFault(type: FaultType, drawing: Drawing): Mishap | undefined {
  const { dice, configuration, frail } = drawing;
  const { nodes } = configuration;
  const downMs = Math.round(dice.logBetween(1, drawing.longestMs));
  const node = dice.pick(nodes);
  switch (type) {
    case "close":
    case "kill":
      return { type, node, downMs };
    case "crash-at":
      return { type, node, calls: Math.round(dice.logBetween(1, 300)), power: dice.chance(0.7), downMs };
    case "pause":
      return { type, node, forMs: downMs };
    case "bit-rot":
      return frail[0] === undefined ? undefined : { type, node: frail[0] };
    default: {
      const count = dice.chance(0.2) ? nodes.length : dice.chance(0.3) ? dice.integer(1, nodes.length) : 1;
      return { type: "power-loss", nodes: dice.sample(nodes, count), downMs };
    }
  }
}

function drawFault(type: FaultType, drawing: Drawing): Mishap | undefined {
  if (networkFaults.includes(type)) return drawNetworkFault(type, drawing);
  if (diskFaults.includes(type)) return drawDiskFault(type, drawing);
  return drawProcessFault(type, drawing);
}

/** Everything that will go wrong, in the order of its time. */
export function drawFaults(
  streams: Streams,
  configuration: Configuration,
  types: readonly FaultType[],
): readonly Fault[] {
  const { nodes, durationMs } = configuration;
  const minority = Math.floor((nodes.length - 1) / 2);
  const frail = streams("topology", "frail").sample(nodes, minority);
  const faults: Fault[] = [];
  for (const type of types) {
    const dice = streams("faults", type);
    const drawing: Drawing = { dice, configuration, frail, longestMs: Math.min(3000, durationMs / 2) };
    const everyMs = dice.logBetween(EVERY_MS.min, EVERY_MS.max);
    for (let atMs = dice.exponential(everyMs); atMs < durationMs; atMs += dice.exponential(everyMs)) {
      const mishap = drawFault(type, drawing);
      if (mishap !== undefined) faults.push({ ...mishap, atMs: Math.round(atMs) });
    }
  }
  return faults.toSorted((a, b) => a.atMs - b.atMs);
}
