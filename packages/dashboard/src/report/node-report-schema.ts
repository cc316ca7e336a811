import * as z from "zod/mini";
import type { NodeReport } from "./node-report.ts";

const id = z.string().check(z.minLength(1), z.maxLength(64));
const text = z.string().check(z.maxLength(4096));
const count = z.number().check(z.nonnegative());
const ids = z.array(id).check(z.maxLength(1000));

const latency = z.object({ count, p50Ms: count, p90Ms: count, p99Ms: count, maxMs: count });

const membership = z.object({
  voters: ids,
  learners: ids,
  outgoing: ids,
  addresses: z.record(id, text),
  change: z.optional(z.object({ voters: ids, learners: ids })),
  isFounding: z.boolean(),
});

const entry = z.object({ index: count, term: count, kind: z.enum(["command", "membership", "no-op"]), text });

const follower = z.object({
  id,
  matchIndex: count,
  nextIndex: count,
  state: z.enum(["probe", "replicate", "snapshot"]),
  contactAgeMs: z.optional(count),
});

const raft = z.object({
  role: z.enum(["follower", "pre-candidate", "candidate", "leader"]),
  term: count,
  votedFor: z.optional(id),
  leader: z.optional(id),
  election: z.optional(z.object({ totalMs: count, remainingMs: count })),
  votes: z.record(id, z.boolean()),
  firstIndex: count,
  lastIndex: count,
  commitIndex: count,
  appliedIndex: count,
  durableIndex: count,
  snapshot: z.optional(z.object({ index: count, term: count })),
  entries: z.array(entry).check(z.maxLength(60)),
  membership,
  followers: z.array(follower).check(z.maxLength(1000)),
  transferTo: z.optional(id),
  failure: z.optional(z.object({ code: text, message: text })),
  isForgotten: z.boolean(),
  grievance: z.optional(z.object({ detail: text, remedy: text })),
});

const transfer = z.object({
  direction: z.enum(["to", "from"]),
  peer: id,
  index: count,
  bytes: count,
  totalBytes: count,
});

/** Reads what a node says of itself. Fields that it does not know it leaves out: a later version may send more. */
export const nodeReportSchema: z.ZodMiniType<NodeReport> = z.object({
  id,
  clusterId: text,
  version: text,
  clientUrl: text,
  peerAddress: text,
  startedAtMs: count,
  atMs: count,
  actions: z.boolean(),
  raft,
  transfers: z.array(transfer).check(z.maxLength(1000)),
  counters: z.object({ committedIndex: count, writes: count, reads: count }),
  latencies: z.object({ write: latency, read: latency, fsync: latency }),
  health: z.object({
    eventLoopP99Ms: count,
    eventLoopMaxMs: count,
    rssBytes: count,
    heapBytes: count,
    logBytes: z.optional(count),
    snapshotBytes: z.optional(count),
  }),
});
