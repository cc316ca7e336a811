import type { NodeId, StateMachine } from "@quorate/raft-core";
import { RegisterMachine, type RegisterResult } from "../registers/register-machine.ts";
import type { Life } from "../time/life.ts";
import type { Witness } from "../watch/witness.ts";

/** A state machine of which the witness sees every command that it is given. */
export class ObservedMachine implements StateMachine<RegisterResult, string, string | null> {
  readonly #inner = new RegisterMachine();
  readonly #node: NodeId;
  readonly #life: Life;
  readonly #witness: Witness;

  constructor(node: NodeId, life: Life, witness: Witness) {
    this.#node = node;
    this.#life = life;
    this.#witness = witness;
  }

  apply(command: Uint8Array, index: number): RegisterResult {
    if (this.#life.alive) this.#witness.applies(this.#node, index, command);
    return this.#inner.apply(command);
  }

  read(key: string): string | null {
    return this.#inner.read(key);
  }

  snapshot(): Iterable<Uint8Array> {
    return this.#inner.snapshot();
  }

  restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#inner.restore(chunks);
  }
}
