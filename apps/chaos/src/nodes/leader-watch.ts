import { pauseUnless } from "../world/pause-unless.ts";
import type { Node } from "./node.ts";
import { statusOf } from "./status.ts";

const pollMs = 250;

/** Knows who leads, as far as the nodes say, and counts how often that changes. */
export class LeaderWatch {
  readonly #nodes: readonly Node[];
  readonly #leaders = new Map<number, string>();
  readonly #stopping = new AbortController();
  readonly #polling: Promise<void>;
  #leader: string | undefined;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.#polling = this.#poll();
  }

  /** The leader of the latest term among those that answer; undefined where none does. */
  get leader(): string | undefined {
    return this.#leader;
  }

  /** How many terms have had a leader, as far as was seen, besides the first. */
  get changes(): number {
    return Math.max(0, this.#leaders.size - 1);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const views = await Promise.all(
        this.#nodes.map(async (node) => ({ id: node.id, status: await statusOf(node.url) })),
      );
      const leaders = views.flatMap(({ id, status }) => (status?.role === "leader" ? [{ id, term: status.term }] : []));
      for (const { id, term } of leaders) this.#leaders.set(term, id);
      this.#leader = leaders.toSorted((a, b) => b.term - a.term)[0]?.id;
      await pauseUnless(signal, pollMs);
    }
  }
}
