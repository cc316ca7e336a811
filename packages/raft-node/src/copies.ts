const SLAB_BYTES = 64 * 1024;
/** Larger ones get memory of their own. */
const SMALL_BYTES = 8 * 1024;

/**
 * Copies of what callers hand over. Small ones share memory, since a buffer of its own for each costs more than the
 * copying. They are let go of in the order in which they came, so that none of them keeps much of the others.
 */
export class Copies {
  #slab = new Uint8Array();
  #used = 0;

  of(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > SMALL_BYTES) return new Uint8Array(bytes);
    if (this.#used + length > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const copy = this.#slab.subarray(this.#used, this.#used + length);
    copy.set(bytes);
    this.#used += length;
    return copy;
  }
}
