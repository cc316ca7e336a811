import type { Random, StateMachine } from "@quorate/raft-core";
import type { StateMachineSubject } from "../src/state-machine-suite.ts";

/** What can be wrong with a toy. */
export type ToyFlaw =
  | "random"
  | "late snapshot"
  | "snapshot shares memory"
  | "restore merges"
  | "throws on invalid"
  | "reading counts"
  | "aliased answers"
  | "changes commands"
  | "counts indexes"
  | "blind digest"
  | "snapshot locks"
  | "needs whole chunks"
  | "swallows failed chunks"
  | "forgets the counter";

let created = 0;

/** Sixteen slots of one byte each: the smallest machine that can have all the flaws. */
export class Toy implements StateMachine<Uint8Array, number, Uint8Array> {
  readonly #flaw: ToyFlaw | undefined;
  readonly #serial = created++;
  #slots = new Uint8Array(16);
  #applied = 0;
  #snapshots = 0;

  constructor(flaw?: ToyFlaw) {
    this.#flaw = flaw;
  }

  apply(command: Uint8Array, index: number): Uint8Array {
    const [slot, value] = command;
    if (slot === undefined || value === undefined || slot >= 16) {
      if (this.#flaw === "throws on invalid") throw new Error("what is this?");
      return Uint8Array.of(255);
    }
    if (this.#flaw === "snapshot locks" && this.#snapshots > 0) return Uint8Array.of(254);
    if (this.#flaw === "changes commands") command[1] = 0;
    this.#slots[slot] = this.#flaw === "random" ? value + this.#serial : value;
    this.#applied = this.#flaw === "counts indexes" ? index % 256 : (this.#applied + 1) % 256;
    return Uint8Array.of(value, this.#applied);
  }

  read(): Uint8Array {
    if (this.#flaw === "reading counts") this.#applied++;
    if (this.#flaw === "aliased answers") return this.#slots;
    return Uint8Array.of(...this.#slots, this.#applied);
  }

  snapshot(): Iterable<Uint8Array> {
    this.#snapshots++;
    const head = Uint8Array.of(this.#flaw === "forgets the counter" ? 0 : this.#applied);
    if (this.#flaw === "snapshot shares memory") return [head, this.#slots];
    return this.#flaw === "late snapshot" ? this.#stream(head) : [head, this.#slots.slice()];
  }

  *#stream(head: Uint8Array): Generator<Uint8Array> {
    yield head;
    yield this.#slots.slice();
  }

  async restore(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const bytes: number[] = [];
    try {
      for await (const chunk of chunks) {
        if (this.#flaw === "needs whole chunks" && ![1, 16].includes(chunk.length)) continue;
        bytes.push(...chunk);
      }
    } catch (error) {
      if (this.#flaw !== "swallows failed chunks") throw error;
    }
    const [applied = 0, ...slots] = bytes;
    this.#applied = applied;
    this.#slots = Uint8Array.from({ length: 16 }, (_, i) =>
      this.#flaw === "restore merges" ? (slots[i] ?? 0) || (this.#slots[i] ?? 0) : (slots[i] ?? 0),
    );
  }

  digest(): string {
    return this.#flaw === "blind digest" ? String(this.#slots[0]) : String([...this.#slots, this.#applied]);
  }
}

export function toySubject(flaw?: ToyFlaw): StateMachineSubject<Toy> {
  return {
    create: () => new Toy(flaw),
    command: (random: Random) => Uint8Array.of(Math.floor(random.next() * 16), Math.floor(random.next() * 256)),
    queries: [0],
    invalid: [new Uint8Array(0), Uint8Array.of(16, 1), Uint8Array.of(3)],
    digest: (toy) => toy.digest(),
  };
}
