import type { Entry, HardState, Position, Save, Snapshot, StoredState } from "../../src/index.ts";

export type DiskOperation =
  | { readonly type: "save"; readonly save: Save; readonly done: () => void }
  | { readonly type: "compact"; readonly position: Position }
  | { readonly type: "reset"; readonly snapshot: Snapshot; readonly done: () => void };

/** What survives a crash, and the writes on their way there, which complete one by one and in order. */
export class Disk {
  hardState: HardState = { term: 0, votedFor: undefined };
  base: Position = { index: 0, term: 0 };
  entries: Entry[] = [];
  /** The snapshot that the log begins behind or that covers a part of it. */
  snapshot: Snapshot | undefined;
  queue: DiskOperation[] = [];
  /** What it held before it was lost. */
  #lost: readonly Position[] = [];
  #lostBase = 0;

  /** Nothing is left, and it is begun anew. */
  wipe(incarnation: number): void {
    this.#lost = [...this.#lost, ...this.entries];
    this.#lostBase = Math.max(this.#lostBase, this.base.index);
    this.hardState = { term: 0, votedFor: undefined, incarnation };
    this.base = { index: 0, term: 0 };
    this.entries = [];
    this.snapshot = undefined;
    this.queue = [];
  }

  get lastIndex(): number {
    return this.base.index + this.entries.length;
  }

  entryAt(index: number): Entry | undefined {
    return this.entries[index - this.base.index - 1];
  }

  /** Whether the entry at this position, or a snapshot of it, survives a crash now. */
  holds(position: Position): boolean {
    const isCovered = position.index <= Math.max(this.base.index, this.#received?.index ?? 0);
    return isCovered || this.entryAt(position.index)?.term === position.term;
  }

  /** Whether it holds the entry or has held it, before it was lost: what was promised then was no lie. */
  hasHeld(position: Position): boolean {
    const isLost = this.#lost.some(({ index, term }) => index === position.index && term === position.term);
    return isLost || position.index <= this.#lostBase || this.holds(position);
  }

  /** Every entry up to here survives a crash, in the log or in a snapshot. */
  get promisedIndex(): number {
    return Math.max(this.lastIndex, this.#received?.index ?? 0);
  }

  /** One that is stored, but that the log has not been reset to yet: a restart would do that. */
  get #received(): Snapshot | undefined {
    const reset = this.queue.findLast((operation) => operation.type === "reset");
    return reset?.snapshot;
  }

  complete(): void {
    const operation = this.queue.shift();
    if (operation === undefined) return;
    this.#write(operation);
    if (operation.type !== "compact") operation.done();
  }

  /** Of what had not completed any prefix may have reached the disk; a snapshot was there before the log gave way to it. */
  crash(written: number): void {
    const operations = this.queue.splice(0);
    for (const operation of operations.slice(0, written)) this.#write(operation);
    const reset = operations.slice(written).findLast((operation) => operation.type === "reset");
    if (reset !== undefined) this.#write(reset);
  }

  #write(operation: DiskOperation): void {
    if (operation.type === "save") this.#save(operation.save);
    else if (operation.type === "compact") this.#compact(operation.position);
    else {
      this.base = { index: operation.snapshot.index, term: operation.snapshot.term };
      this.entries = [];
      this.snapshot = operation.snapshot;
    }
  }

  #save({ hardState, entries }: Save): void {
    this.hardState = hardState ?? this.hardState;
    const first = entries[0];
    if (first === undefined) return;
    if (first.index > this.lastIndex + 1) throw new Error(`gap: ${first.index} behind ${this.lastIndex}`);
    this.entries.splice(first.index - this.base.index - 1, Infinity, ...entries);
  }

  #compact(position: Position): void {
    if (position.index <= this.base.index) return;
    this.entries.splice(0, position.index - this.base.index);
    this.base = position;
  }

  load(): StoredState {
    const termRuns = this.entries.filter((entry, at) => entry.term !== this.entries[at - 1]?.term);
    const memberships = this.entries.filter((entry) => entry.kind === "membership");
    return { hardState: this.hardState, base: this.base, lastIndex: this.lastIndex, termRuns, memberships };
  }
}
