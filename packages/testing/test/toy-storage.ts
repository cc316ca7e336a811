import { Entry, type Position, type Storage, type StorageWrite, type StoredState } from "@quorate/raft-core";
import { inArena, reuseArena } from "./toy-arena.ts";
import { type Step, type ToyDisk, bytesOf, failure } from "./toy-storage-disk.ts";
import type { ToyStorageFlaw } from "./toy-storage-flaws.ts";

const AT_ONCE_MAX = 500;

/** The plainest storage that keeps the contract, if it has no flaw: every step of a write takes a turn to be durable. */
export class ToyStorage implements Storage {
  readonly #disk: ToyDisk;
  readonly #flaw: ToyStorageFlaw | undefined;
  /** What the log will be once everything asked for is durable. */
  readonly #next: ToyDisk;
  #last: Promise<void> = Promise.resolve();
  #writing = 0;
  #failed = false;
  #isClosed = false;
  #isCrashed = false;
  #beforeReset: ToyDisk | undefined;

  constructor(disk: ToyDisk, flaw: ToyStorageFlaw | undefined) {
    this.#disk = disk;
    this.#flaw = flaw;
    this.#next = { ...disk, entries: [...disk.entries] };
    disk.isLocked = true;
    disk.handles += 1;
  }

  async load(): Promise<StoredState> {
    this.#check();
    const { hardState, base, entries } = this.#disk;
    reuseArena();
    return {
      hardState,
      base,
      lastIndex: base.index + entries.length,
      termRuns: entries
        .filter((entry, at) => entry.term !== entries[at - 1]?.term)
        .map(({ index, term }) => ({ index, term })),
      memberships: entries.filter(({ kind, index }) => {
        const isLost = this.#flaw === "memberships lost in compaction" && base.index > 0 && index === base.index + 1;
        return kind === "membership" && !isLost;
      }),
    };
  }

