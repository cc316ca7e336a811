import type { Member, NodeId } from "@quorate/raft-core";
import { RaftNode, type RaftNodeOptions } from "@quorate/raft-node";
import { FileSnapshotStore, snapshotEvery } from "@quorate/snapshot";
import { type KvAnswer, type KvQuery, type KvResult, KvStateMachine } from "@quorate/statemachine-kv";
import { FileStorage } from "@quorate/storage-file";
import type { Disk } from "../disk/disk.ts";
import type { OperationObserver } from "../disk/operation-runner.ts";
import { SimulatedFileSystem } from "../disk/simulated-file-system.ts";
import { SimulatedClock } from "../engine/clock.ts";
import { machinesOf } from "../plan/configuration.ts";
import type { Incarnation } from "./incarnation.ts";
import type { NodeObserver } from "./node-observer.ts";
import { type KvMachine, ObservedMachine } from "./observed-machine.ts";
import { ObservedSnapshots } from "./observed-snapshots.ts";
import { ObservedStorage } from "./observed-storage.ts";
import { ObservedTransport } from "./observed-transport.ts";
import { nodeTraitsOf } from "../plan/traits-of.ts";
import type { World } from "./world.ts";

export type Node = RaftNode<KvResult, KvQuery, KvAnswer>;

export interface OpenOptions {
  readonly world: World;
  readonly id: NodeId;
  readonly number: number;
  readonly disk: Disk;
  readonly incarnation: Incarnation;
  readonly observer: NodeObserver;
  readonly observeDisk: OperationObserver;
  /** It has something on its disk, or had, and lost it. */
  readonly hasBegun: boolean;
}

export interface Opened {
  readonly node: Node;
  readonly machine: ObservedMachine;
}

export const LOG_DIRECTORY = "/data/log";
export const SNAPSHOT_DIRECTORY = "/data/snapshots";

const CLUSTER = "simulated";

function portsOf(options: OpenOptions): { clock: SimulatedClock; fileSystem: SimulatedFileSystem } {
  const { world, id, number, disk, incarnation, observeDisk } = options;
  const { configuration, scheduler, streams } = world;
  const life = String(incarnation.number);
  const traits = configuration.clocks[number - 1];
  if (traits === undefined) throw new TypeError(`the configuration has no clock for ${id}`);
  return {
    clock: new SimulatedClock(scheduler, incarnation, traits, streams("clock", id, life)),
    fileSystem: new SimulatedFileSystem({
      disk,
      incarnation,
      traits: configuration.disk,
      dice: streams("disk", id, life),
      nowMs: () => scheduler.nowMs,
      observe: observeDisk,
    }),
  };
}

function memberAt(id: NodeId): Member {
  return { id, address: `${id}:7000` };
}

/** Whoever is there from the beginning, and has nothing yet, begins the cluster; everybody else waits to be added. */
function originOf({
  world,
  id,
  number,
  hasBegun,
}: OpenOptions): Pick<RaftNodeOptions<KvResult, KvQuery, KvAnswer>, "join" | "members"> {
  const { nodes } = world.configuration;
  const others = machinesOf(world.configuration).filter((each) => each !== id);
  // One that has lost its disk may be told to found the cluster once more: that must do no harm.
  const isFounder = nodes.includes(id) && (!hasBegun || others.length === 0 || number % 2 === 0);
  return isFounder ? { members: nodes.map(memberAt) } : { join: true };
}

/** Opens a production node, as an application would, on simulated ports. */
export async function openNode(options: OpenOptions): Promise<Opened> {
  const { world, id, number, incarnation, observer } = options;
  const { configuration, hooks, network, streams } = world;
  const traits = hooks.traits?.(nodeTraitsOf(configuration, id), id) ?? nodeTraitsOf(configuration, id);
  const { raft, segmentBytes, snapshotEntries, snapshotChunkBytes } = traits;
  const { clock, fileSystem: disk } = portsOf(options);
  const fileSystem = hooks.fileSystem?.(disk, id) ?? disk;
  const { logger } = observer;
  const identity = { clusterId: CLUSTER, nodeId: id };
  const storage = await FileStorage.open({ directory: LOG_DIRECTORY, fileSystem, identity, logger, segmentBytes });
  const snapshots = await FileSnapshotStore.open({ directory: SNAPSHOT_DIRECTORY, fileSystem, logger });
  const transport = network.transport(id, incarnation);
  const bare: KvMachine = new KvStateMachine();
  const machine = new ObservedMachine(hooks.stateMachine?.(bare, id) ?? bare, observer);
  const node = await RaftNode.open({
    ...raft,
    priority: configuration.priorities[number - 1] ?? 1,
    id,
    ...originOf(options),
    storage: new ObservedStorage(hooks.storage?.(storage, id) ?? storage, observer),
    transport: new ObservedTransport(hooks.transport?.(transport, id) ?? transport, observer),
    snapshots: new ObservedSnapshots(snapshots, observer),
    stateMachine: machine,
    clock,
    random: streams("node", id, String(incarnation.number)),
    logger,
    snapshotPolicy: snapshotEvery({ entries: snapshotEntries }),
    snapshotChunkBytes,
    commandBytesMax: 8192,
  });
  return { node, machine };
}
