import type { StateMachine } from "@quorate/raft-core";
import { keyOf } from "./bytes.ts";
import { decodeCommand } from "./codec.ts";
import type { KvResult } from "./command.ts";
import { digestOf } from "./digest.ts";
import { execute } from "./execute.ts";
import type { KvAnswer, KvQuery } from "./query.ts";
import { boundsOf } from "./range.ts";
import { encodeSnapshot } from "./snapshot.ts";
import { SnapshotReader } from "./snapshot-reader.ts";
import { Store, keyValueOf } from "./store.ts";

/**
 * One message for every command that is not one: results are part of what all nodes must agree on, and the words of a
 * decoder or a validator may differ from version to version. `encodeCommand` says what is wrong with a command.
 */
const INVALID: KvResult = Object.freeze({
  type: "invalid",
  message: "not a command of this key-value store; encode commands with encodeCommand",
});

/** A key-value store with etcd's data model, as a state machine. */
export class KvStateMachine implements StateMachine<KvResult, KvQuery, KvAnswer> {
  #store = new Store();

  /** The revision of the last command that changed anything; 1 before the first. */
  get revision(): number {
    return this.#store.revision;
  }

  /** How many keys there are. */
  get size(): number {
    return this.#store.size;
  }

  /**
   * Executes what `encodeCommand` encoded, and the same commands written down in another way, which `assertCommand` keeps
   * out of a log. Any other bytes change nothing and give an `invalid` result.
   */
  apply(command: Uint8Array): KvResult {
    const decoded = decodeCommand(command);
    return decoded === undefined ? INVALID : execute(this.#store, decoded);
  }

  read(query: KvQuery): KvAnswer {
    const { revision } = this.#store;
    switch (query.type) {
      case "get": {
        const key = keyOf(query.key);
        checkPositive("bytesMax", query.bytesMax);
        const item = this.#store.get(key);
        const bytes = item?.value.length ?? 0;
        if (bytes > (query.bytesMax ?? Infinity)) return { type: "get", revision, kv: undefined, omittedBytes: bytes };
        return { type: "get", revision, kv: item && keyValueOf(key, item) };
      }
      case "range":
        checkPositive("limit", query.limit);
        checkPositive("bytesMax", query.bytesMax);
        return { type: "range", revision, ...this.#store.slice(boundsOf(query.range), query) };
      case "count":
        return { type: "count", revision, count: this.#store.count(boundsOf(query.range)) };
    }
  }

  /** Captured in constant time at the call; writes go on while the chunks are consumed. */
  snapshot(): Iterable<Uint8Array> {
    return encodeSnapshot(this.#store.clone());
  }

  /** If it rejects, the state is what it was. */
  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const reader = new SnapshotReader();
    for await (const chunk of chunks) reader.push(chunk);
    this.#store = reader.finish();
  }

  /** A hash of the whole state: equal states give equal digests, here and on every other node. Reads everything. */
  digest(): string {
    return digestOf(this.snapshot());
  }
}

function checkPositive(name: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0)) throw new TypeError(`${name} is ${value}, but must be above 0`);
}
