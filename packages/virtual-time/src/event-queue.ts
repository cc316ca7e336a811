/** What may come next: events in the order of their time, and of their making where the time is the same. */
export interface Timed {
  readonly atMs: number;
  readonly sequence: number;
}

function isEarlier(a: Timed, b: Timed): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}

/** A binary heap. */
export class EventQueue<Event extends Timed> {
  readonly #heap: Event[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** What `pop` would give. */
  get first(): Event | undefined {
    return this.#heap[0];
  }

  push(event: Event): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isEarlier(event, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts `event` where the first one was, and down to where it belongs. */
  #sink(event: Event): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      let below = left;
      let child = heap[left];
      const right = heap[left + 1];
      if (child !== undefined && right !== undefined && isEarlier(right, child)) {
        below = left + 1;
        child = right;
      }
      if (child === undefined || !isEarlier(child, event)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = event;
  }
}
