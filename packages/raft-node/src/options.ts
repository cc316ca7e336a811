import {
  type Clock,
  type Logger,
  type Member,
  type NodeId,
  type RaftOptions,
  type Random,
  type SnapshotPolicy,
  type SnapshotStore,
  type StateMachine,
  type Storage,
  type Transport,
  raftDefaults,
  silentLogger,
} from "@quorate/raft-core";
import { z } from "zod";
import { systemClock } from "./clock.ts";
import { systemRandom } from "./random.ts";

/** What a node is opened with. The ports belong to the node from here on, also if opening it fails. */
export interface RaftNodeOptions<Result, Query, Answer> extends Omit<RaftOptions, "id" | "random"> {
  /** This node's name in the cluster, unique and never used again for another node. */
  readonly id: NodeId;
  /**
   * The voters that the cluster begins with, this node among them; the same on each of them. Needed where nothing is
   * stored yet, ignored ever after: from then on the log says who belongs to the cluster.
   */
  readonly members?: readonly Member[] | undefined;
  /**
   * In place of `members`, where nothing is stored yet: this node waits to be added to a running cluster, by
   * `changeMembers` there. It hears whoever leads, and has no vote before it is sent the log. Ignored ever after.
   */
  readonly join?: true | undefined;
  readonly storage: Storage;
  readonly transport: Transport;
  readonly snapshots: SnapshotStore;
  readonly stateMachine: StateMachine<Result, Query, Answer>;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly logger?: Logger;
  /** By default at 10,000 entries or 64 MiB since the last snapshot. */
  readonly snapshotPolicy?: SnapshotPolicy;
  /** What one message carries of a snapshot. */
  readonly snapshotChunkBytes?: number;
  /** The longest command that `propose` takes. */
  readonly commandBytesMax?: number;
  /** What may arrive in one turn of the event loop: beyond it messages are dropped and proposals are `OVERLOADED`. */
  readonly inboxBytesMax?: number;
  /** Proposals that may wait at a time, for a majority or for the state machine; beyond it they are `OVERLOADED`. */
  readonly proposalsMax?: number;
  /** Reads that may wait at a time; beyond it they are `OVERLOADED`. */
  readonly readsMax?: number;
}

