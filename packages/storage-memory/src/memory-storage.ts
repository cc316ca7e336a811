import {
  type Entry,
  type Position,
  RaftError,
  type Storage,
  type StorageWrite,
  type StoredState,
} from "@quorate/raft-core";
import { LogContent, checkPosition } from "./log-content.ts";

export interface MemoryStorageOptions {
  /**
   * What a write takes to become durable, asked once for all that waits: nothing by default. One that rejects makes the
   * storage fail as a broken disk would.
   */
  readonly sync?: (() => Promise<void>) | undefined;
}

interface Change {
  readonly apply: (content: LogContent) => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** A log and hard state that live as long as the process. A crash can be simulated. */
export class MemoryStorage implements Storage, AsyncDisposable {
  readonly #sync: () => Promise<void>;
  /** What would survive a crash. */
  readonly #durable: LogContent;
  /** What will be durable once everything asked for is. */
  readonly #accepted: LogContent;
  #waiting: Change[] = [];
  #running: Promise<void> | undefined;
  #failure: RaftError | undefined;
  #isClosed = false;
  #isCrashed = false;

  private constructor(content: LogContent, sync: () => Promise<void>) {
    this.#durable = content;
    this.#accepted = content.clone();
    this.#sync = sync;
  }

  /** An empty storage. */
  static async open(options: MemoryStorageOptions = {}): Promise<MemoryStorage> {
    return new MemoryStorage(new LogContent(), options.sync ?? (() => Promise.resolve()));
  }

  /**
   * Ends this storage at once, writes under way included, and gives one that holds what was durable, which is all that
   * a restarted node would find. What had not resolved rejects with `CLOSED`. After `close` it is how to open again.
   */
  crash(options: MemoryStorageOptions = {}): MemoryStorage {
    this.#isClosed = true;
    this.#isCrashed = true;
    const lost = closed();
    for (const change of this.#waiting.splice(0)) change.reject(lost);
    return new MemoryStorage(this.#durable.clone(), options.sync ?? this.#sync);
  }

  async load(): Promise<StoredState> {
    this.#check();
    return this.#durable.state;
  }

  async append(write: StorageWrite): Promise<void> {
    this.#check();
    this.#accepted.checkAppend(write);
    await this.#submit((content) => content.append(write));
  }

  async read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    if (this.#isClosed) throw closed();
    return this.#durable.read(fromIndex, toIndex, maxBytes);
  }

  async compact(position: Position): Promise<void> {
    this.#check();
    this.#accepted.checkCompact(position);
    await this.#submit((content) => content.compact(position));
  }

  async reset(position: Position): Promise<void> {
    this.#check();
    checkPosition(position);
    await this.#submit((content) => content.reset(position));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #check(): void {
    if (this.#isClosed) throw closed();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #submit(apply: (content: LogContent) => void): Promise<void> {
    apply(this.#accepted);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ apply, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#commitWaiting();
    this.#running = undefined;
  }

  /** All that waits becomes durable together, or what a crash finds waiting is lost. */
  async #commitWaiting(): Promise<void> {
    const count = this.#waiting.length;
    try {
      await this.#sync();
    } catch (error) {
      this.#failure = new RaftError("STORAGE_FAILED", "the simulated disk failed", { cause: error });
      for (const change of this.#waiting.splice(0)) change.reject(this.#failure);
    }
    if (this.#isCrashed) return;
    for (const change of this.#waiting.splice(0, count)) {
      change.apply(this.#durable);
      change.resolve();
    }
  }
}

function closed(): RaftError {
  return new RaftError("CLOSED", "the storage is closed");
}
