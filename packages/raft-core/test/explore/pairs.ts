import { mix } from "./fingerprint.ts";

/** Maps pairs of 32-bit integers to integers ≥ 0. Open addressing, at most half full. */
export class Pairs {
  #firsts: Int32Array;
  #seconds: Int32Array;
  /** The value plus 1; 0 where the slot is free. */
  #values: Int32Array;
  #mask: number;
  size = 0;

  constructor(capacity: number = 1 << 16) {
    this.#firsts = new Int32Array(capacity);
    this.#seconds = new Int32Array(capacity);
    this.#values = new Int32Array(capacity);
    this.#mask = capacity - 1;
  }

  /** −1 where there is none. */
  get(first: number, second: number): number {
    return (this.#values[this.#slotOf(first, second)] ?? 0) - 1;
  }

  set(first: number, second: number, value: number): void {
    if (this.size * 2 >= this.#values.length) this.#grow();
    const slot = this.#slotOf(first, second);
    if (this.#values[slot] === 0) this.size += 1;
    this.#firsts[slot] = first;
    this.#seconds[slot] = second;
    this.#values[slot] = value + 1;
  }

  #slotOf(first: number, second: number): number {
    const firsts = this.#firsts;
    const seconds = this.#seconds;
    const values = this.#values;
    let slot = mix(first, second) & this.#mask;
    while (values[slot] !== 0 && (firsts[slot] !== first || seconds[slot] !== second)) slot = (slot + 1) & this.#mask;
    return slot;
  }

  #grow(): void {
    const [firsts, seconds, values] = [this.#firsts, this.#seconds, this.#values];
    const capacity = values.length * 2;
    this.#firsts = new Int32Array(capacity);
    this.#seconds = new Int32Array(capacity);
    this.#values = new Int32Array(capacity);
    this.#mask = capacity - 1;
    this.size = 0;
    for (const [slot, value] of values.entries()) {
      if (value !== 0) this.set(firsts[slot] ?? 0, seconds[slot] ?? 0, value - 1);
    }
  }
}

/** A set of 64-bit hashes, each as two halves. Open addressing, at most two thirds full. */
export class HashSet {
  #halves: Int32Array;
  #mask: number;
  size = 0;

  constructor(capacity: number = 1 << 17) {
    this.#halves = new Int32Array(2 * capacity);
    this.#mask = capacity - 1;
  }

  /** Whether it is new. */
  add(low: number, high: number): boolean {
    // Two zeros mean a free slot.
    const second = low === 0 && high === 0 ? 1 : high;
    const halves = this.#halves;
    let slot = (low ^ (low >>> 15)) & this.#mask;
    for (;;) {
      const [a, b] = [halves[2 * slot], halves[2 * slot + 1]];
      if (a === 0 && b === 0) break;
      if (a === low && b === second) return false;
      slot = (slot + 1) & this.#mask;
    }
    halves[2 * slot] = low;
    halves[2 * slot + 1] = second;
    this.size += 1;
    if (this.size * 3 > this.#mask * 2) this.#grow();
    return true;
  }

  #grow(): void {
    const old = this.#halves;
    this.#halves = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    this.size = 0;
    for (let at = 0; at < old.length; at += 2) {
      const [low = 0, high = 0] = [old[at], old[at + 1]];
      if (low !== 0 || high !== 0) this.add(low, high);
    }
  }
}
