import type { NodeId, StateMachine } from "@quorate/raft-core";
import type { KvAnswer, KvQuery, KvResult, KvStateMachine } from "@quorate/statemachine-kv";
import type { Life } from "../time/life.ts";
import type { Witness } from "../watch/witness.ts";
import { store } from "./store.ts";

/** A key-value store of which the witness sees every command that it is given. It is made when it is first used. */
export class ObservedMachine implements StateMachine<KvResult, KvQuery, KvAnswer> {
  #made: KvStateMachine | undefined;
  readonly #node: NodeId;
  readonly #life: Life;
  readonly #witness: Witness;

  constructor(node: NodeId, life: Life, witness: Witness) {
    this.#node = node;
    this.#life = life;
    this.#witness = witness;
  }

  get #inner(): KvStateMachine {
    this.#made ??= new (store().KvStateMachine)();
    return this.#made;
  }

  apply(command: Uint8Array, index: number): KvResult {
    if (this.#life.alive) this.#witness.applies(this.#node, index, command);
    return this.#inner.apply(command);
  }

  read(query: KvQuery): KvAnswer {
    return this.#inner.read(query);
  }

  snapshot(): Iterable<Uint8Array> {
    return this.#inner.snapshot();
  }

  restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#inner.restore(chunks);
  }
}
