import { Entry, type HardState, type Position, type Random, type Storage, seededRandom } from "@quorate/raft-core";
import { CheckError, equal } from "./check.ts";
import { type Content, EMPTY, StorageBench, type StorageCase } from "./storage-bench.ts";
import type { StorageMedium } from "./storage-medium.ts";

const OPERATIONS = 1000;
const TOLD_MAX = 6;

/** What the storage should hold, in the simplest form there is. */
class Model {
  hardState: HardState = EMPTY.hardState;
  base: Position = EMPTY.base;
  entries: Entry[] = [];

  get content(): Content {
    return { hardState: this.hardState, base: this.base, entries: this.entries };
  }

  get lastIndex(): number {
    return this.base.index + this.entries.length;
  }

  termAt(index: number): number {
    return this.entries[index - this.base.index - 1]?.term ?? this.base.term;
  }

  read(from: number, to: number, maxBytes: number): readonly Entry[] {
    if (from <= this.base.index) return [];
    const range = this.entries.filter(({ index }) => index >= from && index <= to);
    let bytes = 0;
    const over = range.findIndex(({ sizeBytes }, at) => {
      bytes += sizeBytes;
      return at > 0 && bytes > maxBytes;
    });
    return over < 0 ? range : range.slice(0, over);
  }
}

/** Draws operations and does each one to the storage and to the model. */
class Comparison {
  readonly #bench: StorageBench;
  readonly #random: Random;
  readonly #model: Model = new Model();
  #storage: Storage;
  #pending: Promise<void>[] = [];
  #told: string[] = [];

  constructor(bench: StorageBench, random: Random, storage: Storage) {
    this.#bench = bench;
    this.#random = random;
    this.#storage = storage;
  }

  /** An error of an operation, with the operations that led there. */
  explain(error: unknown, where: string): CheckError {
    const what = error instanceof CheckError ? error.message : `it failed with ${String(error)}`;
    return new CheckError(`${where}: ${what}. The last operations: ${this.#told.join("; ")}`, { cause: error });
  }

  async step(durable: boolean): Promise<void> {
    const draw = this.#random.next();
    if (draw < 0.6) this.#append();
    else if (draw < 0.68) this.#compact();
    else if (draw < 0.7) this.#reset();
    else if (draw < 0.95) await this.#read();
    else await this.finish(durable && draw < 0.975 ? "crash" : "close");
  }

  /** Awaits every write, ends the storage one way or the other, and compares all that it holds. */
  async finish(end: "close" | "crash"): Promise<void> {
    this.#tell(end === "close" ? "close and open" : "crash and open");
    await this.#settle();
    if (end === "close") {
      this.#storage = await this.#bench.reopen(this.#storage, this.#model.content);
      return;
    }
    await this.#bench.crash(this.#storage);
    this.#storage = await this.#bench.open(this.#model.content);
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  #append(): void {
    const model = this.#model;
    if (this.#below(4) === 0) {
      model.hardState = {
        term: model.hardState.term + this.#below(3),
        votedFor: this.#below(2) === 0 ? undefined : "n2",
      };
    }
    const back = this.#below(5) === 0 ? this.#below(Math.min(20, model.entries.length + 1)) : 0;
    const first = model.lastIndex + 1 - back;
    let term = model.termAt(first - 1);
    const fresh: Entry[] = [];
    for (let index = first; index < first + this.#below(6); index += 1) {
      term += this.#below(model.hardState.term - term + 1);
      const data = new Uint8Array(this.#below(300)).fill(this.#below(256));
      fresh.push(new Entry(index, term, this.#below(10) === 0 ? "membership" : "command", data));
    }
    if (fresh.length > 0) model.entries.splice(first - model.base.index - 1, Infinity, ...fresh);
    const what = fresh.length > 0 ? `entries ${first} to ${model.lastIndex}, the last of term ${term}` : "no entries";
    this.#tell(`append ${what}, in term ${model.hardState.term}`);
    this.#write(this.#storage.append({ hardState: model.hardState, entries: fresh }));
  }

  #compact(): void {
    const model = this.#model;
    const index = model.base.index + this.#below(model.entries.length + 1);
    const base = { index, term: model.termAt(index) };
    model.entries.splice(0, index - model.base.index);
    model.base = base;
    this.#tell(`compact to ${index}`);
    this.#write(this.#storage.compact(base));
  }

  #reset(): void {
    const model = this.#model;
    model.base = { index: this.#below(model.lastIndex + 50), term: this.#below(model.hardState.term + 1) };
    model.entries = [];
    this.#tell(`reset to ${model.base.index} of term ${model.base.term}`);
    this.#write(this.#storage.reset(model.base));
  }

  async #read(): Promise<void> {
    const { base, lastIndex } = this.#model;
    const from = base.index + this.#below(lastIndex - base.index + 3);
    const to = from + this.#below(40);
    const maxBytes = this.#below(4000);
    this.#tell(`read ${from} to ${to} in ${maxBytes} bytes`);
    await this.#settle();
    const read = await this.#storage.read(from, to, maxBytes);
    equal(read, this.#model.read(from, to, maxBytes), `entries ${from} to ${to} in ${maxBytes} bytes`);
  }

  #tell(operation: string): void {
    this.#told.push(operation);
    if (this.#told.length > TOLD_MAX) this.#told.shift();
  }

  /** Awaited later, so that writes pile up: one that fails before must not count as handled by nobody. */
  #write(outcome: Promise<void>): void {
    outcome.catch(() => undefined);
    this.#pending.push(outcome);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }
}

async function compare(medium: StorageMedium, seed: number): Promise<void> {
  await StorageBench.run(medium, async (bench) => {
    const comparison = new Comparison(bench, seededRandom(seed), await bench.open());
    const operations = medium.operations ?? OPERATIONS;
    let step = 1;
    try {
      for (; step <= operations; step += 1) await comparison.step(medium.durable);
      await comparison.finish("close");
    } catch (error) {
      const where = step <= operations ? `operation ${step} of ${operations}` : "the end";
      throw comparison.explain(error, where);
    }
  });
}

export const storageModelCases: readonly StorageCase[] = [1, 2, 3].map((seed) => ({
  name: `S26 random operations, crashes among them, leave what they leave in a model (seed ${seed})`,
  run: (medium: StorageMedium) => compare(medium, seed),
}));
