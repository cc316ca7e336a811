import { type Member, type Membership, type NodeId, addressOf, decodeMembership } from "./membership.ts";
import type { Entry } from "./entry.ts";
import type { Snapshot } from "./message.ts";

interface Configuration {
  readonly index: number;
  readonly membership: Membership;
}

/** The configuration of a node that has not heard of any cluster yet. */
const nobody: Membership = { voters: [], outgoing: [], learners: [], addresses: {} };

/** The configurations of the log and of the snapshot before it. The last one is in force, committed or not (§6). */
export class MembershipHistory {
  /** Ascending; the first one covers whatever precedes the log. */
  readonly #configurations: Configuration[];

  constructor(snapshot: Snapshot | undefined, entries: readonly Entry[]) {
    const after = entries.map((entry) => ({ index: entry.index, membership: decodeMembership(entry.data) }));
    const first = snapshot && { index: snapshot.index, membership: snapshot.membership };
    this.#configurations = [...after, ...(first ? [first] : [])].toSorted((a, b) => a.index - b.index);
  }

  get current(): Membership {
    return this.#configurations.at(-1)?.membership ?? nobody;
  }

  /** Where the configuration in force stands; 0 where there is none. */
  get currentIndex(): number {
    return this.#configurations.at(-1)?.index ?? 0;
  }

  /** The configuration in force at `index` and all that came after it. */
  since(index: number): readonly Membership[] {
    const from = this.#configurations.findLastIndex((each) => each.index <= index);
    return this.#configurations.slice(Math.max(0, from)).map((each) => each.membership);
  }

  /** Where the node is or was reached last; undefined where the log, as far as it goes back, does not name it. */
  memberOf(id: NodeId): Member | undefined {
    const named = this.#configurations.findLast(({ membership }) => Object.hasOwn(membership.addresses, id));
    return named && { id, address: addressOf(named.membership, id) };
  }

  /** The configuration in force at `index`: what a snapshot of that index must carry. */
  at(index: number): Membership {
    return this.#configurations.findLast((each) => each.index <= index)?.membership ?? nobody;
  }

  append(entry: Entry): void {
    this.#configurations.push({ index: entry.index, membership: decodeMembership(entry.data) });
  }

  /** Forgets the entries from `from` on; whether one of them was a configuration. */
  truncate(from: number): boolean {
    const kept = this.#configurations.findLastIndex((each) => each.index < from) + 1;
    return this.#configurations.splice(kept).length > 0;
  }

  /** The log now begins behind `index`. */
  compact(index: number): void {
    const first = this.#configurations.findLastIndex((each) => each.index <= index);
    if (first > 0) this.#configurations.splice(0, first);
  }

  /** A snapshot has replaced the whole log, and every configuration in it, committed or not. */
  reset(snapshot: Snapshot): void {
    this.#configurations.splice(0, Infinity, { index: snapshot.index, membership: snapshot.membership });
  }
}
