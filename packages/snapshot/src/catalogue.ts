import type { Snapshot } from "@quorate/raft-core";

/** A finished snapshot and who still needs it. */
export interface Entry<Stored> {
  readonly snapshot: Snapshot;
  readonly stored: Stored;
  /** How many readers are between its first byte and its last. */
  readers: number;
  /** Whether a chunk of it was asked for since the last snapshot was finished. */
  wanted: boolean;
}

/** The finished snapshots in the order of their positions, and which of them may go. */
export class Catalogue<Stored> {
  readonly #keep: number;
  #entries: Entry<Stored>[] = [];

  constructor(keep: number) {
    if (!Number.isSafeInteger(keep) || keep < 1) throw new TypeError(`keep is ${keep}, but must be an integer ≥ 1`);
    this.#keep = keep;
  }

  get latest(): Entry<Stored> | undefined {
    return this.#entries.at(-1);
  }

  find(snapshot: Snapshot): Entry<Stored> | undefined {
    return this.#entries.find((entry) => isSame(entry.snapshot, snapshot));
  }

  /** Finds a snapshot and counts a reader, who takes one off `readers` when done. */
  hold(snapshot: Snapshot): Entry<Stored> | undefined {
    const entry = this.find(snapshot);
    if (entry !== undefined) entry.readers++;
    return entry;
  }

  add(snapshot: Snapshot, stored: Stored): void {
    this.#entries.push({ snapshot, stored, readers: 0, wanted: false });
    this.#entries = this.#entries.toSorted((a, b) => compare(a.snapshot, b.snapshot));
  }

  /** Drops and returns all but the latest `keep`, those being read, and those of which a chunk was wanted lately. */
  drop(): readonly Stored[] {
    const old = this.#entries.slice(0, -this.#keep);
    const dropped = old.filter((entry) => entry.readers === 0 && !entry.wanted);
    this.#entries = this.#entries.filter((entry) => !dropped.includes(entry));
    return dropped.map((entry) => entry.stored);
  }

  /** A transfer that goes on asks again before the next snapshot is finished; one that was given up does not. */
  forgetWanted(): void {
    for (const entry of this.#entries) entry.wanted = false;
  }
}

/** Two nodes' snapshots of one position need not have the same bytes; then they are not the same. */
export function isSame(a: Snapshot, b: Snapshot): boolean {
  return a.index === b.index && a.term === b.term && a.sizeBytes === b.sizeBytes && a.checksum === b.checksum;
}

function compare(a: Snapshot, b: Snapshot): number {
  return a.index - b.index || a.term - b.term;
}
