import { type NodeId, decodeMembership } from "@quorate/raft-core";
import type { Mirrored } from "./log-mirror.ts";

interface Committed extends Mirrored {
  /** The term of the node that was the first to know of it. */
  readonly knownInTerm: number;
}

/** Everything that was ever committed, as somebody outside the cluster knows it. */
export class CommittedLog {
  readonly #entries: Committed[] = [];
  #voters: readonly NodeId[] = [];

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

  /** Of the last configuration; while it is a joint one, the new voters. */
  get voters(): readonly NodeId[] {
    return this.#voters;
  }

  push({ entry, chain }: Mirrored, knownInTerm: number): void {
    this.#entries.push({ entry, chain, knownInTerm });
    if (entry.kind === "membership") this.#voters = decodeMembership(entry.data).voters;
  }

  /** The last entry that was known to be committed in a term before `term`. */
  lastKnownBefore(term: number): Committed | undefined {
    return this.#entries.findLast((entry) => entry.knownInTerm < term);
  }
}