  async append(write: StorageWrite): Promise<void> {
    this.#check();
    this.#checkWrite(write);
    if (this.#flaw === "answers empty writes at once" && write.entries.length === 0 && !write.hardState) return;
    await this.#perform(this.#stepsOf(write));
  }

  #checkWrite({ hardState, entries }: StorageWrite): void {
    const { base } = this.#next;
    const last = base.index + this.#next.entries.length;
    const first = entries[0]?.index ?? last + 1;
    if (first > last + 1 || first < base.index) throw new TypeError("a gap");
    if (first === base.index && this.#flaw !== "writes over the base") throw new TypeError("the base");
    let termMin = this.#next.entries[first - base.index - 2]?.term ?? base.term;
    for (const [at, { index, term }] of entries.entries()) {
      if (index !== first + at) throw new TypeError("a gap among the entries");
      if (term < termMin && this.#flaw !== "terms fall") throw new TypeError("a lower term");
      if (term > (hardState ?? this.#next.hardState).term) throw new TypeError("a term from the future");
      termMin = term;
    }
  }

  #stepsOf({ hardState, entries }: StorageWrite): Step[] {
    const steps: Step[] = entries.map((entry, at) => (disk) => {
      const place = entry.index - disk.base.index - 1;
      if (this.#flaw === "keeps the old end" || this.#flaw === "writes over before cutting")
        disk.entries[place] = this.#stored(entry);
      else disk.entries.splice(Math.max(0, place), at === 0 ? this.#cut(entries, place) : 0, this.#stored(entry));
    });
    const end = entries.at(-1)?.index;
    if (this.#flaw === "writes over before cutting" && end !== undefined) {
      steps.push((disk) => disk.entries.splice(end - disk.base.index));
    }
    if (hardState === undefined) return steps;
    const setHardState: Step = (disk) => {
      const votedFor =
        this.#flaw === "votes in ASCII" ? hardState.votedFor?.replaceAll(/[^ -~]/g, "?") : hardState.votedFor;
      const incarnation = this.#flaw === "incarnation forgotten" ? undefined : hardState.incarnation;
      disk.hardState = { term: hardState.term, votedFor, incarnation };
    };
    return this.#flaw === "hard state last" ? [...steps, setHardState] : [setHardState, ...steps];
  }

  /** How many entries the first of a write replaces. */
  #cut(entries: readonly Entry[], place: number): number {
    const isKept = this.#flaw === "keeps the rest behind the first" && entries.length === 1 && place === 0;
    return isKept ? 1 : Infinity;
  }

  #stored(entry: Entry): Entry {
    if (this.#flaw === "32-bit indexes" && entry.index > 2 ** 32) {
      return new Entry(entry.index >>> 0, entry.term, entry.kind, entry.data);
    }
    if (this.#flaw !== "short lengths" || entry.data.length < 65_536) return entry;
    return new Entry(entry.index, entry.term, entry.kind, entry.data.subarray(0, entry.data.length % 65_536));
  }

  async read(fromIndex: number, toIndex: number, maxBytes: number): Promise<readonly Entry[]> {
    if (this.#isClosed) throw failure("CLOSED");
    if (this.#flaw === "no reading while writing" && this.#writing > 0) return [];
    const { base, entries } = this.#flaw === "believes the cache" ? this.#next : this.#disk;
    const isBelow = this.#flaw === "reads from below the base" ? fromIndex === base.index : fromIndex <= base.index;
    if (isBelow) return [];
    const found: Entry[] = [];
    let bytes = 0;
    for (const entry of entries.filter(({ index }) => index >= fromIndex && index <= toIndex)) {
      bytes += entry.sizeBytes;
      if (found.length > 0 && bytes > maxBytes && this.#flaw !== "no byte limit") break;
      found.push(entry);
    }
    return this.#flaw === "hands out its buffers" ? found.map((entry) => inArena(entry)) : found;
  }

  async compact(position: Position): Promise<void> {
    this.#check();
    if (position.index > this.#next.base.index + this.#next.entries.length) throw new TypeError("use reset");
    const step: Step = (disk) => {
      if (position.index <= disk.base.index && this.#flaw !== "base goes back") return;
      const kept = disk.entries.filter(({ index }) => index > position.index);
      if (this.#flaw === "keeps what was compacted") disk.spareBytes += bytesOf(disk.entries) - bytesOf(kept);
      disk.entries = kept;
      const isLost = this.#flaw === "base at the last entry lost" && disk.entries.length === 0;
      disk.base = isLost ? { index: position.index, term: 0 } : position;
    };
    const isBefore = this.#flaw === "compaction overtakes" && this.#writing > 0;
    if (isBefore) [this.#next, this.#disk].forEach(step);
    else await this.#perform([step]);
  }

  async reset(position: Position): Promise<void> {
    this.#check();
    const drop: Step = (disk) => {
      const isKept =
        this.#flaw === "reset keeps a longer log" && disk.entries.some(({ index }) => index === position.index);
      disk.entries = isKept ? disk.entries.filter(({ index }) => index > position.index) : [];
    };
    const move: Step = (disk) => {
      disk.base = position;
    };
    const both: Step = (disk) => {
      this.#beforeReset = { ...disk };
      drop(disk);
      move(disk);
    };
    await this.#perform(this.#flaw === "reset in two steps" ? [drop, move] : [both]);
  }

  async close(): Promise<void> {
    if (this.#isCrashed) return;
    const isFirst = !this.#isClosed;
    this.#isClosed = true;
    if (this.#flaw !== "closes on writes") await this.#last;
    this.#disk.isLocked = false;
    if (isFirst && this.#flaw !== "keeps a handle") this.#disk.handles -= 1;
  }

  /** What is durable is on the disk already, step by step. */
  crash(): void {
    this.#isClosed = true;
    this.#isCrashed = true;
    if (this.#flaw === "a crash undoes a reset" && this.#beforeReset) Object.assign(this.#disk, this.#beforeReset);
    this.#disk.isLocked = false;
    this.#disk.handles -= 1;
  }

  #check(): void {
    if (this.#isClosed) throw failure("CLOSED");
    if (this.#failed) throw failure("STORAGE_FAILED");
  }

  #perform(steps: readonly Step[]): Promise<void> {
    this.#beforeReset = undefined;
    for (const step of steps) step(this.#next);
    this.#writing += 1;
    reuseArena();
    if (this.#flaw === "believes the cache") {
      this.#last = this.#last.then(() => this.#do(steps));
      return Promise.resolve();
    }
    const isTooMany = this.#flaw === "many at once in any order" && this.#writing > AT_ONCE_MAX;
    const done = (isTooMany ? Promise.resolve() : this.#last).then(() => this.#do(steps));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #do(steps: readonly Step[]): Promise<void> {
    try {
      await this.#makeDurable(steps);
    } finally {
      this.#writing -= 1;
    }
  }

  async #makeDurable(steps: readonly Step[]): Promise<void> {
    if (this.#failed) throw failure("STORAGE_FAILED");
    const failed = this.#disk.failure;
    this.#disk.failure = undefined;
    if (failed !== undefined) {
      this.#failed = this.#flaw !== `goes on after ${failed}`;
      throw failure("STORAGE_FAILED");
    }
    for (const step of steps) {
      await Promise.resolve();
      if (!this.#isCrashed) step(this.#disk);
    }
  }
}
