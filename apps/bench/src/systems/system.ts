import type { LoadJob } from "../load/job.ts";

/** What a node says of itself. */
export interface NodeStatus {
  readonly isLeader: boolean;
  /** The leader as far as it knows one. */
  readonly leader: string | undefined;
  readonly appliedIndex: number;
}

/** What a node has done since its process began. */
export interface NodeCounters {
  /** Of its log. */
  readonly syncs: number;
  /** Of its log; made durable, or where only that is known, committed. */
  readonly entries: number;
}

/** How the process of one node is started; the same each time. */
export interface NodePlan {
  readonly id: string;
  /** Where it serves clients. */
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

export interface LayOptions {
  /** How many nodes. */
  readonly nodes: number;
  /** Empty; each node has a directory of its own in it. */
  readonly directory: string;
  /** Whether lease reads are to be possible, where a system must be told so. */
  readonly allowsLease: boolean;
}

export interface LoadCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** A replicated key-value store that can be run and measured here, as its users get it: no setting is for speed. */
export interface System {
  readonly name: string;
  readonly version: string;
  lay(options: LayOptions): Promise<readonly NodePlan[]>;
  /** Undefined where it says nothing in time. */
  statusOf(url: string): Promise<NodeStatus | undefined>;
  countersOf(url: string): Promise<NodeCounters>;
  /** What puts the load on it, as `load/job.ts` has it; given the job as its last argument. */
  loadCommand(job: LoadJob): LoadCommand;
}
