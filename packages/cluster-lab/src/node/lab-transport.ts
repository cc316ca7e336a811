import type { Member, Message, NodeId, Transport, TransportHandler } from "@quorate/raft-core";
import type { MemoryTransport } from "@quorate/transport-memory";
import type { Life } from "../time/life.ts";
import type { Witness } from "../watch/witness.ts";

/** One life's end of the network: watched, deaf while the life is paused, and dumb once it is over. */
export class LabTransport implements Transport {
  readonly #inner: MemoryTransport;
  readonly #life: Life;
  readonly #witness: Witness;

  constructor(inner: MemoryTransport, life: Life, witness: Witness) {
    this.#inner = inner;
    this.#life = life;
    this.#witness = witness;
  }

  start(handler: TransportHandler): void {
    const { id } = this.#inner;
    this.#inner.start({
      receive: (from, message) =>
        this.#life.now("deliver", () => {
          this.#witness.receives(id, from, message);
          handler.receive(from, message);
        }),
      unreachable: (peer) => this.#life.now("deliver", () => handler.unreachable(peer)),
    });
  }

  setMembers(members: readonly Member[]): void {
    this.#inner.setMembers(members);
  }

  send(to: NodeId, message: Message): void {
    if (!this.#life.alive) return;
    this.#witness.sends(this.#inner.id, to, message);
    this.#inner.send(to, message);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
