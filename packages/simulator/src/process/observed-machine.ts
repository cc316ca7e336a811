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
    const answered = (value: KvResult): KvResult => {
      this.#observer.applied(index, value, () => this.#inner.digest());
      return value;
    };
    return result instanceof Promise ? result.then(answered) : answered(result);
  }

  read(query: KvQuery): KvAnswer | Promise<KvAnswer> {
    const answer = this.#inner.read(query);
    const answered = (value: KvAnswer): KvAnswer => {
      this.#observer.answers(query, value);
      return value;
    };
    return answer instanceof Promise ? answer.then(answered) : answered(answer);
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
