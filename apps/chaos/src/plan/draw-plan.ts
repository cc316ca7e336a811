import { formatSeed, streamsOf } from "@quorate/virtual-time";
import type { Dice } from "@quorate/virtual-time";
import { LEADER } from "./fault.ts";
import type { DiskCall, Fault, Kind, Mishap, Target } from "./fault.ts";
import { nodeIds } from "./plan.ts";
import type { Plan } from "./plan.ts";

/** How often a fault of each kind comes about in a cluster of five, on average; at least once in every run. */
const everyMs: Readonly<Record<Kind, number>> = {
  kill: 6000,
  pause: 8000,
  partition: 9000,
  oneway: 11_000,
  slow: 12_000,
  lossy: 14_000,
  halfopen: 14_000,
  diskfull: 14_000,
  slowdisk: 14_000,
  fsync: 11_000,
  members: 9000,
};

/** A smaller cluster gets fewer, or it would hardly ever have a majority. */
const nodesUsual = 5;

/** The last fault begins early enough to last for a while. */
const quietEndMs = 1000;

/** The cluster has to agree on it, while everything else goes wrong as well. */
const agreementMs = 8000;

/** One tracer at a time can follow a process: faults that need one keep so far apart on a single node, if there is room. */
const tracedApartMs = 1500;
const tracerEndsMs = 300;

const leaderShare = 0.65;

export interface PlanChoices {
  readonly seed: bigint;
  readonly nodes: number;
  readonly seconds: number;
  readonly kinds: readonly Kind[];
  /** By default drawn as well. */
  readonly isSecure?: boolean | undefined;
}

interface Drawing {
  readonly dice: Dice;
  readonly ids: readonly string[];
  readonly smallDisks: readonly string[];
}

/** The same choices give the same plan. A kind's times and shapes do not depend on which other kinds there are, but those of faults that a single node can only have one after the other. */
export function drawPlan({ seed, nodes, seconds, kinds, ...choices }: PlanChoices): Plan {
  const streams = streamsOf(seed);
  const isSecure = choices.isSecure ?? streams("secure").chance(0.5);
  const ids = nodeIds(nodes);
  const hasSmallDisks = kinds.includes("diskfull");
  const smallDisks = hasSmallDisks
    ? streams("disks")
        .sample(ids, Math.ceil(nodes / 2))
        .toSorted()
    : [];
  const faults = kinds.flatMap((kind) => drawKind(kind, { dice: streams("faults", kind), ids, smallDisks }, seconds));
  const possible = nodes > 1 ? faults : tracedApart(faults, spanMsOf(seconds));
  const inOrder = possible.toSorted((a, b) => a.atMs - b.atMs);
  return { version: 1, seed: formatSeed(seed), nodes, seconds, kinds, smallDisks, isSecure, faults: inOrder };
}

function spanMsOf(seconds: number, endMs = quietEndMs): number {
  return Math.max(seconds * 1000 - endMs, seconds * 500);
}

/** Where there are more nodes, such a fault goes to one that nothing traces at that time. */
function tracedApart(faults: readonly Fault[], spanMs: number): readonly Fault[] {
  const isTraced = ({ type }: Fault): boolean => type === "slowdisk" || type === "fsync";
  const traced = faults.filter(isTraced).toSorted((a, b) => a.atMs - b.atMs);
  const roomMs = Math.min(tracedApartMs, Math.floor(spanMs / traced.length));
  let earliestMs = 0;
  const startsMs = traced.map(({ atMs }, i) => {
    const latestMs = spanMs - (traced.length - 1 - i) * roomMs;
    const startMs = Math.min(Math.max(atMs, earliestMs), latestMs);
    earliestMs = startMs + roomMs;
    return startMs;
  });
  const moved = traced.map((fault, i): Fault => {
    const [atMs = fault.atMs, nextMs = Infinity] = startsMs.slice(i, i + 2);
    return { ...fault, atMs, forMs: Math.min(fault.forMs, nextMs - atMs - tracerEndsMs) };
  });
  return [...faults.filter((fault) => !isTraced(fault)), ...moved];
}

