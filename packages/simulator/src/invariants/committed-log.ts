import type { Configured, Mirrored } from "./log-mirror.ts";

interface Committed extends Mirrored {
  /** The term of the node that was first known to have it committed: not below the one that it was committed in. */
  readonly knownInTerm: number;
  /** The last command up to here. */
  readonly lastCommand: number;
}

/** Everything that was ever committed, as somebody outside the cluster knows it. */
export class CommittedLog {
  readonly #entries: Committed[] = [];
  readonly #configurations: Configured[] = [];

  get lastIndex(): number {
    return this.#entries.length;
  }

  get(index: number): Committed | undefined {
    return this.#entries[index - 1];
  }

  /** The hash of all up to `index`; 0 before the first one. */
  chainAt(index: number): number | undefined {
    return index === 0 ? 0 : this.get(index)?.chain;
  }

  /** The index of the last command up to `index`; 0 where there is none. */
  lastCommandAt(index: number): number {
    return this.get(index)?.lastCommand ?? 0;
  }

  /** The last configuration up to `index`. */
  configurationAt(index: number): Configured | undefined {
    return this.#configurations.findLast((each) => each.index <= index);
  }

  /** The configuration that is committed now; undefined before anything is. */
  get configuration(): Configured | undefined {
    return this.#configurations.at(-1);
  }

  push(entry: Mirrored, knownInTerm: number): void {
    const lastCommand = entry.kind === "command" ? entry.index : this.lastCommandAt(entry.index - 1);
    this.#entries.push({ ...entry, knownInTerm, lastCommand });
    const { index, membership } = entry;
    if (membership !== undefined) this.#configurations.push({ index, membership });
  }

  /** The last entry that was known to be committed in a term before `term`. */
  lastKnownBefore(term: number): Committed | undefined {
    return this.#entries.findLast((entry) => entry.knownInTerm < term);
  }
}
