import type { ClusterHint, NodeHint } from "@quorate/client/protocol";
import { membersOf } from "@quorate/raft-core";
import type { Member } from "@quorate/raft-core";
import type { KvNode } from "../cluster/kv-node.ts";
import type { KnownOrigins } from "../watch/known-origins.ts";

export interface ClusterHintsOptions {
  readonly node: KvNode;
  readonly origins: KnownOrigins;
  readonly clientUrl: () => string;
  /** Clients want to know where the leader serves them, and nobody here knows. */
  readonly meet: (leader: Member) => void;
}

/** Who leads and where clients reach the members, as far as this node knows; tells whenever that has changed. */
export class ClusterHints {
  readonly #options: ClusterHintsOptions;
  readonly #listeners = new Set<(cluster: ClusterHint) => void>();
  readonly #unsubscribes: readonly (() => void)[];
  #told = "";

  constructor(options: ClusterHintsOptions) {
    this.#options = options;
    const { node } = options;
    this.#unsubscribes = (["leader", "membership"] as const).map((event) => node.on(event, () => this.refresh()));
  }

  get current(): ClusterHint {
    const { leader, membership } = this.#options.node.status();
    return {
      leader: leader && this.hintOf(leader.id),
      members: membersOf(membership).map(({ id }) => this.hintOf(id)),
    };
  }

  hintOf(id: string): NodeHint {
    const { node, origins, clientUrl } = this.#options;
    return { id, url: id === node.status().id ? clientUrl() : origins.of(id) };
  }

  /** Calls `listener` at every change, until the function that is returned is called. */
  listen(listener: (cluster: ClusterHint) => void): () => void {
    this.#listeners.add(listener);
    this.#meetLeader();
    return () => this.#listeners.delete(listener);
  }

  /** A node has said where clients reach it. */
  learn({ id, url }: NodeHint): void {
    if (url !== undefined) this.#options.origins.learn(id, url);
    this.refresh();
  }

  refresh(): void {
    const cluster = this.current;
    const text = JSON.stringify(cluster);
    if (text === this.#told) return;
    this.#told = text;
    for (const listener of this.#listeners) listener(cluster);
    this.#meetLeader();
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
    this.#listeners.clear();
  }

  #meetLeader(): void {
    const { leader } = this.#options.node.status();
    if (leader === undefined || this.#listeners.size === 0 || this.hintOf(leader.id).url !== undefined) return;
    this.#options.meet(leader);
  }
}
