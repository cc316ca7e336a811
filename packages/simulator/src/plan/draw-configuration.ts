import { type NodeId, raftDefaults } from "@quorate/raft-core";
import type { Dice, Streams } from "@quorate/virtual-time";
import { crashModels } from "../disk/crash-model.ts";
import type { ClockTraits } from "../engine/clock.ts";
import type { LinkTraits } from "../network/link.ts";
import type { Configuration, NodeTraits, Workload } from "./configuration.ts";
import type { Features } from "./features.ts";
import type { Profile } from "./profile.ts";

export interface ConfigurationChoices {
  readonly nodes?: number | undefined;
  readonly clients?: number | undefined;
  readonly durationMs?: number | undefined;
}

/** Mostly three or five; the extremes now and then. */
const NODE_COUNTS = [1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 7];

/** How far off a clock's rate may be where nothing rests on it. */
const DRIFT_MAX = 0.05;

/** Delays beyond this come near the shortest election timeouts: no leader would stay. */
const DELAY_MS_MAX = 8;

const { priority: _priority, leaseDriftMax: _leaseDriftMax, ...defaults } = raftDefaults;

function drawNode(dice: Dice, { catchUpTimeoutMs, leaseDriftMax }: Features): NodeTraits {
  const heartbeatIntervalMs = dice.integer(20, 60);
  const electionTimeoutMinMs = heartbeatIntervalMs * dice.integer(2, 5);
  const raft = {
    ...defaults,
    catchUpTimeoutMs,
    heartbeatIntervalMs,
    electionTimeoutMinMs,
    electionTimeoutMaxMs: electionTimeoutMinMs * dice.between(1.3, 2.5),
    preVote: dice.chance(0.8),
    checkQuorum: dice.chance(0.8),
    appendBytesMax: Math.round(dice.logBetween(200, 8192)),
    inflightMessagesMax: dice.integer(1, 16),
    inflightBytesMax: dice.integer(1, 16) * 400,
    uncommittedBytesMax: 65_536,
    applyBytesMax: dice.integer(1, 20) * 200,
    tailBytesMax: dice.integer(0, 10) * 200,
    trailingEntries: dice.chance(0.4) ? 0 : dice.integer(1, 20),
    catchUpEntriesMax: dice.integer(10, 500),
  };
  const isLeaseAllowed = raft.checkQuorum && leaseDriftMax !== undefined;
  return {
    raft: isLeaseAllowed ? { ...raft, leaseDriftMax } : raft,
    segmentBytes: Math.round(dice.logBetween(256, 65_536)),
    snapshotEntries: Math.round(dice.logBetween(1, 100)),
    snapshotChunkBytes: Math.round(dice.logBetween(64, 4096)),
  };
}

function drawWorkload(dice: Dice): Workload {
  const beatMs = dice.chance(0.5) ? dice.logBetween(10, 200) : 0;
  return {
    clients: beatMs > 0 ? dice.integer(4, 12) : dice.integer(1, 8),
    beatMs,
    keys: dice.integer(1, 6),
    thinkMs: dice.logBetween(5, 300),
    valueBytes: Math.round(dice.logBetween(16, 400)),
    patienceMs: dice.integer(300, 3000),
    distanceMs: dice.logBetween(0.1, 5),
  };
}

function drawLink(dice: Dice, profile: Profile): LinkTraits {
  const isBad = profile === "network" || (profile === "swarm" && dice.chance(0.5));
  return {
    delayMsMin: dice.between(0, 2),
    delayMsMean: dice.logBetween(0.1, isBad ? DELAY_MS_MAX : 2),
    dropRate: isBad ? dice.logBetween(0.001, 0.1) : 0,
    duplicateRate: isBad ? dice.logBetween(0.001, 0.2) : 0,
    duplicateDelayMsMax: dice.logBetween(1, 5000),
    ordered: !isBad || dice.chance(0.5),
  };
}

/** Where leases rest on the clocks, half of the bad ones are as bad as they may be. */
function drawClock(dice: Dice, profile: Profile, leaseDriftMax: number | undefined): ClockTraits {
  const isGood = profile === "calm" || dice.chance(0.5);
  const drift = leaseDriftMax ?? DRIFT_MAX;
  const drawn = dice.between(-1, 1);
  const error = leaseDriftMax !== undefined && dice.chance(0.5) ? Math.sign(drawn) : drawn;
  return {
    rate: isGood ? 1 : 1 + error * drift,
    offsetMs: dice.between(0, 1e6),
    lateMsMax: isGood ? 0 : dice.logBetween(0.1, 50),
    turnMsMax: dice.logBetween(0.01, 0.5),
  };
}

/**
 * Now and then some nodes have PreVote or CheckQuorum and others have not, as during a rollout (P14). Leases need
 * CheckQuorum everywhere.
 */
function drawHabits(dice: Dice, machines: readonly NodeId[], { raft }: NodeTraits): Configuration["habits"] {
  if (machines.length < 2 || !dice.chance(0.15)) return undefined;
  const hasLease = raft.leaseDriftMax !== undefined;
  return Object.fromEntries(
    machines.map((id) => [id, { preVote: dice.chance(0.5), checkQuorum: dice.chance(0.5) || hasLease }]),
  );
}

/** Half of the time some links are longer than others, one way or both. */
function drawFarLinks(dice: Dice, nodes: readonly NodeId[], link: LinkTraits): Configuration["farLinks"] {
  if (nodes.length < 2 || dice.chance(0.5)) return undefined;
  const farthest = Math.max(1, Math.min(5, DELAY_MS_MAX / link.delayMsMean));
  const links = nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to) => ({ from, to })));
  return links.filter(() => dice.chance(0.3)).map((each) => ({ ...each, factor: dice.logBetween(1, farthest) }));
}

export interface ConfigurationKind {
  readonly profile: Profile;
  readonly choices: ConfigurationChoices;
  readonly features: Features;
}

/** Draws a cluster; what is chosen is not drawn, and nothing else changes with it. */
export function drawConfiguration(streams: Streams, { profile, choices, features }: ConfigurationKind): Configuration {
  const topology = streams("topology");
  const drawnCount = topology.pick(NODE_COUNTS);
  const drawnDurationMs = topology.integer(3000, 8000);
  const nodes = Array.from({ length: choices.nodes ?? drawnCount }, (_, at) => `n${at + 1}`);
  const workload = drawWorkload(streams("workload"));
  const disk = streams("disk");
  const clock = streams("clock");
  const spares = Array.from({ length: features.spareCount }, (_, at) => `n${nodes.length + at + 1}`);
  const machines = [...nodes, ...spares];
  // Of one or two nodes none can be spared.
  const lowest = nodes.length > 2 ? 0 : 1;
  const node = drawNode(topology, features);
  const habits = profile === "calm" ? undefined : drawHabits(streams("topology", "habits"), machines, node);
  const link = drawLink(streams("network"), profile);
  const farLinks = profile === "calm" ? undefined : drawFarLinks(streams("network", "far"), machines, link);
  return {
    nodes,
    spares,
    durationMs: choices.durationMs ?? drawnDurationMs,
    node,
    ...(habits && { habits }),
    ...(farLinks && { farLinks }),
    workload: { ...workload, clients: choices.clients ?? workload.clients },
    link,
    disk: { operationMs: disk.logBetween(0.01, 0.5), syncMs: disk.logBetween(0.1, 10) },
    crashModel: disk.pick(crashModels),
    clocks: machines.map(() => drawClock(clock, profile, node.raft.leaseDriftMax)),
    priorities: machines.map((id) => Math.max(lowest, features.priorityOf(id))),
  };
}
