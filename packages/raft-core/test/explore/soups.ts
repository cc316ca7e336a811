import { mix } from "./fingerprint.ts";
import { Pairs } from "./pairs.ts";
import { Ints } from "./ints.ts";

const SECOND_LANE = 0x9e3779b9;

/** Sets of small integers. Equal ones have one number. */
export class Soups {
  readonly #items: Ints = new Ints();
  /** Where each set begins in `#items`; it ends where the next one begins. */
  readonly #from: Ints = new Ints();
  /** For each a few bits; a larger set has them too. */
  readonly #marks: Ints = new Ints();
  readonly #numbers: Pairs = new Pairs();

  constructor() {
    this.#from.push(0);
  }

  get size(): number {
    return this.#marks.length;
  }

  /** `list`: ascending, without repetition. */
  numberOf(list: Ints): number {
    let [low, high, marks] = [1, 2, 0];
    for (let at = 0; at < list.length; at += 1) {
      const item = list.at(at);
      low = mix(low, item);
      high = mix(high + SECOND_LANE, item);
      marks |= 1 << (item & 31);
    }
    const known = this.#numbers.get(low, high);
    if (known >= 0) return known;
    const number = this.size;
    for (let at = 0; at < list.length; at += 1) this.#items.push(list.at(at));
    this.#from.push(this.#items.length);
    this.#marks.push(marks);
    this.#numbers.set(low, high, number);
    return number;
  }

  items(number: number): Int32Array {
    return this.#items.data.subarray(this.#from.at(number), this.#from.at(number + 1));
  }

  /** Whether the one holds all that the other holds. */
  includes(one: number, other: number): boolean {
    if (one === other) return true;
    if ((this.#marks.at(other) & ~this.#marks.at(one)) !== 0) return false;
    const items = this.#items;
    const [end, otherEnd] = [this.#from.at(one + 1), this.#from.at(other + 1)];
    let at = this.#from.at(one);
    for (let wanted = this.#from.at(other); wanted < otherEnd; wanted += 1) {
      while (at < end && items.at(at) < items.at(wanted)) at += 1;
      if (at === end || items.at(at) !== items.at(wanted)) return false;
    }
    return true;
  }
}
