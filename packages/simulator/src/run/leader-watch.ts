import type { NodeId } from "@quorate/raft-core";
import type { SimulatedProcess } from "../process/simulated-process.ts";

/** For how long the same node has led the same term, with every node of the group knowing it. */
export class LeaderWatch {
  #leader: NodeId | undefined;
  #term = 0;
  #sinceMs = 0;
  #changes = 0;

  /** Looks at the group now. Changes that come and go between two looks show in the term. */
  look(group: readonly SimulatedProcess[], nowMs: number): void {
    const [first, ...others] = group.map(({ node }) => node?.status());
    const leader = first?.leader?.id;
    const term = first?.term ?? 0;
    const isCommon = others.every((status) => status?.leader?.id === leader && status?.term === term);
    const known = isCommon && group.some(({ id }) => id === leader) ? leader : undefined;
    if (known !== undefined && known === this.#leader && term === this.#term) return;
    if (known !== this.#leader) this.#changes += 1;
    this.#leader = known;
    this.#term = term;
    this.#sinceMs = nowMs;
  }

  get hasLeader(): boolean {
    return this.#leader !== undefined;
  }

  /** 0 while there is no such leader. */
  stableMs(nowMs: number): number {
    return this.#leader === undefined ? 0 : nowMs - this.#sinceMs;
  }

  inWords(nowMs: number): string {
    const { changes, leader } = { changes: this.#changes, leader: this.#leader };
    const now = leader === undefined ? "nobody leads" : `${leader} leads for ${Math.round(this.stableMs(nowMs))} ms`;
    return `after ${changes} changes ${now}`;
  }
}
