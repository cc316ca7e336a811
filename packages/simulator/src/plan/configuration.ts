import type { NodeId, RaftOptions } from "@quorate/raft-core";
import type { CrashModel } from "../disk/crash-model.ts";
import type { DiskTraits } from "../disk/operation-runner.ts";
import type { ClockTraits } from "../engine/clock.ts";
import type { LinkTraits } from "../network/link.ts";

/** Settings of the nodes under test, all small, so that everything that is rare in production happens all the time. */
export interface NodeTraits {
  readonly raft: Required<Omit<RaftOptions, "id" | "random" | "priority" | "leaseDriftMax">> &
    Pick<RaftOptions, "leaseDriftMax">;
  readonly segmentBytes: number;
  readonly snapshotEntries: number;
  readonly snapshotChunkBytes: number;
}

export interface Workload {
  readonly clients: number;
  readonly keys: number;
  /** Between an answer and the client's next call, on average. */
  readonly thinkMs: number;
  /** Where it is above 0, clients ask only at such times: all of them at once. */
  readonly beatMs?: number;
  readonly valueBytes: number;
  /** A client gives up on an answer after this. */
  readonly patienceMs: number;
  /** Between a client and a node, on average, in each direction. */
  readonly distanceMs: number;
}

export interface FarLink {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly factor: number;
}

/** What a node of a mixed cluster does in its own way (P14). */
export type Habits = Pick<NodeTraits["raft"], "preVote" | "checkQuorum">;

/** A cluster and its surroundings. With the faults it is everything that a run depends on, besides the seed. */
export interface Configuration {
  /** Those that the cluster begins with, as voters. */
  readonly nodes: readonly NodeId[];
  /** Those that start with nothing, and wait to be added. */
  readonly spares: readonly NodeId[];
  /** Of virtual time, before the faults stop. */
  readonly durationMs: number;
  readonly node: NodeTraits;
  /** The nodes that are told something else. */
  readonly habits?: Readonly<Record<NodeId, Habits>>;
  readonly workload: Workload;
  readonly link: LinkTraits;
  /** The delays of single links, as multiples of the others'. */
  readonly farLinks?: readonly FarLink[];
  readonly disk: DiskTraits;
  readonly crashModel: CrashModel;
  /** One for each node, and then for each spare one. */
  readonly clocks: readonly ClockTraits[];
  /** The same: how much each is to lead (see `RaftOptions.priority`). */
  readonly priorities: readonly number[];
}

/** Every machine there is: nodes, then spares. */
export function machinesOf({ nodes, spares }: Configuration): readonly NodeId[] {
  return [...nodes, ...spares];
}
