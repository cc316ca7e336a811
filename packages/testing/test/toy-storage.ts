import {
  Entry,
  type HardState,
  type Position,
  RaftError,
  type RaftErrorCode,
  type Storage,
  type StorageWrite,
  type StoredState,
} from "@quorate/raft-core";
import type { StorageFailure, StorageMedium, StorageOwner } from "../src/index.ts";

export type ToyStorageFlaw =
  | "votes in ASCII"
  | "incarnation forgotten"
  | "no byte limit"
  | "writes over the base"
  | "keeps the old end"
  | "base at the last entry lost"
  | "base goes back"
  | "reads from below the base"
  | "short lengths"
  | "hands out its buffers"
  | "terms fall"
  | "believes the cache"
  | "hard state last"
  | "answers empty writes at once"
  | "writes over before cutting"
  | "notes every opening"
  | "reset keeps a longer log"
  | "reset in two steps"
  | "no lock"
  | "no owner"
  | "goes on after write"
  | "goes on after sync"
  | "goes on after space"
  | "closes on writes"
  | "memberships lost in compaction"
  | "no reading while writing"
  | "an empty place gets a term"
  | "keeps the rest behind the first"
  | "32-bit indexes"
  | "a crash undoes a reset"
  | "compaction overtakes"
  | "many at once in any order"
  | "keeps what was compacted"
  | "keeps a handle";

const AT_ONCE_MAX = 500;

/** What a toy storage keeps its log on. */
interface Disk {
  hardState: HardState;
  base: Position;
  entries: Entry[];
  openings: number;
  failure: StorageFailure | undefined;
  isLocked: boolean;
  /** Of entries that are in no log any more. */
  spareBytes: number;
  handles: number;
}

type Step = (disk: Disk) => void;

/** The plainest storage that keeps the contract, if it has no flaw: every step of a write takes a turn to be durable. */
class ToyStorage implements Storage {
  readonly #disk: Disk;
  readonly #flaw: ToyStorageFlaw | undefined;
  /** What the log will be once everything asked for is durable. */
  readonly #next: Disk;
  #last: Promise<void> = Promise.resolve();
  #writing = 0;
  #failed = false;
  #isClosed = false;
  #isCrashed = false;
  #beforeReset: Disk | undefined;

  constructor(disk: Disk, flaw: ToyStorageFlaw | undefined) {
    this.#disk = disk;
    this.#flaw = flaw;
    this.#next = { ...disk, entries: [...disk.entries] };
    disk.isLocked = true;
    disk.handles += 1;
  }

  async load(): Promise<StoredState> {
    this.#check();
    const { hardState, base, entries } = this.#disk;
    arenaBytes = 0;
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
    arenaBytes = 0;
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

function bytesOf(entries: readonly Entry[]): number {
  return entries.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}

const arena = new Uint8Array(65_536);
let arenaBytes = 0;

/** The entry with its data in memory that is soon used again. */
function inArena(entry: Entry): Entry {
  const { data } = entry;
  if (data.length > 1000) return entry;
  if (arenaBytes + data.length > arena.length) arenaBytes = 0;
  const place = arena.subarray(arenaBytes, arenaBytes + data.length);
  place.set(data);
  arenaBytes += data.length;
  return new Entry(entry.index, entry.term, entry.kind, place);
}

function failure(code: RaftErrorCode): RaftError {
  return new RaftError(code, `the toy says ${code}`);
}

/** Each flaw, and the numbers of the cases that find it. S26, which compares with a model, finds nearly all as well. */
export const toyStorageFlaws: ReadonlyMap<ToyStorageFlaw, readonly string[]> = new Map([
  ["an empty place gets a term", ["S01"]],
  ["votes in ASCII", ["S02"]],
  ["incarnation forgotten", ["S02"]],
  ["no byte limit", ["S03"]],
  ["writes over the base", ["S04"]],
  ["keeps the old end", ["S05", "S06", "S11", "S15"]],
  ["keeps the rest behind the first", ["S06"]],
  ["base at the last entry lost", ["S07"]],
  ["base goes back", ["S07"]],
  ["reads from below the base", ["S08"]],
  ["short lengths", ["S09"]],
  ["32-bit indexes", ["S09"]],
  ["hands out its buffers", ["S10"]],
  ["terms fall", ["S11"]],
  ["believes the cache", ["S12", "S15", "S18", "S22", "S23", "S24"]],
  ["a crash undoes a reset", ["S12"]],
  ["hard state last", ["S13"]],
  ["answers empty writes at once", ["S14"]],
  ["compaction overtakes", ["S14"]],
  ["many at once in any order", ["S14"]],
  ["writes over before cutting", ["S15"]],
  ["notes every opening", ["S16"]],
  ["reset keeps a longer log", ["S17"]],
  ["reset in two steps", ["S18"]],
  ["no lock", ["S19"]],
  ["no owner", ["S20"]],
  ["goes on after write", ["S22"]],
  ["goes on after sync", ["S23"]],
  ["goes on after space", ["S24"]],
  ["closes on writes", ["S25"]],
  ["memberships lost in compaction", ["S26"]],
  ["keeps what was compacted", ["S27"]],
  ["keeps a handle", ["S27"]],
  ["no reading while writing", ["S30"]],
]);

export function toyStorageMedium(flaw?: ToyStorageFlaw): StorageMedium {
  return {
    durable: true,
    locks: true,
    identifies: true,
    fails: true,
    operations: 300,
    spareBytesMax: 0,
    freshPlace: async () => {
      const disk: Disk = {
        hardState: { term: 0, votedFor: undefined },
        base: { index: 0, term: 0 },
        entries: [],
        openings: 0,
        failure: undefined,
        isLocked: false,
        spareBytes: 0,
        handles: 0,
      };
      let isFirst = true;
      const open = async (owner: StorageOwner = "owner"): Promise<Storage> => {
        if (disk.isLocked && flaw !== "no lock") throw failure("LOCKED");
        if (owner !== "owner" && flaw !== "no owner") throw failure("WRONG_CLUSTER");
        if (flaw === "notes every opening") disk.openings += 1;
        const isEmpty = disk.hardState.term === 0 && disk.base.index + disk.entries.length === 0;
        const getsTerm = flaw === "an empty place gets a term" && isEmpty && !isFirst;
        if (getsTerm) disk.hardState = { term: 1, votedFor: undefined };
        isFirst = false;
        return new ToyStorage(disk, flaw);
      };
      return {
        open,
        crash: async (storage) => {
          if (storage instanceof ToyStorage) storage.crash();
        },
        failNext: (kind) => {
          disk.failure = kind;
        },
        content: async () =>
          structuredClone({ openings: disk.openings, lastIndex: disk.base.index + disk.entries.length }),
        usage: async () => ({ bytes: bytesOf(disk.entries) + disk.spareBytes, handles: disk.handles }),
        close: async () => {},
      };
    },
  };
}
