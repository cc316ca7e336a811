import type { StateMachine } from "@quorate/raft-core";
import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import type { NodeObserver } from "./node-observer.ts";

/** A key-value state machine, and a hash of all that it holds. */
export type KvMachine = StateMachine<KvResult, KvQuery, KvAnswer> & { digest(): string };

/** The state machine of one life of a node, watched. */
export class ObservedMachine implements StateMachine<KvResult, KvQuery, KvAnswer> {
  readonly #inner: KvMachine;
  readonly #observer: NodeObserver;

  constructor(inner: KvMachine, observer: NodeObserver) {
    this.#inner = inner;
    this.#observer = observer;
  }

  apply(command: Uint8Array, index: number): KvResult | Promise<KvResult> {
    this.#observer.applies(command, index);
    const result = this.#inner.apply(command, index);
    if (!(result instanceof Promise)) this.#observer.applied(index, result, () => this.#inner.digest());
    return result;
  }

  read(query: KvQuery): KvAnswer | Promise<KvAnswer> {
    return this.#inner.read(query);
  }

  snapshot(): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
    this.#observer.captured(this.#inner.digest());
    return this.#inner.snapshot();
  }

  restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#inner.restore(chunks);
  }

  digest(): string {
    return this.#inner.digest();
  }
}
