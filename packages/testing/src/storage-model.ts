import { Entry, type HardState, type Position, type Random, type Storage, seededRandom } from "@quorate/raft-core";
import { equal } from "./check.ts";
import { type Content, EMPTY, StorageBench, type StorageCase } from "./storage-bench.ts";
import type { StorageMedium } from "./storage-medium.ts";

const OPERATIONS = 1000;

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

  constructor(bench: StorageBench, random: Random, storage: Storage) {
    this.#bench = bench;
    this.#random = random;
    this.#storage = storage;
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
    this.#pending.push(this.#storage.append({ hardState: model.hardState, entries: fresh }));
  }

  #compact(): void {
    const model = this.#model;
    const index = model.base.index + this.#below(model.entries.length + 1);
    const base = { index, term: model.termAt(index) };
    model.entries.splice(0, index - model.base.index);
    model.base = base;
    this.#pending.push(this.#storage.compact(base));
  }

  #reset(): void {
    const model = this.#model;
    model.base = { index: this.#below(model.lastIndex + 50), term: this.#below(model.hardState.term + 1) };
    model.entries = [];
    this.#pending.push(this.#storage.reset(model.base));
  }

  async #read(): Promise<void> {
    await this.#settle();
    const { base, lastIndex } = this.#model;
    const from = base.index + this.#below(lastIndex - base.index + 3);
    const to = from + this.#below(40);
    const maxBytes = this.#below(4000);
    const read = await this.#storage.read(from, to, maxBytes);
    equal(read, this.#model.read(from, to, maxBytes), `entries ${from} to ${to} in ${maxBytes} bytes`);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#pending.splice(0));
  }
}

async function compare(medium: StorageMedium, seed: number): Promise<void> {
  await StorageBench.run(medium, async (bench) => {
    const comparison = new Comparison(bench, seededRandom(seed), await bench.open());
    for (let step = 0; step < (medium.operations ?? OPERATIONS); step += 1) await comparison.step(medium.durable);
    await comparison.finish("close");
  });
}

export const storageModelCases: readonly StorageCase[] = [1, 2, 3].map((seed) => ({
  name: `S26 random operations, crashes among them, leave what they leave in a model (seed ${seed})`,
  run: (medium: StorageMedium) => compare(medium, seed),
}));
