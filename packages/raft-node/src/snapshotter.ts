import type {
  Clock,
  Entry,
  Logger,
  Membership,
  Position,
  Snapshot,
  SnapshotPolicy,
  SnapshotStore,
  StateMachine,
} from "@quorate/raft-core";

export interface SnapshotterOptions {
  readonly stateMachine: Pick<StateMachine, "snapshot">;
  readonly snapshots: Pick<SnapshotStore, "save">;
  readonly policy: SnapshotPolicy;
  readonly clock: Pick<Clock, "now">;
  readonly logger: Logger;
  /** The latest stored snapshot, if there is one. */
  readonly latest: Snapshot | undefined;
  membershipAt(index: number): Membership;
  /** The snapshot is durable. */
  taken(snapshot: Snapshot): void;
}

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

const NOTHING = { entries: 0, bytes: 0 };

/** Thrown into a save that is of no use any more; the store then keeps nothing of it. */
class Abandoned extends Error {}

/**
 * Takes snapshots of the local state machine by policy, one at a time, while writes go on. A save that fails costs disk
 * space, not safety: it is logged and tried again later.
 */
export class Snapshotter {
  readonly #options: SnapshotterOptions;
  #since = NOTHING;
  /** The highest index that the store is known to hold, and its size; a save at or below it has no use. */
  #latest: Pick<Snapshot, "index" | "sizeBytes">;
  #saving: Promise<void> | undefined;
  /** The one that the store holds cannot be read: another is wanted, whatever the policy says. */
  #isUnreadable = false;
  #failures = 0;
  #notBeforeMs = -Infinity;
  #stopped = false;

  constructor(options: SnapshotterOptions) {
    this.#options = options;
    this.#latest = options.latest ?? { index: 0, sizeBytes: 0 };
  }

  /** To be called while the state machine stands right behind `entries`. */
  applied(entries: readonly Entry[]): void {
    const bytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, this.#since.bytes);
    this.#since = { entries: this.#since.entries + entries.length, bytes };
    const last = entries.at(-1);
    if (last !== undefined && this.#isDue()) this.#take(last);
  }

  /** The store holds a snapshot that came from elsewhere: an earlier one, still being saved, is given up. */
  stored(snapshot: Snapshot): void {
    if (snapshot.index > this.#latest.index) this.#latest = snapshot;
  }

  /** A peer was to have it, but it could not be read. One that has been replaced meanwhile need not be. */
  unreadable(index: number): void {
    if (index >= this.#latest.index) this.#isUnreadable = true;
  }

  /** The state machine was restored: nothing has been applied on top yet. */
  restored(): void {
    this.#since = NOTHING;
  }

  /** Gives up the save under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#saving;
  }

  #isDue(): boolean {
    if (this.#stopped || this.#saving !== undefined || this.#options.clock.now() < this.#notBeforeMs) return false;
    if (this.#isUnreadable) return true;
    try {
      return this.#options.policy({ ...this.#since, snapshotBytes: this.#latest.sizeBytes });
    } catch (error) {
      this.#backOff("the snapshot policy failed", error);
      return false;
    }
  }

  #take({ index, term }: Position): void {
    if (index <= this.#latest.index) return;
    let chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
    try {
      chunks = this.#options.stateMachine.snapshot();
    } catch (error) {
      this.#backOff("the state machine failed to take a snapshot", error);
      return;
    }
    const head = { index, term, membership: this.#options.membershipAt(index) };
    const captured = this.#since;
    this.#saving = this.#options.snapshots
      .save(head, this.#whileOfUse(index, chunks))
      .then((snapshot) => this.#saved(snapshot, captured))
      .catch((error: unknown) => this.#notSaved(index, error))
      .finally(() => {
        this.#saving = undefined;
      });
  }

  /** Yields between chunks to whoever makes the save useless. */
  async *#whileOfUse(
    index: number,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      if (this.#stopped || this.#latest.index >= index) throw new Abandoned(`snapshot ${index} is of no use any more`);
      yield chunk;
    }
  }

  #saved(snapshot: Snapshot, captured: typeof NOTHING): void {
    this.#failures = 0;
    if (this.#stopped || this.#latest.index >= snapshot.index) return;
    this.#latest = snapshot;
    this.#isUnreadable = false;
    this.#since = {
      entries: this.#since.entries - captured.entries,
      bytes: this.#since.bytes - captured.bytes,
    };
    this.#options.taken(snapshot);
  }

  #notSaved(index: number, error: unknown): void {
    if (this.#stopped || this.#latest.index >= index) {
      this.#options.logger.debug("gave up a snapshot that is of no use any more", { index });
    } else {
      this.#backOff("could not save a snapshot", error);
    }
  }

  #backOff(message: string, error: unknown): void {
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#notBeforeMs = this.#options.clock.now() + delayMs;
    this.#options.logger.warn(`${message}; the log is kept and another try made later`, { error, delayMs });
  }
}
