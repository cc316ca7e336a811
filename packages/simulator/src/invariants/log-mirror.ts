import { crc32 } from "node:zlib";
import { type Entry, type EntryKind, type Membership, type Position, decodeMembership } from "@quorate/raft-core";

/** What is known of one entry: enough to tell it from any other, and the whole log up to it from any other log. */
export interface Mirrored {
  readonly index: number;
  readonly term: number;
  readonly kind: EntryKind;
  /** Where the entry is a configuration. */
  readonly membership: Membership | undefined;
  /** As it is stored and sent. */
  readonly record: Uint8Array;
  /** A hash of every entry from the first one of the log up to this one. */
  readonly chain: number;
}

/** The hash chain over logs of which one is the other and `entry`. */
export function chainOf(previous: number, entry: Entry): number {
  const record = entry.record(crc32);
  // The record begins with the checksum of all the rest of it.
  const own = ((record[0] ?? 0) | ((record[1] ?? 0) << 8) | ((record[2] ?? 0) << 16) | ((record[3] ?? 0) << 24)) >>> 0;
  let mixed = Math.imul(previous ^ own, 0xcc9e2d51);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed + own, 0x1b873593) >>> 0;
}

/** A configuration, and where it stands in the log. */
export interface Configured {
  readonly index: number;
  readonly membership: Membership;
}

function configuredIn(entries: readonly Mirrored[]): readonly Configured[] {
  return entries.flatMap(({ index, membership }) => (membership === undefined ? [] : [{ index, membership }]));
}

/** A log as an observer of its storage knows it. */
export class LogMirror {
  #base: Position;
  #baseChain: number;
  #entries: Mirrored[];
  #configurations: readonly Configured[];

  constructor(base: Position = { index: 0, term: 0 }, baseChain = 0, entries: Mirrored[] = []) {
    this.#base = base;
    this.#baseChain = baseChain;
    this.#entries = entries;
    this.#configurations = configuredIn(entries);
  }

  /** The configurations in its entries; what came before its base is not among them. */
  get configurations(): readonly Configured[] {
    return this.#configurations;
  }

  get base(): Position {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#base.index + this.#entries.length;
  }

  clone(): LogMirror {
    return new LogMirror(this.#base, this.#baseChain, [...this.#entries]);
  }

  /** As they are now. */
  get entries(): readonly Mirrored[] {
    return [...this.#entries];
  }

  get(index: number): Mirrored | undefined {
    return this.#entries[index - this.#base.index - 1];
  }

  /** Undefined where the log does not reach, or no longer. */
  termAt(index: number): number | undefined {
    return index === this.#base.index ? this.#base.term : this.get(index)?.term;
  }

  chainAt(index: number): number | undefined {
    return index === this.#base.index ? this.#baseChain : this.get(index)?.chain;
  }

  /** Mirrors `entries` as they would stand in this log, which must reach up to them. */
  mirror(entries: readonly Entry[]): readonly Mirrored[] {
    let chain = this.chainAt((entries[0]?.index ?? 0) - 1) ?? 0;
    return entries.map((entry) => {
      chain = chainOf(chain, entry);
      const { index, term, kind, data } = entry;
      const membership = kind === "membership" ? decodeMembership(data) : undefined;
      return { index, term, kind, membership, record: entry.record(crc32), chain };
    });
  }

  /** Replaces what stands from the first one's index on. */
  append(entries: readonly Mirrored[]): void {
    const first = entries[0];
    if (first === undefined) return;
    this.#entries.length = Math.max(0, first.index - this.#base.index - 1);
    this.#entries.push(...entries);
    const before = this.#configurations.filter(({ index }) => index < first.index);
    this.#configurations = [...before, ...configuredIn(entries)];
  }

  compact(position: Position): void {
    const chain = this.chainAt(position.index);
    if (position.index <= this.#base.index || chain === undefined) return;
    this.#entries.splice(0, position.index - this.#base.index);
    this.#configurations = this.#configurations.filter(({ index }) => index > position.index);
    this.#base = position;
    this.#baseChain = chain;
  }

  reset(position: Position, chain: number): void {
    this.#entries = [];
    this.#configurations = [];
    this.#base = position;
    this.#baseChain = chain;
  }
}
