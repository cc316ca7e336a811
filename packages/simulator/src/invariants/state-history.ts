import type { Command, Compare, KvAnswer, KvQuery, KvResult, Operation } from "@quorate/statemachine-kv";

/** What a key held from a revision on, until the next one. */
interface Version {
  readonly revision: number;
  /** Undefined: there was no such key. */
  readonly value: Uint8Array | undefined;
}

const FIRST_REVISION = 1;

const decoder = new TextDecoder();

function areEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/**
 * Every state that the store was ever in, as the simplest key-value store that there could be has it: what each node's
 * answers are held against. Knows the commands and questions that clients of a simulation use, and no others.
 */
export class StateHistory {
  readonly #versions = new Map<string, Version[]>();
  /** By the index of a command: the revision after it. */
  readonly #revisions = new Map<number, number>();
  #revision: number = FIRST_REVISION;

  /** The revision after the command at `index`, or before the first one where `index` is 0. */
  revisionAfter(index: number): number {
    return index === 0 ? FIRST_REVISION : (this.#revisions.get(index) ?? 0);
  }

  /** A command is applied for the first time. Undefined, or in what the result is wrong. */
  applied(index: number, command: Command, result: KvResult): string | undefined {
    const succeeded = command.type !== "txn" || command.compares.every((compare) => this.#holds(compare));
    const operations = command.type !== "txn" ? [command] : succeeded ? command.success : command.failure;
    const revision = this.#revision + 1;
    // No two operations of a command concern the same key.
    const changes = operations.filter((operation) => this.#perform(operation, revision));
    if (changes.length > 0) this.#revision = revision;
    this.#revisions.set(index, this.#revision);
    if (result.type === "invalid") return `the command at ${index} is called invalid`;
    if (result.type === "txn" && result.succeeded !== succeeded) {
      return `the transaction at ${index} is said to have ${result.succeeded ? "succeeded" : "failed"}, and has not`;
    }
    if (result.revision === this.#revision) return undefined;
    return `the command at ${index} is done at revision ${result.revision}, and not ${this.#revision}`;
  }

  /** Undefined, or in what the answer is not what the store held at the revision that it names. */
  fault(query: KvQuery, answer: KvAnswer): string | undefined {
    const { revision } = answer;
    if (revision < FIRST_REVISION || revision > this.#revision) return `no store was ever at revision ${revision}`;
    if (query.type === "get" && answer.type === "get") {
      const key = decoder.decode(query.key);
      if (areEqual(answer.kv?.value, this.#at(key, revision)?.value)) return undefined;
      return `at revision ${revision} key ${key} held something else`;
    }
    if (query.type !== "range" || answer.type !== "range" || !("prefix" in query.range)) {
      throw new TypeError("a question that no client of a simulation asks");
    }
    const prefix = decoder.decode(query.range.prefix);
    const held = [...this.#versions.keys()].toSorted().filter((key) => key.startsWith(prefix));
    const expected = held.filter((key) => this.#at(key, revision)?.value !== undefined);
    const found = answer.kvs.map(({ key }) => decoder.decode(key));
    const isSame =
      found.join("\n") === expected.join("\n") &&
      answer.kvs.every(({ key, value }) => areEqual(value, this.#at(decoder.decode(key), revision)?.value));
    return isSame ? undefined : `at revision ${revision} the keys with prefix ${prefix} held something else`;
  }

  #at(key: string, revision: number): Version | undefined {
    return this.#versions.get(key)?.findLast((version) => version.revision <= revision);
  }

  #holds(compare: Compare): boolean {
    if (compare.target !== "modRevision" || compare.operator !== "=") {
      throw new TypeError("a comparison that no client of a simulation makes");
    }
    const version = this.#at(decoder.decode(compare.key), Infinity);
    return (version?.value === undefined ? 0 : version.revision) === compare.value;
  }

  /** Whether it changes anything. */
  #perform(operation: Operation | Command, revision: number): boolean {
    if (operation.type !== "put" && operation.type !== "delete") return false;
    const key = decoder.decode(operation.key);
    const versions = this.#versions.get(key) ?? [];
    const value = operation.type === "put" ? operation.value : undefined;
    if (value === undefined && versions.at(-1)?.value === undefined) return false;
    this.#versions.set(key, versions);
    versions.push({ revision, value });
    return true;
  }
}
