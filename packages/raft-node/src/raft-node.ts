import { type Member, type Membership, type MembershipChange, type NodeId, Raft, RaftError } from "@quorate/raft-core";
import { restore } from "./applier.ts";
import { changeOf, checkConsistency } from "./arguments.ts";
import { closeAll } from "./close-all.ts";
import type { RaftNodeEvents, RaftNodeListener } from "./events.ts";
import { type NodeSettings, type RaftNodeOptions, settingsOf } from "./options.ts";
import type { ReadConsistency } from "./reads.ts";
import { recover } from "./recovery.ts";
import { Runtime } from "./runtime.ts";
import type { RaftNodeStatus } from "./status.ts";

export interface WaitOptions {
  /** Stops the waiting, not what was asked for: that may still come about. */
  readonly signal?: AbortSignal | undefined;
}

export interface ProposeOptions extends WaitOptions {
  /**
   * Refuses with `TERM_CHANGED` unless this node leads in that term when the command is appended: for what is decided
   * by what the leader of that term knew (`status().term`).
   */
  readonly ifTerm?: number | undefined;
}

export interface ReadOptions extends WaitOptions {
  /**
   * How old the state may be that the read sees.
   *
   * - `linearizable` (the default): it shows every write that was acknowledged before the call, on any node, learners
   *   included. Costs a round trip to a majority, which the reads of a turn share (diss. §6.4). `NO_LEADER` where there
   *   is none, or none that can reach a majority.
   * - `lease`: the same promise, but a leader that a majority answered within the election timeout asks nobody (diss.
   *   §6.4.1). Rests on the clocks: needs `leaseDriftMax` on every node, and is wrong where their rates differ by more.
   *   Elsewhere than on such a leader it is `linearizable`.
   * - `{ minIndex }`: a state that includes everything up to that log index, whenever this node gets there; read your
   *   own writes by `status().appliedIndex` of the node that has acknowledged them. Asks nobody.
   * - `{ maxStalenessMs }`: shows every write that was acknowledged longer than that before the call. Asks nobody if
   *   this node has learned enough within that time, else as `linearizable`.
   * - `stale`: this node's state as it is, possibly of long ago; asks nobody.
   */
  readonly consistency?: ReadConsistency | undefined;
}

export interface CloseOptions {
  /**
   * A leader hands over its lead first: whoever has proposed something gets the answer, and the others need not notice an
   * absence first. A transfer that is under way already is waited for. Takes a few round trips, but where the others lag
   * behind or fall silent up to `catchUpTimeoutMs` and five times `electionTimeoutMaxMs`. Who cannot wait so long calls
   * `transferLeadership` with a signal of their own, then closes without this.
   */
  readonly drain?: boolean | undefined;
}

/**
 * One node of a replicated state machine. Runs wherever JavaScript runs; what it stands on is given to it as ports,
 * which belong to it from `open` to `close`.
 *
 * @typeParam Result what the state machine answers to a command
 * @typeParam Query what it is asked
 * @typeParam Answer what it answers
 */
export class RaftNode<Result, Query, Answer> {
  readonly #runtime: Runtime<Result, Query, Answer>;
  readonly #commandBytesMax: number;
  readonly #allowsLease: boolean;

  private constructor(runtime: Runtime<Result, Query, Answer>, settings: NodeSettings<Result, Query, Answer>) {
    this.#runtime = runtime;
    this.#commandBytesMax = settings.commandBytesMax;
    this.#allowsLease = settings.core.leaseDriftMax !== undefined;
  }

  /**
   * Takes up where the stored state ends; where nothing is stored it begins a cluster of `members`, or waits to `join`
   * one. Resolves when the state machine is restored and the node takes part; it may have a long way to catch up, and no
   * leader yet. If it rejects, everything that it was given is closed. A `TypeError` names a wrong option; `CORRUPT` says
   * what is damaged.
   */
  static async open<Result, Query, Answer>(
    options: RaftNodeOptions<Result, Query, Answer>,
  ): Promise<RaftNode<Result, Query, Answer>> {
    try {
      const settings = settingsOf(options);
      const { stateMachine, snapshots } = settings;
      const { state, snapshot } = await recover(settings);
      if (snapshot !== undefined) await restore(stateMachine, snapshots.read(snapshot), snapshot.index);
      const core = new Raft(settings.core, { state, snapshot, nowMs: settings.clock.now() });
      const runtime = new Runtime(core, settings);
      runtime.start();
      return new RaftNode(runtime, settings);
    } catch (error) {
      await abandon(options);
      throw error;
    }
  }

