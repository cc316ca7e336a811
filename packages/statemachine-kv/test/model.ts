import type { Command, Compare, KeyRange, KeyValue, KvResult, Operation, OperationResult } from "../src/index.ts";

/** The same store a second time, as naively as can be: one sorted array, everything by linear search. */
export class Model {
  revision = 1;
  kvs: KeyValue[] = [];

  apply(command: Command): KvResult {
    const before = JSON.stringify(this.kvs);
    const finish = (): number => (before === JSON.stringify(this.kvs) ? this.revision : ++this.revision);
    if (command.type === "txn") {
      const succeeded = command.compares.every((compare) => this.#holds(compare));
      const responses = (succeeded ? command.success : command.failure).map((operation) => this.#perform(operation));
      return { type: "txn", revision: finish(), succeeded, responses };
    }
    const { type, ...rest } = this.#perform(command);
    return type === "delete" && "deleted" in rest
      ? { type, revision: finish(), deleted: rest.deleted }
      : { type: "put", revision: finish() };
  }

  range(range: KeyRange): KeyValue[] {
    return this.kvs.filter(({ key }) => inRange(key, range));
  }

  get(key: Uint8Array): KeyValue | undefined {
    return this.kvs.find((kv) => same(kv.key, key));
  }

  #perform(operation: Operation): OperationResult {
    switch (operation.type) {
      case "put": {
        const { key, value } = operation;
        const old = this.get(key);
        const [createRevision, version] = [old?.createRevision ?? this.revision + 1, (old?.version ?? 0) + 1];
        this.kvs = this.kvs.filter((kv) => !same(kv.key, key));
        this.kvs.push({ key, value, createRevision, modRevision: this.revision + 1, version, lease: 0 });
        this.kvs.sort((a, b) => Buffer.compare(a.key, b.key));
        return { type: "put" };
      }
      case "delete":
        return this.#drop((kv) => same(kv.key, operation.key));
      case "delete-range":
        return this.#drop((kv) => inRange(kv.key, operation.range));
      case "get":
        return { type: "get", kv: this.get(operation.key) };
      case "range": {
        const found = this.range(operation.range);
        const kvs = found.slice(0, operation.limit ?? found.length);
        const shown = operation.keysOnly === true ? kvs.map((kv) => ({ ...kv, value: new Uint8Array(0) })) : kvs;
        return { type: "range", kvs: shown, more: kvs.length < found.length };
      }
    }
  }

  #drop(which: (kv: KeyValue) => boolean): OperationResult {
    const deleted = this.kvs.filter(which).length;
    this.kvs = this.kvs.filter((kv) => !which(kv));
    return { type: "delete", deleted };
  }

  #holds(compare: Compare): boolean {
    const kv = this.get(compare.key);
    let order: number;
    if (compare.target === "value") {
      if (kv === undefined) return false;
      order = Buffer.compare(kv.value, compare.value);
    } else {
      order = Math.sign((kv?.[compare.target] ?? 0) - compare.value);
    }
    return { "=": order === 0, "!=": order !== 0, "<": order === -1, ">": order === 1 }[compare.operator];
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function inRange(key: Uint8Array, range: KeyRange): boolean {
  if ("prefix" in range) return same(key.subarray(0, range.prefix.length), range.prefix);
  const afterStart = range.start === undefined || Buffer.compare(key, range.start) >= 0;
  return afterStart && (range.end === undefined || Buffer.compare(key, range.end) < 0);
}
