import { type Member, Raft, RaftError } from "@quorate/raft-core";
import { restore } from "./applier.ts";
import { closeAll } from "./close-all.ts";
import type { RaftNodeEvents, RaftNodeListener } from "./events.ts";
import { type RaftNodeOptions, settingsOf } from "./options.ts";
import { recover } from "./recovery.ts";
import { Runtime } from "./runtime.ts";
import type { RaftNodeStatus } from "./status.ts";

export interface ProposeOptions {
  /** Stops the waiting, not the command: once proposed, that may still be applied. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReadOptions {
  /**
   * `linearizable` (the default): sees every write that was acknowledged before the call, on any node; costs a round
   * trip to a majority. `stale`: this node's state as it is, possibly of long ago; costs nothing.
   */
  readonly consistency?: "linearizable" | "stale" | undefined;
  readonly signal?: AbortSignal | undefined;
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

  private constructor(runtime: Runtime<Result, Query, Answer>, commandBytesMax: number) {
    this.#runtime = runtime;
    this.#commandBytesMax = commandBytesMax;
  }

  /**
   * Takes up where the stored state ends, or begins a cluster of `members` where nothing is stored. Resolves when the
   * state machine is restored and the node takes part; it may have a long way to catch up, and no leader yet. If it
   * rejects, everything that it was given is closed. A `TypeError` names a wrong option; `CORRUPT` says what is damaged.
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
      return new RaftNode(runtime, settings.commandBytesMax);
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
      return this.#runtime.propose(command, options.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Asks the state machine. What its `read` throws goes to the caller; else rejects with a `RaftError`. */
  read(query: Query, options: ReadOptions = {}): Promise<Answer> {
    try {
      const { consistency = "linearizable", signal } = options;
      if (consistency !== "linearizable" && consistency !== "stale") {
        throw new TypeError(`consistency is ${String(consistency)}, but must be "linearizable" or "stale"`);
      }
      signal?.throwIfAborted();
      return this.#runtime.read(query, consistency, signal);
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
  close(): Promise<void> {
    return this.#runtime.close();
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