  /**
   * Has `command` replicated and applied, and resolves with the state machine's result. The bytes are copied. Rejects
   * with a `RaftError` whose code says whether it may have happened (see `RaftErrorCode`): only after
   * `OUTCOME_UNKNOWN`, or after an abort, it may.
   */
  propose(command: Uint8Array, options: ProposeOptions = {}): Promise<Result> {
    try {
      if (!(command instanceof Uint8Array)) throw new TypeError("command is not a Uint8Array");
      options.signal?.throwIfAborted();
      if (command.length > this.#commandBytesMax) throw tooLarge(command.length, this.#commandBytesMax);
      return this.#runtime.propose(command, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Asks the state machine. What its `read` throws goes to the caller; else rejects with a `RaftError`. */
  read(query: Query, options: ReadOptions = {}): Promise<Answer> {
    try {
      const { consistency = "linearizable", signal } = options;
      checkConsistency(consistency, this.#allowsLease);
      signal?.throwIfAborted();
      return this.#runtime.read(query, consistency, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Changes who belongs to the cluster, in one step from the outside (§6): nodes that are to become voters catch up
   * first, as learners, and then both the old and the new majority are asked until the change is committed. Only the
   * leader does this. Resolves with the configuration that was committed.
   *
   * Rejects with `MEMBERSHIP_REFUSED` where there can be no such change, where it would leave no majority of voters that
   * can be reached, or none that may lead, and where a node came no further for `catchUpTimeoutMs` or was removed while it
   * was waited for (those that were added have been removed again); with `MEMBERSHIP_PENDING`, whose message names what
   * is pending, while another change is under way, the leader has committed nothing in its term yet, or not all founders
   * have been heard; with `TRANSFERRING`, `NOT_LEADER`, `NO_LEADER`: all of them not done. After `OUTCOME_UNKNOWN` the next
   * leader has the change in its log and completes it, or has not; `status().membership` tells.
   *
   * One change is taken while another is under way: `remove` alone, of nodes that are to become voters and are waited
   * for. It takes that change back, whose caller is refused.
   */
  changeMembers(change: MembershipChange, options: WaitOptions = {}): Promise<Membership> {
    try {
      options.signal?.throwIfAborted();
      return this.#runtime.changeMembers(changeOf(change), options.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Hands the lead to `to`, or to the most advanced voter (diss. §3.10), once that has caught up. Proposals are refused
   * with `TRANSFERRING` meanwhile, for an election timeout at most. Resolves with the new leader. While a transfer is under
   * way already, to the same node or with none named here, its outcome is waited for; to another it is `TRANSFERRING`.
   *
   * `TRANSFER_REFUSED`: there is nobody to hand it to, or `to` is no voter, never leads, is not there or did not catch up
   * within `catchUpTimeoutMs`; it was not asked to stand. `TRANSFER_FAILED`: it was, but another leads or none is known to;
   * the lead may still change hands. `NOT_LEADER`, `NO_LEADER`: nothing was done.
   */
  transferLeadership(to?: NodeId, options: WaitOptions = {}): Promise<Member> {
    try {
      options.signal?.throwIfAborted();
      return this.#runtime.transferLeadership(to, options.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Resolves with the leader as soon as this node knows of one; it may be gone again by then. Rejects with `CLOSED`, or
   * what has stopped the node, or the signal's reason.
   */
  leader(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Member> {
    try {
      options.signal?.throwIfAborted();
      return this.#runtime.leader(options.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** This moment's view. Works in every state, also after a failure. */
  status(): RaftNodeStatus {
    return this.#runtime.status();
  }

  /** Calls `listener` at every such event until the returned function is called. For watching, not for data. */
  on<Name extends keyof RaftNodeEvents>(event: Name, listener: RaftNodeListener<Name>): () => void {
    return this.#runtime.events.on(event, listener);
  }

  /**
   * Leaves without a word, as a crash would, but in order: what waits settles (`OUTCOME_UNKNOWN` with the cause `CLOSED`
   * where a command is in the log, else `CLOSED`), the call of the state machine that is under way ends, then the ports
   * are closed. Idempotent. Not to be awaited by the state machine itself.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    if (options.drain === true) await this.#runtime.drain();
    await this.#runtime.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function tooLarge(bytes: number, bytesMax: number): RaftError {
  return new RaftError("TOO_LARGE", `the command has ${bytes} bytes, but commandBytesMax is ${bytesMax}`);
}

/** Closes what a failed `open` was given, as far as it is there; the failure itself is what the caller hears of. */
async function abandon(
  options: Pick<RaftNodeOptions<unknown, unknown, unknown>, "transport" | "storage" | "snapshots" | "logger">,
): Promise<void> {
  const { transport, storage, snapshots, logger } = options;
  const given = [transport, storage, snapshots].filter((port) => typeof port?.close === "function");
  try {
    await closeAll(given);
  } catch (error) {
    logger?.warn("could not close what a node that failed to open was given", { error });
  }
}