/** The options, checked, with every default filled in. */
export interface NodeSettings<Result, Query, Answer> {
  readonly core: RaftOptions;
  readonly members: readonly Member[] | undefined;
  readonly join: true | undefined;
  readonly storage: Storage;
  readonly transport: Transport;
  readonly snapshots: SnapshotStore;
  readonly stateMachine: StateMachine<Result, Query, Answer>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly snapshotPolicy: SnapshotPolicy;
  readonly snapshotChunkBytes: number;
  readonly commandBytesMax: number;
  readonly inboxBytesMax: number;
  readonly proposalsMax: number;
  readonly readsMax: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const SNAPSHOT_ENTRIES = 10_000;
const SNAPSHOT_BYTES = 64 * MIB;

const PORTS = {
  storage: ["load", "append", "read", "compact", "reset", "close"],
  transport: ["start", "setMembers", "send", "close"],
  snapshots: ["latest", "save", "read", "readChunk", "receive", "close"],
  stateMachine: ["apply", "read", "snapshot", "restore"],
} as const;

const durationMs = z.number().positive();
const bytes = z.number().int().positive();
const count = z.number().int().positive();

const memberSchema = z.strictObject({ id: z.string().min(1), address: z.string() });

/** Everything that is a plain value. Rules between fields stand below, where they can name both. */
const plainSchema = z
  .strictObject({
    id: z.string().min(1),
    members: z.array(memberSchema).min(1).optional(),
    join: z.literal(true).optional(),
    electionTimeoutMinMs: durationMs.default(raftDefaults.electionTimeoutMinMs),
    electionTimeoutMaxMs: durationMs.default(raftDefaults.electionTimeoutMaxMs),
    heartbeatIntervalMs: durationMs.default(raftDefaults.heartbeatIntervalMs),
    preVote: z.boolean().default(raftDefaults.preVote),
    checkQuorum: z.boolean().default(raftDefaults.checkQuorum),
    priority: z.number().int().nonnegative().default(raftDefaults.priority),
    leaseDriftMax: z.number().min(0).max(0.5).optional(),
    catchUpTimeoutMs: durationMs.default(raftDefaults.catchUpTimeoutMs),
    appendBytesMax: bytes.default(raftDefaults.appendBytesMax),
    inflightMessagesMax: count.default(raftDefaults.inflightMessagesMax),
    inflightBytesMax: bytes.default(raftDefaults.inflightBytesMax),
    uncommittedBytesMax: bytes.default(raftDefaults.uncommittedBytesMax),
    applyBytesMax: bytes.default(raftDefaults.applyBytesMax),
    tailBytesMax: z.number().int().nonnegative().default(raftDefaults.tailBytesMax),
    trailingEntries: z.number().int().nonnegative().default(raftDefaults.trailingEntries),
    catchUpEntriesMax: z.number().int().nonnegative().default(raftDefaults.catchUpEntriesMax),
    snapshotChunkBytes: bytes.default(256 * KIB),
    commandBytesMax: bytes.default(4 * MIB),
    inboxBytesMax: bytes.default(64 * MIB),
    proposalsMax: count.default(500_000),
    readsMax: count.default(100_000),
  })
  .refine((o) => o.electionTimeoutMaxMs > o.electionTimeoutMinMs, {
    path: ["electionTimeoutMaxMs"],
    message: "must be above electionTimeoutMinMs: equal timeouts split votes for ever",
  })
  .refine((o) => o.electionTimeoutMinMs >= 2 * o.heartbeatIntervalMs, {
    path: ["electionTimeoutMinMs"],
    message: "must be at least twice heartbeatIntervalMs: one lost heartbeat is no death",
  })
  .refine((o) => o.commandBytesMax <= o.uncommittedBytesMax, {
    path: ["commandBytesMax"],
    message: "must be at most uncommittedBytesMax: else the longest commands are always OVERLOADED",
  })
  .refine((o) => o.leaseDriftMax === undefined || o.checkQuorum, {
    path: ["leaseDriftMax"],
    message: "needs checkQuorum: without it followers are not loyal to a leader that they hear",
  })
  .refine((o) => o.members === undefined || o.join === undefined, {
    path: ["join"],
    message: "cannot stand beside members: a node begins a cluster or joins one",
  })
  .refine((o) => o.members === undefined || o.members.some((member) => member.id === o.id), {
    path: ["members"],
    message: "must name this node, too",
  })
  .refine((o) => o.members === undefined || new Set(o.members.map(({ id }) => id)).size === o.members.length, {
    path: ["members"],
    message: "must name no node twice",
  });

function checkPort(name: keyof typeof PORTS, port: unknown): void {
  if (typeof port !== "object" || port === null) throw new TypeError(`${name} is missing: give the node one`);
  for (const method of PORTS[name]) {
    if (typeof Reflect.get(port, method) !== "function") throw new TypeError(`${name} has no method ${method}`);
  }
}

const everySoOften: SnapshotPolicy = (since) => since.entries >= SNAPSHOT_ENTRIES || since.bytes >= SNAPSHOT_BYTES;

/** Throws a TypeError that names the option at fault and the rule. */
export function settingsOf<Result, Query, Answer>(
  options: RaftNodeOptions<Result, Query, Answer>,
): NodeSettings<Result, Query, Answer> {
  const {
    storage,
    transport,
    snapshots,
    stateMachine,
    clock = systemClock,
    random = systemRandom,
    logger = silentLogger,
    snapshotPolicy = everySoOften,
    ...plain
  } = options;
  const ports = { storage, transport, snapshots, stateMachine };
  for (const name of ["storage", "transport", "snapshots", "stateMachine"] as const) checkPort(name, ports[name]);
  const { data, error } = plainSchema.safeParse(plain);
  if (error !== undefined) {
    const { path, message } = error.issues[0] ?? { path: [], message: "is not valid" };
    throw new TypeError(`${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`);
  }
  const { members, join, snapshotChunkBytes, commandBytesMax, inboxBytesMax, proposalsMax, readsMax, ...core } = data;
  const limits = { snapshotChunkBytes, commandBytesMax, inboxBytesMax, proposalsMax, readsMax };
  return { core: { ...core, random }, members, join, ...ports, clock, logger, snapshotPolicy, ...limits };
}
