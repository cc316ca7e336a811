import type { NodeId } from "@quorate/raft-core";

/** Which links are cut, and by what. */
export class Partitions {
  readonly #cut = new Map<NodeId, Set<NodeId>>();
  readonly #isolated = new Set<NodeId>();
  /** The side that each named node is on; nodes that were not named form a side of their own. */
  #sides: ReadonlyMap<NodeId, number> | undefined;

  isCut(from: NodeId, to: NodeId): boolean {
    if (this.#isolated.has(from) || this.#isolated.has(to)) return true;
    if (this.#sides && this.#sides.get(from) !== this.#sides.get(to)) return true;
    return this.#cut.get(from)?.has(to) ?? false;
  }

  cut(from: NodeId, to: NodeId): void {
    const cut = this.#cut.get(from) ?? new Set();
    this.#cut.set(from, cut.add(to));
  }

  isolate(id: NodeId): void {
    this.#isolated.add(id);
  }

  partition(groups: readonly (readonly NodeId[])[]): void {
    const sides = new Map<NodeId, number>();
    for (const [side, ids] of groups.entries()) {
      for (const id of ids) {
        if (sides.has(id)) throw new TypeError(`groups name node "${id}" twice`);
        sides.set(id, side);
      }
    }
    this.#sides = sides;
  }

  heal(): void {
    this.#cut.clear();
    this.#isolated.clear();
    this.#sides = undefined;
  }
}
