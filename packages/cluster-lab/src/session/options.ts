import type { NodeId } from "@quorate/raft-core";
import * as z from "zod/mini";
import { NODES_MAX, founders } from "./founders.ts";
import { flag, integerFrom, listOf, nodeId, numberFrom, oneOf } from "./schema.ts";

/**
 * `sound`: as `Storage` promises. `forgets-vote`: a node that restarts finds its term, but not its vote.
 * `acknowledges-early`: a write is called durable at once, and reaches the disk `flushMs` later, or never.
 */
export type StorageKind = "sound" | "forgets-vote" | "acknowledges-early";

/** A log that a node is started with. */
export interface StartLog {
  /** The terms of its commands, from index 2 on: at index 1 stands the configuration. Never falling. */
  readonly terms: readonly number[];
  /** The latest term that the node has seen; by default that of its last entry. */
  readonly term?: number | undefined;
  readonly votedFor?: NodeId | undefined;
}

/** What a lab is set up with. Everything that is not given has its default. */
export interface LabOptions {
  readonly electionTimeoutMinMs: number;
  readonly electionTimeoutMaxMs: number;
  readonly heartbeatIntervalMs: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  /** Without it every draw of an election timeout gives the minimum. */
  readonly randomTimeouts: boolean;
  /** Allows lease reads: by how much, as a fraction, the rates of the clocks may differ. */
  readonly leaseDriftMax: number | undefined;
  /** Entries that stay in the log behind a snapshot. */
  readonly trailingEntries: number;
  /** A node takes a snapshot after so many entries; 0: only when it is told to. */
  readonly snapshotEveryEntries: number;
  readonly snapshotChunkBytes: number;
  /** What one AppendEntries carries, about; with 1 it carries one entry. */
  readonly appendBytesMax: number;

  /** What links do to messages, until an action changes it. */
  readonly delayMinMs: number;
  readonly delayMaxMs: number;
  readonly dropRate: number;
  readonly duplicateRate: number;
  readonly ordered: boolean;

  /** How long a write takes to become durable. */
  readonly syncMs: number;
  readonly storage: StorageKind;
  /** How long a write that was acknowledged early can still be lost. */
  readonly flushMs: number;

  /** Check what keeps a cluster useful, too, and not only what keeps it safe. */
  readonly liveness: boolean;

  /** When a client gives up. */
  readonly clientTimeoutMs: number;

  /** The logs that the nodes begin with, for all of them or for none. */
  readonly logs: Readonly<Record<NodeId, StartLog | undefined>> | undefined;
}

/** A part of them. */
export type GivenOptions = { readonly [Name in keyof LabOptions]?: LabOptions[Name] | undefined };

export const labDefaults: LabOptions = {
  electionTimeoutMinMs: 300,
  electionTimeoutMaxMs: 600,
  heartbeatIntervalMs: 100,
  preVote: true,
  checkQuorum: true,
  randomTimeouts: true,
  leaseDriftMax: undefined,
  trailingEntries: 0,
  snapshotEveryEntries: 0,
  snapshotChunkBytes: 64,
  appendBytesMax: 4096,
  delayMinMs: 10,
  delayMaxMs: 20,
  dropRate: 0,
  duplicateRate: 0,
  ordered: true,
  syncMs: 2,
  storage: "sound",
  flushMs: 200,
  liveness: true,
  clientTimeoutMs: 5000,
  logs: undefined,
};

const DURATION_MAX_MS = 3_600_000;
/** What happens again and again does not happen more often: a second of it must not take minutes to play. */
const DURATION_MIN_MS = 1;
const COUNT_MAX = 10_000;
const BYTES_MAX = 1_000_000;
const TERM_MAX = 1_000_000;

const duration = z.optional(numberFrom(0, DURATION_MAX_MS));
const positiveDuration = z.optional(numberFrom(DURATION_MIN_MS, DURATION_MAX_MS));
const share = z.optional(numberFrom(0, 1));
const count = z.optional(integerFrom(0, COUNT_MAX));
const bytes = z.optional(integerFrom(1, BYTES_MAX));
const term = integerFrom(1, TERM_MAX);

const isRising = (terms: readonly number[]): boolean => terms.every((each, at) => each >= (terms[at - 1] ?? 0));

const startLog = z.strictObject({
  terms: listOf(term, COUNT_MAX).check(z.refine(isRising, "must not fall")),
  term: z.optional(term),
  votedFor: z.optional(nodeId),
});

/** Of founders only, so that a record by any name is not needed. */
const startLogs: z.ZodMiniType<Readonly<Record<NodeId, StartLog | undefined>>> = z.strictObject(
  Object.fromEntries(founders(NODES_MAX).map((id) => [id, z.optional(startLog)])),
);

/** Of a part of the options: what is not there has its default. */
export const optionsSchema: z.ZodMiniType<GivenOptions> = z.strictObject({
  electionTimeoutMinMs: positiveDuration,
  electionTimeoutMaxMs: positiveDuration,
  heartbeatIntervalMs: positiveDuration,
  preVote: z.optional(flag),
  checkQuorum: z.optional(flag),
  randomTimeouts: z.optional(flag),
  leaseDriftMax: z.optional(numberFrom(0, 0.5)),
  trailingEntries: count,
  snapshotEveryEntries: count,
  snapshotChunkBytes: bytes,
  appendBytesMax: bytes,
  delayMinMs: duration,
  delayMaxMs: duration,
  dropRate: share,
  duplicateRate: share,
  ordered: z.optional(flag),
  syncMs: duration,
  storage: z.optional(oneOf(["sound", "forgets-vote", "acknowledges-early"])),
  flushMs: duration,
  liveness: z.optional(flag),
  clientTimeoutMs: positiveDuration,
  logs: z.optional(startLogs),
});

/** Rules between fields, in words; undefined where all hold. */
export function optionsFault(options: LabOptions, nodes: readonly NodeId[]): string | undefined {
  const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs, delayMinMs, delayMaxMs, logs } = options;
  if (electionTimeoutMaxMs <= electionTimeoutMinMs)
    return "options.electionTimeoutMaxMs must be above electionTimeoutMinMs";
  if (electionTimeoutMinMs < 2 * heartbeatIntervalMs)
    return "options.electionTimeoutMinMs must be at least twice heartbeatIntervalMs";
  if (delayMinMs > delayMaxMs) return "options.delayMinMs must be at most delayMaxMs";
  if (options.leaseDriftMax !== undefined && !options.checkQuorum) return "options.leaseDriftMax needs checkQuorum";
  if (logs !== undefined && nodes.some((id) => logs[id] === undefined)) return "options.logs must name every node";
  for (const [id, log] of Object.entries(logs ?? {})) {
    if (!nodes.includes(id)) return `options.logs names ${id}, which is no node`;
    if (log?.term !== undefined && log.term < (log.terms.at(-1) ?? 0))
      return `options.logs.${id}.term is below that of the last entry`;
  }
  return undefined;
}
