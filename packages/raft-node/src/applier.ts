import {
  type Entry,
  RaftError,
  type Snapshot,
  type SnapshotStore,
  type StateMachine,
  assert,
} from "@quorate/raft-core";

export interface ApplierOptions<Result, Query, Answer> {
  readonly stateMachine: StateMachine<Result, Query, Answer>;
  readonly snapshots: Pick<SnapshotStore, "read">;
  /** Where the state machine stands: at the snapshot that it was restored from, or at 0. */
  readonly appliedIndex: number;
  /** A command has its result. */
  settle(entry: Entry, result: Result): void;
  /** The entries are applied. The state machine is at rest until this returns. */
  applied(entries: readonly Entry[]): void;
  /** The state machine stands at the snapshot. At rest as above. */
  restored(snapshot: Snapshot): void;
  /** A `RaftError` from the state machine or the snapshot's data; anything else is a bug. */
  fail(error: unknown): void;
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise;
}

function machineFailure(doing: string, error: unknown): RaftError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RaftError("STATE_MACHINE_FAILED", `the state machine failed to ${doing}: ${reason}`, { cause: error });
}

/** Restores `stateMachine` from a stored snapshot. Rejects with a `RaftError`. */
export async function restore(
  stateMachine: Pick<StateMachine, "restore">,
  chunks: AsyncIterable<Uint8Array>,
  index: number,
): Promise<void> {
  try {
    await stateMachine.restore(chunks);
  } catch (error) {
    // What the store says about the data that it was asked for tells more than that the restore failed.
    throw error instanceof RaftError ? error : machineFailure(`restore the snapshot at index ${index}`, error);
  }
}

/** An entry whose result has to be awaited. */
interface Awaited<Result> {
  readonly entry: Entry;
  readonly result: Promise<Result>;
  /** Where in the batch to go on. */
  readonly next: number;
}

/**
 * The only one who changes the state machine: applies committed entries and installs snapshots, one after the other. A
 * state machine that applies synchronously is never awaited.
 */
export class Applier<Result, Query, Answer> {
  readonly #options: ApplierOptions<Result, Query, Answer>;
  readonly #jobs: (() => Promise<void> | undefined)[] = [];
  #appliedIndex: number;
  #isIdle = true;
  #stopped = false;
  /** The last job that had to be awaited, and what followed it. */
  #running: Promise<void> = Promise.resolve();

  constructor(options: ApplierOptions<Result, Query, Answer>) {
    this.#options = options;
    this.#appliedIndex = options.appliedIndex;
  }

  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  /** Neither an apply nor a restore is under way. */
  get isIdle(): boolean {
    return this.#isIdle;
  }

  apply(entries: readonly Entry[]): void {
    this.#do(() => this.#apply(entries));
  }

  /** `logReset` resolves when the log begins behind the snapshot. Its failure is the storage's, and told elsewhere. */
  install(snapshot: Snapshot, logReset: Promise<void>): void {
    // Read from here on, so that the store does not drop it for a later one meanwhile.
    const chunks = this.#untilStopped(this.#options.snapshots.read(snapshot));
    this.#do(() => this.#install(snapshot, chunks, logReset));
  }

  /** Begins nothing any more. Resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#jobs.length = 0;
    await this.#running;
  }

  #do(job: () => Promise<void> | undefined): void {
    if (this.#stopped) return;
    this.#jobs.push(job);
    if (this.#isIdle) this.#work();
  }

  #work(): void {
    for (let job = this.#jobs.shift(); job !== undefined && !this.#stopped; job = this.#jobs.shift()) {
      this.#isIdle = false;
      const running = job();
      if (running !== undefined) {
        this.#running = running.then(() => this.#work()).catch((error: unknown) => this.#options.fail(error));
        return;
      }
    }
  }

  #apply(entries: readonly Entry[]): Promise<void> | undefined {
    const first = entries[0]?.index;
    assert(first === this.#appliedIndex + 1, `entry ${first} cannot be applied on top of ${this.#appliedIndex}`);
    try {
      const awaited = this.#applyFrom(entries, 0);
      if (awaited !== undefined) return this.#applyRest(entries, awaited);
    } catch (error) {
      this.#fail(machineFailure(`apply the entry after ${this.#appliedIndex}`, error));
    }
    this.#rest(() => this.#options.applied(entries));
    return undefined;
  }

  /** Applies from number `start` on, up to the first entry whose result has to be awaited. */
  #applyFrom(entries: readonly Entry[], start: number): Awaited<Result> | undefined {
    for (let i = start; i < entries.length && !this.#stopped; i += 1) {
      const entry = entries[i];
      if (entry?.kind === "command") {
        const result = this.#options.stateMachine.apply(entry.data, entry.index);
        if (isPromise(result)) return { entry, result, next: i + 1 };
        this.#appliedIndex = entry.index;
        this.#options.settle(entry, result);
      } else if (entry !== undefined) {
        this.#appliedIndex = entry.index;
      }
    }
    return undefined;
  }

  async #applyRest(entries: readonly Entry[], first: Awaited<Result>): Promise<void> {
    try {
      let awaited: Awaited<Result> | undefined = first;
      while (awaited !== undefined) {
        const { entry, result, next } = awaited;
        const value = await result;
        if (this.#stopped) return;
        this.#appliedIndex = entry.index;
        this.#options.settle(entry, value);
        awaited = this.#applyFrom(entries, next);
      }
    } catch (error) {
      this.#fail(machineFailure(`apply the entry after ${this.#appliedIndex}`, error));
    }
    this.#rest(() => this.#options.applied(entries));
  }

  async #install(snapshot: Snapshot, chunks: AsyncIterable<Uint8Array>, logReset: Promise<void>): Promise<void> {
    assert(snapshot.index > this.#appliedIndex, `snapshot ${snapshot.index} is behind ${this.#appliedIndex}`);
    try {
      await logReset;
      if (this.#stopped) return;
      await restore(this.#options.stateMachine, chunks, snapshot.index);
      this.#appliedIndex = snapshot.index;
    } catch (error) {
      this.#fail(error);
    }
    this.#rest(() => this.#options.restored(snapshot));
  }

  /** A node that closes does not wait for the rest of a large snapshot. */
  async *#untilStopped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      if (this.#stopped) throw new RaftError("CLOSED", "the node has stopped");
      yield chunk;
    }
  }

  #rest(tell: () => void): void {
    if (this.#stopped) return;
    this.#isIdle = true;
    tell();
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#options.fail(error);
  }
}
