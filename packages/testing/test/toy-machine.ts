import type { Random, StateMachine } from "@quorate/raft-core";
import type { StateMachineSubject } from "../src/state-machine-suite.ts";

/** What can be wrong with a toy. */
export type ToyFlaw =
  | "random"
  | "late snapshot"
  | "snapshot shares memory"
  | "restore merges"
  | "throws on invalid"
  | "the third reading counts"
  | "aliased answers"
  | "changes commands"
  | "wants every index"
  | "blind digest"
  | "locked by what is given up"
  | "needs whole chunks"
  | "swallows failed chunks"
  | "forgets the counter"
  | "looks at the clock"
  | "uses its chunk again"
  | "no first state";

/** Each flaw, and the numbers of the cases that find it. */
export const toyMachineFlaws: ReadonlyMap<ToyFlaw, readonly string[]> = new Map([
  ["random", ["M01", "M02", "M04", "M05", "M09", "M10", "M12", "M17"]],
  ["looks at the clock", ["M02"]],
  ["forgets the counter", ["M03", "M04", "M05", "M06", "M17"]],
  ["needs whole chunks", ["M04"]],
  ["late snapshot", ["M05"]],
  ["snapshot shares memory", ["M05", "M10"]],
  ["uses its chunk again", ["M04", "M05"]],
  ["restore merges", ["M06"]],
  ["no first state", ["M06"]],
  ["swallows failed chunks", ["M06"]],
  ["throws on invalid", ["M07"]],
  ["the third reading counts", ["M04", "M07", "M09"]],
  ["aliased answers", ["M10"]],
  ["changes commands", ["M10"]],
  ["wants every index", ["M12"]],
  ["blind digest", ["M16"]],
  ["locked by what is given up", ["M17"]],
]);

let created = 0;

/** Sixteen slots of one byte each: the smallest machine that can have all the flaws. */
export class Toy implements StateMachine<Uint8Array, number, Uint8Array> {
  readonly #flaw: ToyFlaw | undefined;
  readonly #serial = created++;
  #slots = new Uint8Array(16);
  #applied = 0;
  #lastIndex = 0;
  #readings = 0;
  #isLocked = false;

  constructor(flaw?: ToyFlaw) {
    this.#flaw = flaw;
  }

  apply(command: Uint8Array, index: number): Uint8Array {
    const [slot, value] = command;
    if (slot === undefined || value === undefined || slot >= 16) {
      if (this.#flaw === "throws on invalid") throw new Error("what is this?");
      return Uint8Array.of(255);
    }
    this.#readings = 0;
    if (this.#isLocked) return Uint8Array.of(254);
    if (this.#flaw === "changes commands") command[2] = 0;
    const hasGap = this.#flaw === "wants every index" && this.#lastIndex > 0 && index > this.#lastIndex + 1;
    this.#lastIndex = index;
    if (hasGap) return Uint8Array.of(252);
    if (this.#flaw === "looks at the clock" && Date.now() < 0) return Uint8Array.of(253);
    this.#slots[slot] = this.#flaw === "random" ? value + this.#serial : value;
    this.#applied = (this.#applied + 1) % 256;
    return Uint8Array.of(value, this.#applied);
  }

  read(): Uint8Array {
    this.#readings++;
    if (this.#flaw === "the third reading counts" && this.#readings === 3) this.#applied++;
    if (this.#flaw === "aliased answers") return this.#slots;
    return Uint8Array.of(...this.#slots, this.#applied);
  }

  snapshot(): Iterable<Uint8Array> {
    const head = Uint8Array.of(this.#flaw === "forgets the counter" ? 0 : this.#applied);
    if (this.#flaw === "snapshot shares memory") return [head, this.#slots];
    if (this.#flaw === "uses its chunk again") return this.#byteByByte(Uint8Array.of(...head, ...this.#slots));
    if (this.#flaw === "no first state" && this.#applied === 0) return [];
    if (this.#flaw === "locked by what is given up") return this.#lockedUntilRead(head, this.#slots.slice());
    return this.#flaw === "late snapshot" ? this.#stream(head) : [head, this.#slots.slice()];
  }

  *#stream(head: Uint8Array): Generator<Uint8Array> {
    yield head;
    yield this.#slots.slice();
  }

  *#lockedUntilRead(...chunks: readonly Uint8Array[]): Generator<Uint8Array> {
    let left = chunks.length;
    try {
      for (; left > 0; left--) yield chunks[chunks.length - left] ?? new Uint8Array(0);
    } finally {
      this.#isLocked = left > 0;
    }
  }

  *#byteByByte(bytes: Uint8Array): Generator<Uint8Array> {
    const chunk = new Uint8Array(1);
    for (const byte of bytes) yield chunk.fill(byte);
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
    if (this.#flaw === "no first state" && bytes.length === 0) return;
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
    command: (random: Random) => Uint8Array.of(Math.floor(random.next() * 16), Math.floor(random.next() * 256), 7),
    queries: [0],
    invalid: [new Uint8Array(0), Uint8Array.of(16, 1), Uint8Array.of(3)],
    digest: (toy) => toy.digest(),
  };
}
