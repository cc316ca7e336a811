import type { Logger, Message, NodeId } from "@quorate/raft-core";

/** One message on its way. */
export interface Flight {
  /** Counts up over the network; a duplicate has a number of its own. */
  readonly id: number;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
  /** On the network's clock. */
  readonly sentMs: number;
  /** When it is due; the same as `sentMs` where it never left. */
  readonly dueMs: number;
  readonly duplicate: boolean;
}

/**
 * Why a message did not arrive. `lost`: by `dropRate`. `cut`: the link was cut when it was sent or when it was due.
 * `down`: the receiver is closed, has been replaced, was never there or has not started. `stranger`: neither of the
 * two has the other among its members. `self`: addressed to its own sender. `overflow`: the link is full.
 */
export type DropReason = "lost" | "cut" | "down" | "stranger" | "self" | "overflow";

export interface Drop extends Flight {
  readonly reason: DropReason;
}

/** Every `send` is followed by one `deliver` or one `drop` of the same `id`; a `drop` may come without a `send`. */
export interface NetworkEvents {
  readonly send: Flight;
  readonly deliver: Flight;
  readonly drop: Drop;
}

type Listeners = { readonly [Name in keyof NetworkEvents]: Set<(event: NetworkEvents[Name]) => void> };

/** Tells listeners what happens; one that throws is logged and harms nobody else. */
export class Observers {
  readonly #listeners: Listeners = { send: new Set(), deliver: new Set(), drop: new Set() };
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  on<Name extends keyof NetworkEvents>(name: Name, listener: (event: NetworkEvents[Name]) => void): () => void {
    const listeners: Listeners[Name] = this.#listeners[name];
    // A wrapper, so that the same function registered twice is called, and taken away, twice.
    const own = (event: NetworkEvents[Name]): void => listener(event);
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }

  emit<Name extends keyof NetworkEvents>(name: Name, event: NetworkEvents[Name]): void {
    const listeners: Listeners[Name] = this.#listeners[name];
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error(`a listener for "${name}" threw`, { error });
      }
    }
  }
}
