import type { Entry, Position } from "@quorate/raft-core";

/** An entry, and a hash of every entry from the first one of the log up to it. */
export interface Mirrored {
  readonly entry: Entry;
  readonly chain: number;
}

const contents = new WeakMap<Entry, number>();

/** A hash of all that an entry is. */
function contentOf(entry: Entry): number {
  const known = contents.get(entry);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  const mix = (word: number): void => {
    hash = Math.imul(hash ^ word, 0x01000193);
  };
  mix(entry.term);
  mix(entry.index);
  mix(entry.kind.length);
  for (const byte of entry.data) mix(byte);
  contents.set(entry, hash);
  return hash;
}

function chainOf(previous: number, entry: Entry): number {
  const mixed = Math.imul(previous ^ contentOf(entry), 0xcc9e2d51);
  return (Math.imul(mixed ^ (mixed >>> 15), 0x1b873593) + entry.index) >>> 0;
}

/** A log as somebody knows it who sees every write to it. */
export class LogMirror {
  #base: Position = { index: 0, term: 0 };
  #baseChain = 0;
  #entries: Mirrored[] = [];
  /** Rises with every change. */
  version = 0;

  get base(): Position {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#base.index + this.#entries.length;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex) ?? 0;
  }

  /** The last ones, at most `count`. */
  last(count: number): readonly Mirrored[] {
    return this.#entries.slice(-count);
  }

  get(index: number): Mirrored | undefined {
    return this.#entries[index - this.#base.index - 1];
  }

  /** Undefined where the log does not reach, or no longer. */
  termAt(index: number): number | undefined {
    return index === this.#base.index ? this.#base.term : this.get(index)?.entry.term;
  }

  chainAt(index: number): number | undefined {
    return index === this.#base.index ? this.#baseChain : this.get(index)?.chain;
  }

  /** Replaces what stands from the first one's index on. */
  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    this.#entries.length = Math.max(0, first.index - this.#base.index - 1);
    let chain = this.chainAt(first.index - 1) ?? 0;
    for (const entry of entries) {
      chain = chainOf(chain, entry);
      this.#entries.push({ entry, chain });
    }
    this.version += 1;
  }

  compact(position: Position): void {
    const chain = this.chainAt(position.index);
    if (position.index <= this.#base.index || chain === undefined) return;
    this.#entries.splice(0, position.index - this.#base.index);
    this.#base = position;
    this.#baseChain = chain;
    this.version += 1;
  }

  /** `chain` is that of the log up to `position`. */
  reset(position: Position, chain: number): void {
    this.#entries = [];
    this.#base = position;
    this.#baseChain = chain;
    this.version += 1;
  }
}
