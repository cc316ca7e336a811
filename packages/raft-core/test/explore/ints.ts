/** A list of 32-bit integers that grows. `data` is valid up to `length`, and replaced when it grows. */
export class Ints {
  data: Int32Array;
  length = 0;

  constructor(capacity: number = 1024) {
    this.data = new Int32Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(1);
    this.data[this.length] = value;
    this.length += 1;
  }

  pop(): number | undefined {
    if (this.length === 0) return undefined;
    this.length -= 1;
    return this.data[this.length];
  }

  /** Makes room for `count` more. */
  reserve(count: number): void {
    if (this.length + count <= this.data.length) return;
    const factor = this.data.length > 1 << 26 ? 1.25 : 2;
    const larger = new Int32Array(Math.max(Math.ceil(this.data.length * factor), this.length + count));
    larger.set(this.data.subarray(0, this.length));
    this.data = larger;
  }

  at(index: number): number {
    return this.data[index] ?? 0;
  }

  /** Adds a value to those from `from` on, which are sorted. */
  insertSorted(value: number, from: number): void {
    this.push(value);
    let at = this.length - 1;
    for (; at > from && this.at(at - 1) > value; at -= 1) this.data[at] = this.at(at - 1);
    this.data[at] = value;
  }

  /** Adds a value, unless it is there, to what is sorted. */
  addSorted(value: number): void {
    if (this.length > 0 && this.at(this.length - 1) < value) this.push(value);
    else if (!this.hasSince(0, value)) this.insertSorted(value, 0);
  }

  /** Whether the value is among those from `from` on. */
  hasSince(from: number, value: number): boolean {
    for (let at = from; at < this.length; at += 1) if (this.at(at) === value) return true;
    return false;
  }
}
