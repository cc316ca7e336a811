import type { Random } from "./ports/random.ts";
import type { NodeId } from "./membership.ts";

/** The core's own settings. All of them have defaults but the first two. */
export interface RaftOptions {
  readonly id: NodeId;
  readonly random: Random;
  /** A follower that hears from no leader for a time drawn from [min, max) seeks election (§5.2, §9.3). */
  readonly electionTimeoutMinMs?: number;
  readonly electionTimeoutMaxMs?: number;
  readonly heartbeatIntervalMs?: number;
  /** Ask whether an election could be won before raising the term (diss. §9.6). */
  readonly preVote?: boolean;
  /** A leader that does not hear from a majority for an election timeout steps down (diss. §6.2). */
  readonly checkQuorum?: boolean;
  /**
   * How much this node should lead. A leader hands over to a caught-up voter of a higher priority, the later the more
   * often that one's leads have ended lately. One with 0 never leads, but for where it alone holds what the others lack:
   * then it does, until one of them is up to date.
   */
  readonly priority?: number;
  /**
   * Opts in to lease reads (diss. §6.4.1), on every node of the cluster alike: by how much, as a fraction, the rates of
   * the nodes' clocks may differ, from 0 up to 0.5. Off unless given. Needs `checkQuorum`; a node that restarts then
   * withholds its vote for an election timeout, and `electionTimeoutMinMs` must be the same on every node. A clock that
   * stands still while the machine sleeps breaks the promise: the pause cannot be seen.
   */
  readonly leaseDriftMax?: number | undefined;
  /** A node that is to become a voter is given up when it has come no further for so long (diss. §4.2.1). */
  readonly catchUpTimeoutMs?: number;
  /** One AppendEntries carries about this much, but always at least one entry. */
  readonly appendBytesMax?: number;
  /** The window of a follower in `replicate` state. */
  readonly inflightMessagesMax?: number;
  readonly inflightBytesMax?: number;
  /** A leader refuses proposals with `OVERLOADED` while its uncommitted entries exceed this. */
  readonly uncommittedBytesMax?: number;
  /** Handed to the state machine at a time. */
  readonly applyBytesMax?: number;
  /** Saved and applied entries stay in memory up to this, for followers that are a little behind. */
  readonly tailBytesMax?: number;
  /** Entries kept in the log behind a snapshot, so that a follower a little behind needs no snapshot. */
  readonly trailingEntries?: number;
  /** While a follower receives a snapshot, what follows that snapshot is kept for it, but no more than this. */
  readonly catchUpEntriesMax?: number;
}

export type ResolvedRaftOptions = Required<RaftOptions>;

const KIB = 1024;
const MIB = 1024 * KIB;

export const raftDefaults: Omit<ResolvedRaftOptions, "id" | "random"> = {
  electionTimeoutMinMs: 150,
  electionTimeoutMaxMs: 300,
  heartbeatIntervalMs: 50,
  preVote: true,
  checkQuorum: true,
  priority: 1,
  leaseDriftMax: undefined,
  catchUpTimeoutMs: 10_000,
  appendBytesMax: 512 * KIB,
  inflightMessagesMax: 64,
  inflightBytesMax: 8 * MIB,
  uncommittedBytesMax: 64 * MIB,
  applyBytesMax: 4 * MIB,
  tailBytesMax: 16 * MIB,
  trailingEntries: 10_000,
  catchUpEntriesMax: 1_000_000,
};

const positive = [
  "heartbeatIntervalMs",
  "catchUpTimeoutMs",
  "inflightMessagesMax",
  "inflightBytesMax",
  "appendBytesMax",
  "applyBytesMax",
] as const;
const counts = ["priority", "inflightMessagesMax", "trailingEntries", "catchUpEntriesMax"] as const;

/** Throws a TypeError that names the option at fault. */
export function resolveOptions(options: RaftOptions): ResolvedRaftOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const resolved: ResolvedRaftOptions = { ...raftDefaults, id: options.id, random: options.random, ...given };
  if (resolved.id === "") throw new TypeError("id is empty");
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === "number" && !(Number.isFinite(value) && value >= 0)) {
      throw new TypeError(`${name} is ${value}, but must be a number ≥ 0`);
    }
  }
  for (const name of positive) if (resolved[name] <= 0) throw new TypeError(`${name} must be above 0`);
  for (const name of counts) {
    if (!Number.isSafeInteger(resolved[name]))
      throw new TypeError(`${name} is ${resolved[name]}, but must be an integer`);
  }
  if (resolved.electionTimeoutMaxMs <= resolved.electionTimeoutMinMs) {
    throw new TypeError("electionTimeoutMaxMs must be above electionTimeoutMinMs: equal timeouts split votes for ever");
  }
  if (resolved.electionTimeoutMinMs < 2 * resolved.heartbeatIntervalMs) {
    throw new TypeError(
      "electionTimeoutMinMs must be at least twice heartbeatIntervalMs: one lost heartbeat is no death",
    );
  }
  const { leaseDriftMax } = resolved;
  if (leaseDriftMax !== undefined && leaseDriftMax > 0.5) {
    throw new TypeError(
      `leaseDriftMax is ${leaseDriftMax}, but must be at most 0.5: such clocks are no measure of time`,
    );
  }
  if (leaseDriftMax !== undefined && !resolved.checkQuorum) {
    throw new TypeError(
      "leaseDriftMax needs checkQuorum: without it followers are not loyal to a leader that they hear",
    );
  }
  return resolved;
}
