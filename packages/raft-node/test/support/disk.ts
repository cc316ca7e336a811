import {
  type Clock,
  type Entry,
  type HardState,
  type Position,
  RaftError,
  type Storage,
  type StorageWrite,
  type StoredState,
} from "@quorate/raft-core";

/** What survives a crash. */
export class Disk {
  hardState: HardState = { term: 0, votedFor: undefined };
  base: Position = { index: 0, term: 0 };
  entries: readonly Entry[] = [];

  get lastIndex(): number {
    return this.entries.at(-1)?.index ?? this.base.index;
  }
}

/** A storage whose writes take time on the test's clock, in groups or not at all when told to fail. */
export class DiskStorage implements Storage {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #writeMs: number;
  readonly #queue: {
    readonly write: () => void;
    readonly resolve: () => void;
    readonly reject: (e: unknown) => void;
  }[] = [];
  #writing = false;
  #crashed = false;
  #closed = false;
  #failure: RaftError | undefined;
  #drained: (() => void)[] = [];

  constructor(disk: Disk, clock: Clock, writeMs = 1) {
    this.#disk = disk;
    this.#clock = clock;
    this.#writeMs = writeMs;
  }

  /** Every write from here on fails. */
  fail(message: string): void {
    this.#failure = new RaftError("STORAGE_FAILED", message);
  }

  /** What is not on disk yet never gets there, and nobody is told. */
  crash(): void {
    this.#crashed = true;
  }

  load(): Promise<StoredState> {
    const { hardState, base, entries, lastIndex } = this.#disk;
    const termRuns = entries.filter((entry, i) => entry.term !== entries[i - 1]?.term);
    const memberships = entries.filter((entry) => entry.kind === "membership");
    return Promise.resolve({ hardState, base, lastIndex, termRuns, memberships });
  }

  append({ hardState, entries }: StorageWrite): Promise<void> {
    return this.#write(() => {
      this.#disk.hardState = hardState ?? this.#disk.hardState;
      const first = entries[0];
      if (first === undefined) return;
      if (first.index > this.#disk.lastIndex + 1) throw new TypeError(`gap before ${first.index}`);
      this.#disk.entries = [...this.#disk.entries.filter((entry) => entry.index < first.index), ...entries];
    });
  }

  read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    if (this.#closed) return Promise.reject(closed());
    let bytes = 0;
    const wanted = this.#disk.entries.filter((entry) => entry.index >= fromIndex && entry.index <= toIndex);
    if (wanted[0]?.index !== fromIndex) return Promise.resolve([]);
    const fits = (entry: Entry): boolean => {
      bytes += entry.sizeBytes;
      return entry === wanted[0] || bytes <= maxBytes;
    };
    return Promise.resolve(wanted.filter(fits));
  }

  compact(position: Position): Promise<void> {
    return this.#write(() => {
      if (position.index <= this.#disk.base.index) return;
      if (position.index > this.#disk.lastIndex) throw new TypeError(`no entry ${position.index}`);
      this.#disk.entries = this.#disk.entries.filter((entry) => entry.index > position.index);
      this.#disk.base = position;
    });
  }

  reset(position: Position): Promise<void> {
    return this.#write(() => {
      this.#disk.entries = [];
      this.#disk.base = position;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#writing && !this.#crashed) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  #write(write: () => void): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#queue.push({ write, resolve, reject });
      if (!this.#writing) this.#flush();
    });
  }

  #flush(): void {
    this.#writing = this.#queue.length > 0;
    if (!this.#writing) {
      for (const resolve of this.#drained) resolve();
      return;
    }
    const group = this.#queue.splice(0);
    this.#clock.after(this.#writeMs, () => {
      if (this.#crashed) return;
      for (const { write, resolve, reject } of group) {
        try {
          if (this.#failure !== undefined) throw this.#failure;
          write();
          resolve();
        } catch (error) {
          reject(error);
        }
      }
      this.#flush();
    });
  }
}

function closed(): RaftError {
  return new RaftError("CLOSED", "the storage is closed");
}
