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
import { count, faultIn, flag, memberSchema, natural, positive, text } from "./schema.ts";

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
  /** What one message carries of a snapshot, at most: less where the link takes long for it. */
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

const MEMBERS = "must be a list of at least one { id, address }";
const DRIFT = "must be a number from 0 to 0.5";

const membersSchema = z.optional(z.array(memberSchema, MEMBERS).check(z.minLength(1, MEMBERS)));

/** Everything that is a plain value. Rules between fields stand below, where they can name both. */
const plainSchema = z
  .strictObject({
    id: text,
    members: membersSchema,
    join: z.optional(z.literal(true, "must be true")),
    electionTimeoutMinMs: z._default(positive, raftDefaults.electionTimeoutMinMs),
    electionTimeoutMaxMs: z._default(positive, raftDefaults.electionTimeoutMaxMs),
    heartbeatIntervalMs: z._default(positive, raftDefaults.heartbeatIntervalMs),
    preVote: z._default(flag, raftDefaults.preVote),
    checkQuorum: z._default(flag, raftDefaults.checkQuorum),
    priority: z._default(natural, raftDefaults.priority),
    leaseDriftMax: z.optional(z.number(DRIFT).check(z.minimum(0, DRIFT), z.maximum(0.5, DRIFT))),
    catchUpTimeoutMs: z._default(positive, raftDefaults.catchUpTimeoutMs),
    appendBytesMax: z._default(count, raftDefaults.appendBytesMax),
    inflightMessagesMax: z._default(count, raftDefaults.inflightMessagesMax),
    inflightBytesMax: z._default(count, raftDefaults.inflightBytesMax),
    uncommittedBytesMax: z._default(count, raftDefaults.uncommittedBytesMax),
    applyBytesMax: z._default(count, raftDefaults.applyBytesMax),
    tailBytesMax: z._default(natural, raftDefaults.tailBytesMax),
    trailingEntries: z._default(natural, raftDefaults.trailingEntries),
    catchUpEntriesMax: z._default(natural, raftDefaults.catchUpEntriesMax),
    snapshotChunkBytes: z._default(count, 256 * KIB),
    commandBytesMax: z._default(count, 4 * MIB),
    inboxBytesMax: z._default(count, 64 * MIB),
    proposalsMax: z._default(count, 500_000),
    readsMax: z._default(count, 100_000),
  })
  .check(
    z.refine((o) => o.electionTimeoutMaxMs > o.electionTimeoutMinMs, {
      path: ["electionTimeoutMaxMs"],
      error: "must be above electionTimeoutMinMs: equal timeouts split votes for ever",
    }),
    z.refine((o) => o.electionTimeoutMinMs >= 2 * o.heartbeatIntervalMs, {
      path: ["electionTimeoutMinMs"],
      error: "must be at least twice heartbeatIntervalMs: one lost heartbeat is no death",
    }),
    z.refine((o) => o.commandBytesMax <= o.uncommittedBytesMax, {
      path: ["commandBytesMax"],
      error: "must be at most uncommittedBytesMax: else the longest commands are always OVERLOADED",
    }),
    z.refine((o) => o.leaseDriftMax === undefined || o.checkQuorum, {
      path: ["leaseDriftMax"],
      error: "needs checkQuorum: without it followers are not loyal to a leader that they hear",
    }),
    z.refine((o) => o.members === undefined || o.join === undefined, {
      path: ["join"],
      error: "cannot stand beside members: a node begins a cluster or joins one",
    }),
    z.refine((o) => o.members === undefined || o.members.some((member) => member.id === o.id), {
      path: ["members"],
      error: "must name this node, too",
    }),
    z.refine((o) => o.members === undefined || new Set(o.members.map(({ id }) => id)).size === o.members.length, {
      path: ["members"],
      error: "must name no node twice",
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
  if (error !== undefined) throw faultIn([], error.issues);
  const { members, join, snapshotChunkBytes, commandBytesMax, inboxBytesMax, proposalsMax, readsMax, ...core } = data;
  const limits = { snapshotChunkBytes, commandBytesMax, inboxBytesMax, proposalsMax, readsMax };
  return { core: { ...core, random }, members, join, ...ports, clock, logger, snapshotPolicy, ...limits };
}