/** One in each of as many equal slots as it takes, so that no kind is left out by chance. */
function drawKind(kind: Kind, drawing: Drawing, seconds: number): readonly Fault[] {
  const spanMs = spanMsOf(seconds, kind === "members" ? agreementMs : quietEndMs);
  const everyMsHere = everyMs[kind] * Math.max(1, nodesUsual / drawing.ids.length);
  const count = Math.max(1, Math.round(spanMs / everyMsHere));
  const slotMs = spanMs / count;
  return Array.from({ length: count }, (_, slot) => {
    const atMs = Math.round((slot + drawing.dice.next()) * slotMs);
    return { ...drawMishap(kind, drawing), atMs };
  });
}

function drawMishap(kind: Kind, drawing: Drawing): Mishap {
  const { dice, ids, smallDisks } = drawing;
  switch (kind) {
    case "kill":
      return { type: kind, targets: drawSome(drawing, ids.length), forMs: lasting(dice, 100, 3000) };
    case "pause":
      return { type: kind, targets: drawSome(drawing, ids.length), forMs: lasting(dice, 100, 6000) };
    case "partition":
      return { type: kind, targets: drawSome(drawing, ids.length - 1), forMs: lasting(dice, 300, 6000) };
    case "oneway": {
      const direction = dice.chance(0.5) ? "out" : "in";
      return { type: kind, direction, targets: drawSome(drawing, ids.length - 1), forMs: lasting(dice, 300, 6000) };
    }
    case "slow": {
      const delayMs = lasting(dice, 5, 400);
      const slowness = { delayMs, jitterMs: lasting(dice, 1, delayMs), bytesPerSecond: lasting(dice, 2e4, 2e6) };
      return { type: kind, targets: drawSome(drawing, ids.length), slowness, forMs: lasting(dice, 1000, 6000) };
    }
    case "lossy": {
      const lossiness = { stallRate: rate(dice, 0.02, 0.3), stallMs: 200, breakRate: rate(dice, 0.001, 0.02) };
      return { type: kind, targets: drawSome(drawing, ids.length), lossiness, forMs: lasting(dice, 1000, 6000) };
    }
    case "halfopen":
      return { type: kind, targets: drawSome(drawing, ids.length), forMs: lasting(dice, 500, 5000) };
    case "diskfull":
      return { type: kind, targets: [drawTarget(drawing, smallDisks)], forMs: lasting(dice, 500, 5000) };
    case "slowdisk": {
      const delayMs = lasting(dice, 20, 2000);
      return { type: kind, targets: [drawTarget(drawing, ids)], delayMs, forMs: lasting(dice, 1000, 5000) };
    }
    case "fsync": {
      const call = dice.pick<DiskCall>(["fdatasync", "fdatasync", "write", "fsync"]);
      return { type: kind, targets: [drawTarget(drawing, ids)], call, nth: dice.integer(1, 2), forMs: 3000 };
    }
    case "members": {
      const change = dice.chance(0.5) ? "demote" : "remove";
      return { type: kind, targets: [drawTarget(drawing, ids)], change, forMs: lasting(dice, 500, 5000) };
    }
  }
}

/** Mostly one node, and in half of these cases whoever leads; now and then up to `most` of them. */
function drawSome(drawing: Drawing, most: number): readonly Target[] {
  const { dice, ids } = drawing;
  if (dice.chance(0.8) || most < 2) return [drawTarget(drawing, ids)];
  const [first = "", ...others] = dice.sample(ids, dice.integer(2, most));
  return [
    dice.chance(leaderShare) ? { node: first, preferred: LEADER } : { node: first },
    ...others.map((node) => ({ node })),
  ];
}

function drawTarget({ dice }: Drawing, among: readonly string[]): Target {
  const node = dice.pick(among);
  return dice.chance(leaderShare) ? { node, preferred: LEADER } : { node };
}

function lasting(dice: Dice, minMs: number, maxMs: number): number {
  return Math.round(dice.logBetween(minMs, maxMs));
}

function rate(dice: Dice, min: number, max: number): number {
  return Number(dice.logBetween(min, max).toFixed(4));
}
