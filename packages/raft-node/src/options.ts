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
import * as z from "zod/mini";
import { systemClock } from "./clock.ts";
import { systemRandom } from "./random.ts";
import { faultIn, flag, listOf, member, nodeId } from "./schema.ts";

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
   * In place of `members`, where nothing is stored yet: members of a running cluster, which this node is to be added to
   * by `changeMembers` there. It waits until the leader sends it the log, and has no vote before. Later on, while it knows
   * no leader, it listens to these as well: one that was away while all others were replaced finds back by them.
   */
  readonly join?: readonly Member[] | undefined;
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
  readonly join: readonly Member[] | undefined;
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

const POSITIVE = "must be a number above 0";
const COUNT = "must be an integer above 0";
const NATURAL = "must be an integer from 0 up";
const DRIFT = "must be a number from 0 to 0.5";

const durationMs = z.number(POSITIVE).check(z.positive(POSITIVE));
const count = z.int(COUNT).check(z.positive(COUNT));
const bytes = count;
const natural = z.int(NATURAL).check(z.nonnegative(NATURAL));
const memberList = z.optional(listOf(member).check(z.minLength(1, "must not be empty")));

/** Everything that is a plain value. Rules between fields stand below, where they can name both. */
const plainFields = z.strictObject({
  id: nodeId,
  members: memberList,
  join: memberList,
  electionTimeoutMinMs: z._default(durationMs, raftDefaults.electionTimeoutMinMs),
  electionTimeoutMaxMs: z._default(durationMs, raftDefaults.electionTimeoutMaxMs),
  heartbeatIntervalMs: z._default(durationMs, raftDefaults.heartbeatIntervalMs),
  preVote: z._default(flag, raftDefaults.preVote),
  checkQuorum: z._default(flag, raftDefaults.checkQuorum),
  priority: z._default(natural, raftDefaults.priority),
  leaseDriftMax: z.optional(z.number(DRIFT).check(z.minimum(0, DRIFT), z.maximum(0.5, DRIFT))),
  catchUpTimeoutMs: z._default(durationMs, raftDefaults.catchUpTimeoutMs),
  appendBytesMax: z._default(bytes, raftDefaults.appendBytesMax),
  inflightMessagesMax: z._default(count, raftDefaults.inflightMessagesMax),
  inflightBytesMax: z._default(bytes, raftDefaults.inflightBytesMax),
  uncommittedBytesMax: z._default(bytes, raftDefaults.uncommittedBytesMax),
  applyBytesMax: z._default(bytes, raftDefaults.applyBytesMax),
  tailBytesMax: z._default(natural, raftDefaults.tailBytesMax),
  trailingEntries: z._default(natural, raftDefaults.trailingEntries),
  catchUpEntriesMax: z._default(natural, raftDefaults.catchUpEntriesMax),
  snapshotChunkBytes: z._default(bytes, 256 * KIB),
  commandBytesMax: z._default(bytes, 4 * MIB),
  inboxBytesMax: z._default(bytes, 64 * MIB),
  proposalsMax: z._default(count, 500_000),
  readsMax: z._default(count, 100_000),
});

type Plain = z.output<typeof plainFields>;

const plainSchema = plainFields.check(
  z.refine((o: Plain) => o.electionTimeoutMaxMs > o.electionTimeoutMinMs, {
    path: ["electionTimeoutMaxMs"],
    message: "must be above electionTimeoutMinMs: equal timeouts split votes for ever",
  }),
  z.refine((o: Plain) => o.electionTimeoutMinMs >= 2 * o.heartbeatIntervalMs, {
    path: ["electionTimeoutMinMs"],
    message: "must be at least twice heartbeatIntervalMs: one lost heartbeat is no death",
  }),
  z.refine((o: Plain) => o.commandBytesMax <= o.uncommittedBytesMax, {
    path: ["commandBytesMax"],
    message: "must be at most uncommittedBytesMax: else the longest commands are always OVERLOADED",
  }),
  z.refine((o: Plain) => o.leaseDriftMax === undefined || o.checkQuorum, {
    path: ["leaseDriftMax"],
    message: "needs checkQuorum: without it followers are not loyal to a leader that they hear",
  }),
  z.refine((o: Plain) => o.members === undefined || o.join === undefined, {
    path: ["join"],
    message: "cannot stand beside members: a node begins a cluster or joins one",
  }),
  z.refine((o: Plain) => o.members === undefined || o.members.some(({ id }) => id === o.id), {
    path: ["members"],
    message: "must name this node, too",
  }),
  z.refine((o: Plain) => o.members === undefined || new Set(o.members.map(({ id }) => id)).size === o.members.length, {
    path: ["members"],
    message: "must name no node twice",
  }),
);

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
    const { path, rule } = faultIn(error.issues);
    throw new TypeError(`${path.length > 0 ? `${path.join(".")}: ` : ""}${rule}`);
  }
  const { members, join, snapshotChunkBytes, commandBytesMax, inboxBytesMax, proposalsMax, readsMax, ...core } = data;
  const limits = { snapshotChunkBytes, commandBytesMax, inboxBytesMax, proposalsMax, readsMax };
  return { core: { ...core, random }, members, join, ...ports, clock, logger, snapshotPolicy, ...limits };
}
