import type { NodeId } from "@quorate/raft-core";
import type { Dice, Streams } from "@quorate/virtual-time";
import type { FallibleOperation } from "../disk/disk.ts";
import type { Configuration } from "./configuration.ts";
import { type Fault, type FaultType, LEADER, type Mishap, type Target, diskFaults, networkFaults } from "./fault.ts";

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

/** Of partitions, where there are leases: one that is too long shows with few leaders only. */
const RIVALRY_EVERY_MS = 1000;

interface Drawing {
  readonly dice: Dice;
  readonly configuration: Configuration;
  /** The node whose durable data may rot. */
  readonly rotting: NodeId;
  /** The longest that a fault lasts. */
  readonly longestMs: number;
}

function drawLasting({ dice, longestMs }: Drawing): number {
  return Math.round(dice.logBetween(5, longestMs));
}

/** One node of all, and every third time whoever leads. */
function drawTarget({ dice, configuration }: Drawing): Target {
  const node = dice.pick(configuration.nodes);
  return dice.chance(1 / 3) ? LEADER : node;
}

/** Mostly short; now and then long enough to cost a leader its lead (P19). */
function drawHang(drawing: Drawing): number {
  const { dice, configuration } = drawing;
  const forMs = drawLasting(drawing);
  return dice.chance(0.25) ? Math.round(dice.between(10, 20) * configuration.node.raft.electionTimeoutMaxMs) : forMs;
}

function drawPair({ dice, configuration }: Drawing): readonly [NodeId, NodeId] {
  const [from, to] = dice.sample(configuration.nodes, 2);
  return [from ?? "", to ?? from ?? ""];
}

/** Some nodes but not all, or the leader alone. */
function drawSide({ dice, configuration }: Drawing): readonly Target[] {
  const { nodes } = configuration;
  const side = dice.sample(nodes, dice.integer(1, nodes.length - 1));
  return dice.chance(0.2) ? [LEADER] : side;
}

/** Where there are leases: the leader alone, for as long as it takes the others to elect one of them, or a little longer. */
function drawPartition({ dice, configuration }: Drawing): Mishap | undefined {
  const { electionTimeoutMaxMs, leaseDriftMax } = configuration.node.raft;
  if (leaseDriftMax === undefined || !dice.chance(0.7)) return undefined;
  return { type: "partition", side: [LEADER], forMs: Math.round(dice.between(1, 4) * electionTimeoutMaxMs) };
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
      return drawPartition(drawing) ?? { type, side: drawSide(drawing), forMs };
    case "one-way-partition":
      return { type, side: drawSide(drawing), forMs };
    case "partial-partition": {
      const [bridge = "", ...rest] = dice.sample(nodes, nodes.length);
      return rest.length < 2 ? undefined : { type, bridge, side: rest.slice(dice.integer(1, rest.length - 1)), forMs };
    }
    case "flap":
      return {
        type,
        node: drawTarget(drawing),
        periodMs: Math.round(dice.logBetween(20, 500)),
        times: dice.integer(2, 8),
      };
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

function drawDiskFault(type: FaultType, drawing: Drawing): Mishap {
  const { dice } = drawing;
  const node = drawTarget(drawing);
  switch (type) {
    case "disk-slow":
      return { type, node, factor: Math.round(dice.logBetween(2, 100)), forMs: drawLasting(drawing) };
    case "disk-hang":
      return { type, node, forMs: drawHang(drawing) };
    case "disk-full":
      return { type, node, forMs: drawLasting(drawing) };
    default:
      return { type: "disk-error", node, operation: dice.pick(FALLIBLE), count: dice.integer(1, 2) };
  }
}

function drawProcessFault(type: FaultType, drawing: Drawing): Mishap {
  const { dice, configuration, rotting } = drawing;
  const { nodes } = configuration;
  const downMs = Math.round(dice.logBetween(1, drawing.longestMs));
  const node = drawTarget(drawing);
  switch (type) {
    case "close":
    case "kill":
      return { type, node, downMs };
    case "crash-at":
      return { type, node, calls: Math.round(dice.logBetween(1, 300)), power: dice.chance(0.7), downMs };
    case "tear":
      return { type, node, batches: dice.integer(1, 3), entriesMin: dice.integer(2, 3), downMs };
    case "pause":
      return { type, node, forMs: downMs };
    case "bit-rot":
      return { type, node: rotting };
    default: {
      const count = dice.chance(0.2) ? nodes.length : dice.chance(0.3) ? dice.integer(1, nodes.length) : 1;
      return { type: "power-loss", nodes: count === 1 ? [node] : dice.sample(nodes, count), downMs };
    }
  }
}

function drawFault(type: FaultType, drawing: Drawing): Mishap | undefined {
  if (networkFaults.includes(type)) return drawNetworkFault(type, drawing);
  if (diskFaults.includes(type)) return drawDiskFault(type, drawing);
  return drawProcessFault(type, drawing);
}

/** On average. */
function drawEveryMs(type: FaultType, { dice, configuration }: Drawing): number {
  const everyMs = dice.logBetween(EVERY_MS.min, EVERY_MS.max);
  const isRivalry = type === "partition" && configuration.node.raft.leaseDriftMax !== undefined;
  return isRivalry ? Math.min(everyMs, RIVALRY_EVERY_MS) : everyMs;
}

/** Everything that will go wrong, in the order of its time. */
export function drawFaults(
  streams: Streams,
  configuration: Configuration,
  types: readonly FaultType[],
): readonly Fault[] {
  const { nodes, durationMs } = configuration;
  const rotting = streams("topology", "rotting").pick(nodes);
  const faults: Fault[] = [];
  for (const type of types) {
    const dice = streams("faults", type);
    const drawing: Drawing = { dice, configuration, rotting, longestMs: Math.min(3000, durationMs / 2) };
    const everyMs = drawEveryMs(type, drawing);
    for (let atMs = dice.exponential(everyMs); atMs < durationMs; atMs += dice.exponential(everyMs)) {
      const mishap = drawFault(type, drawing);
      if (mishap !== undefined) faults.push({ ...mishap, atMs: Math.round(atMs) });
    }
  }
  return faults.toSorted((a, b) => a.atMs - b.atMs);
}
