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

  /** Makes room for `count` more. */
  reserve(count: number): void {
    if (this.length + count <= this.data.length) return;
    const larger = new Int32Array(Math.max(this.data.length * 2, this.length + count));
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

  /** Whether the value is among those from `from` on. */
  hasSince(from: number, value: number): boolean {
    for (let at = from; at < this.length; at += 1) if (this.at(at) === value) return true;
    return false;
  }
}
