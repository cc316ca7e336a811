const NONE = -1;
const PARENT = 0;
const MOVE = 1;
const NEXT_IN_BUCKET = 2;
const STATE = 3;
/** From here on, fields make up the configuration itself; up to `#chosen`, all of it but the unanswered operations. */
const BASE = 4;
const STATE_CLASS = 5;
const SLOTS = 6;
/** The class of all states that hold nothing of interest. */
const IDLE = -1;

/**
 * Every configuration that the search has been in, each one a short row of integers in one big array: which answered
 * operations are in order (all before `base`, and those whose slots are set), the state that they leave, which
 * unanswered operations were used for it; and how it came about.
 *
 * A row is drafted behind the last one, changed in place, and then kept or forgotten.
 */
export class ConfigurationTable {
  readonly #chosen: number;
  readonly #rowLength: number;
  #rows: Int32Array;
  #buckets: Int32Array;
  #count = 0;

  constructor(slotCount: number, unansweredCount: number) {
    this.#chosen = SLOTS + Math.ceil(slotCount / 32);
    this.#rowLength = this.#chosen + Math.ceil(unansweredCount / 32);
    this.#rows = new Int32Array(this.#rowLength * 64);
    this.#buckets = new Int32Array(128).fill(NONE);
  }

  get count(): number {
    return this.#count;
  }

  /** The row from which this one was drafted; undefined for the first one. */
  parentOf(row: number): number | undefined {
    const parent = this.#get(row, PARENT);
    return parent === NONE ? undefined : parent;
  }

  /** What led from the parent to here. */
  moveOf(row: number): number {
    return this.#get(row, MOVE);
  }

  baseOf(row: number): number {
    return this.#get(row, BASE);
  }

  stateOf(row: number): number {
    return this.#get(row, STATE);
  }

  isChosen(row: number, unanswered: number): boolean {
    return (this.#get(row, this.#chosen + (unanswered >>> 5)) & (1 << (unanswered & 31))) !== 0;
  }

  /** Begins a row like `parent`, or with nothing done. Returns its number, which is its own only once it is kept. */
  draft(parent: number | undefined, move: number, state: number): number {
    const row = this.#count;
    const start = row * this.#rowLength;
    this.#reserve(start + this.#rowLength);
    if (parent === undefined) this.#rows.fill(0, start, start + this.#rowLength);
    else this.#rows.copyWithin(start, parent * this.#rowLength, (parent + 1) * this.#rowLength);
    this.#rows[start + PARENT] = parent ?? NONE;
    this.#rows[start + MOVE] = move;
    this.#rows[start + STATE] = state;
    this.#rows[start + STATE_CLASS] = state;
    return row;
  }

  setBase(row: number, base: number): void {
    this.#rows[row * this.#rowLength + BASE] = base;
  }

  /** Declares the state to be as good as any other that was declared so after the same operations. */
  setIdle(row: number): void {
    this.#rows[row * this.#rowLength + STATE_CLASS] = IDLE;
  }

  setSlot(row: number, slot: number): void {
    this.#setBit(row, SLOTS + (slot >>> 5), slot & 31);
  }

  clearSlot(row: number, slot: number): void {
    const at = row * this.#rowLength + SLOTS + (slot >>> 5);
    this.#rows[at] = (this.#rows[at] ?? 0) & ~(1 << (slot & 31));
  }

  choose(row: number, unanswered: number): void {
    this.#setBit(row, this.#chosen + (unanswered >>> 5), unanswered & 31);
  }

  /**
   * Keeps the draft if it is news. It is none if a kept row is the same but for using fewer unanswered operations: what
   * can be done from the draft can be done from there.
   */
  keep(draft: number): boolean {
    const bucket = this.#hash(draft) & (this.#buckets.length - 1);
    for (let row = this.#buckets[bucket] ?? NONE; row !== NONE; row = this.#get(row, NEXT_IN_BUCKET)) {
      if (this.#covers(row, draft)) return false;
    }
    this.#rows[draft * this.#rowLength + NEXT_IN_BUCKET] = this.#buckets[bucket] ?? NONE;
    this.#buckets[bucket] = draft;
    this.#count += 1;
    if (this.#count > this.#buckets.length) this.#rehash();
    return true;
  }

  #covers(row: number, draft: number): boolean {
    for (let field = BASE; field < this.#chosen; field++) {
      if (this.#get(row, field) !== this.#get(draft, field)) return false;
    }
    for (let field = this.#chosen; field < this.#rowLength; field++) {
      if ((this.#get(row, field) & ~this.#get(draft, field)) !== 0) return false;
    }
    return true;
  }

  #hash(row: number): number {
    let hash = 0;
    for (let field = BASE; field < this.#chosen; field++) {
      hash = Math.imul(hash ^ this.#get(row, field), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash >>> 0;
  }

  #rehash(): void {
    this.#buckets = new Int32Array(this.#buckets.length * 4).fill(NONE);
    for (let row = 0; row < this.#count; row++) {
      const bucket = this.#hash(row) & (this.#buckets.length - 1);
      this.#rows[row * this.#rowLength + NEXT_IN_BUCKET] = this.#buckets[bucket] ?? NONE;
      this.#buckets[bucket] = row;
    }
  }

  #reserve(length: number): void {
    if (length <= this.#rows.length) return;
    const rows = new Int32Array(Math.max(length, this.#rows.length * 2));
    rows.set(this.#rows);
    this.#rows = rows;
  }

  #get(row: number, field: number): number {
    return this.#rows[row * this.#rowLength + field] ?? 0;
  }

  #setBit(row: number, field: number, bit: number): void {
    const at = row * this.#rowLength + field;
    this.#rows[at] = (this.#rows[at] ?? 0) | (1 << bit);
  }
}
