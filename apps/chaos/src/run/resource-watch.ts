import type { ResourceUse } from "../check/record.ts";
import type { Node } from "../nodes/node.ts";
import { pauseUnless } from "../world/pause-unless.ts";

const everyMs = 1000;

/** Looks at memory and descriptors of all nodes once a second, and keeps the most of each. */
export class ResourceWatch {
  readonly #nodes: readonly Node[];
  readonly #most = new Map<string, ResourceUse>();
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.#watching = this.#watch();
  }

  get most(): readonly ResourceUse[] {
    return [...this.#most.values()];
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const use of await usesOf(this.#nodes)) {
        const most = this.#most.get(use.node);
        const rssBytes = Math.max(use.rssBytes, most?.rssBytes ?? 0);
        const descriptors = Math.max(use.descriptors, most?.descriptors ?? 0);
        this.#most.set(use.node, { node: use.node, rssBytes, descriptors });
      }
      await pauseUnless(signal, everyMs);
    }
  }
}

/** Of the nodes that are up. */
export async function usesOf(nodes: readonly Node[]): Promise<readonly ResourceUse[]> {
  const uses = await Promise.all(nodes.map(async (node) => ({ node: node.id, use: await node.resources() })));
  return uses.flatMap(({ node, use }) => (use === undefined ? [] : [{ node, ...use }]));
}
