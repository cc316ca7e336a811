import type { Logger, Member, Membership, NodeId, RaftErrorCode, Role, Snapshot } from "@quorate/raft-core";

/** Why a node has stopped for good. */
export interface NodeFailure {
  readonly code: RaftErrorCode;
  readonly message: string;
}

/** What can be watched with `node.on`. Events tell; they never carry what a program depends on. */
export interface RaftNodeEvents {
  /** This node's role or term has changed. */
  readonly role: { readonly role: Role; readonly term: number };
  /** The leader that this node knows of has changed; undefined while it knows of none. */
  readonly leader: { readonly leader: Member | undefined; readonly term: number };
  /** More entries are committed. */
  readonly commit: { readonly index: number };
  /** A snapshot of the local state machine is durable, or one from the leader is installed. */
  readonly snapshot: { readonly snapshot: Snapshot; readonly origin: "taken" | "installed" };
  /** The configuration in force has changed; it may still roll back. */
  readonly membership: { readonly membership: Membership };
  /** A peer says that the cluster knows another incarnation of this node; see `status().isForgotten`. */
  readonly forgotten: { readonly by: NodeId };
  /** The node has stopped for good. Nothing but `status` and `close` works from here on. */
  readonly failed: NodeFailure;
}

export type RaftNodeListener<Name extends keyof RaftNodeEvents> = (event: RaftNodeEvents[Name]) => void;

type Listeners = { readonly [Name in keyof RaftNodeEvents]: Set<RaftNodeListener<Name>> };

/** Listeners, called in the order in which they came. One that throws or rejects is logged and harms no one. */
export class Events {
  readonly #logger: Logger;
  readonly #listeners: Listeners = {
    role: new Set(),
    leader: new Set(),
    commit: new Set(),
    snapshot: new Set(),
    membership: new Set(),
    forgotten: new Set(),
    failed: new Set(),
  };

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Each call counts: a function added twice is called twice. Returns what removes it again. */
  on<Name extends keyof RaftNodeEvents>(name: Name, listener: RaftNodeListener<Name>): () => void {
    if (!Object.hasOwn(this.#listeners, name)) {
      throw new TypeError(`event "${name}" is none of ${Object.keys(this.#listeners).join(", ")}`);
    }
    if (typeof listener !== "function") throw new TypeError(`listener for "${name}" is not a function`);
    const own: RaftNodeListener<Name> = (event) => listener(event);
    this.#listeners[name].add(own);
    return () => void this.#listeners[name].delete(own);
  }

  emit<Name extends keyof RaftNodeEvents>(name: Name, event: RaftNodeEvents[Name]): void {
    for (const listener of this.#listeners[name]) {
      try {
        const outcome: unknown = listener(event);
        if (outcome instanceof Promise) outcome.catch((error: unknown) => this.#complain(name, error));
      } catch (error) {
        this.#complain(name, error);
      }
    }
  }

  #complain(name: string, error: unknown): void {
    this.#logger.error(`a listener for "${name}" failed`, { error });
  }
}
