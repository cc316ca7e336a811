import type { NodeId } from "@quorate/raft-core";

/**
 * The names under which a page may have been loaded from a server of this machine. Those of the other family of addresses
 * are not among them: at the same port of that one another program may listen.
 */
const loopbackNames: Readonly<Record<string, readonly string[]>> = {
  "127.0.0.1": ["127.0.0.1", "localhost"],
  "[::1]": ["[::1]", "localhost"],
  localhost: ["127.0.0.1", "localhost", "[::1]"],
};

/** What `connect-src` of a policy can hold: a semicolon is allowed in the name of a host, and would begin another rule. */
const plainHost = /^[\w.:[\]-]+$/;

export interface KnownOriginsOptions {
  readonly own: () => string;
  /** The ids of the cluster's members. */
  readonly members: () => readonly NodeId[];
}

/**
 * Where clients reach the nodes of this cluster, as far as they have said so: the origins of the pages that these serve.
 * An address of this machine goes by several names.
 */
export class KnownOrigins {
  readonly #options: KnownOriginsOptions;
  readonly #origins = new Map<NodeId, string>();

  constructor(options: KnownOriginsOptions) {
    this.#options = options;
  }

  /** `id` has said that clients reach it there. What is no origin is passed over. */
  learn(id: NodeId, url: string): void {
    if (!URL.canParse(url)) return;
    const { origin, protocol, hostname } = new URL(url);
    if (!["http:", "https:"].includes(protocol) || !plainHost.test(hostname) || !this.#options.members().includes(id))
      return;
    this.#origins.set(id, origin);
  }

  /** Those of the others. */
  get others(): readonly string[] {
    this.#forget();
    return [...this.#origins.values()];
  }

  /** Where clients reach the node, as far as it has said so. */
  of(id: NodeId): string | undefined {
    this.#forget();
    return this.#origins.get(id);
  }

  isKnown(id: NodeId): boolean {
    return this.#origins.has(id);
  }

  /** Whether a page of that origin was served by a node of this cluster. */
  has(origin: string): boolean {
    return [this.#options.own(), ...this.others].some((known) => namesOf(known).includes(origin));
  }

  #forget(): void {
    const members = this.#options.members();
    for (const id of this.#origins.keys()) if (!members.includes(id)) this.#origins.delete(id);
  }
}

function namesOf(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin);
  const names = loopbackNames[hostname];
  if (names === undefined) return [origin];
  return names.map((name) => `${protocol}//${name}${port === "" ? "" : `:${port}`}`);
}
