import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Member } from "@quorate/raft-core";
import { Pool } from "undici";
import type { Dispatcher } from "undici";

export interface PeerDispatchersOptions extends Pool.Options {
  /** Makes a connection to a peer; without it, plain ones are made to its address. */
  readonly connectTo?: ((peer: Member) => Promise<Duplex>) | undefined;
}

/** A peer is not reached: what was to be asked was not. */
class NotConnected extends Error {
  readonly syscall = "connect";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "NotConnected";
  }
}

/** Peers that are asked no more are let go of beyond this. */
const POOLS_MAX = 64;

/** Connections for requests to peers, kept for the next request. */
export class PeerDispatchers {
  readonly #options: PeerDispatchersOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: PeerDispatchersOptions) {
    this.#options = options;
  }

  to(peer: Member): Dispatcher {
    const name = `${peer.id} ${peer.address}`;
    const pool = this.#pools.get(name) ?? this.#open(peer);
    this.#pools.delete(name);
    this.#pools.set(name, pool);
    const [oldest] = this.#pools;
    if (oldest && this.#pools.size > POOLS_MAX) {
      this.#pools.delete(oldest[0]);
      void oldest[1].close();
    }
    return pool;
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()));
  }

  #open(peer: Member): Pool {
    const { connectTo, ...options } = this.#options;
    if (!connectTo) return new Pool(`http://${peer.address}`, options);
    return new Pool(`http://${peer.address}`, {
      ...options,
      connect: (_options, done) => {
        connectTo(peer).then(
          (stream) => done(null, stream as Socket),
          (error: unknown) => done(new NotConnected(error), null),
        );
      },
    });
  }
}
