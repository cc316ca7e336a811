import type { DiskOperation } from "../disk/disk.ts";

/** How a process is to die. */
export interface Death {
  readonly power: boolean;
  readonly downMs: number;
}

export interface CrashOrder extends Death {
  /** In the middle of the so-many-th call of a port from now. */
  readonly calls: number;
}

export interface TearOrder {
  /** While the so-many-th write of at least `entriesMin` entries is in the disk's cache. */
  readonly batches: number;
  readonly entriesMin: number;
  readonly downMs: number;
}

/** Deaths that wait for their moment. One at a call is for one life; one at a write waits for as many lives as it takes. */
export class CrashOrders {
  #crash: CrashOrder | undefined;
  #callsLeft = 0;
  #tear: TearOrder | undefined;
  #batchesLeft = 0;

  crashAt(order: CrashOrder): void {
    this.#crash = order;
    this.#callsLeft = order.calls;
  }

  tear(order: TearOrder): void {
    this.#tear = order;
    this.#batchesLeft = order.batches;
  }

  /** A life is over. */
  endLife(): void {
    this.#crash = undefined;
  }

  clear(): void {
    this.#crash = undefined;
    this.#tear = undefined;
  }

  /** The log is asked to write so many entries. */
  appends(entries: number): void {
    if (this.#tear !== undefined && entries >= this.#tear.entriesMin) this.#batchesLeft -= 1;
  }

  /** A port is called. */
  called(): Death | undefined {
    if (this.#crash === undefined) return undefined;
    this.#callsLeft -= 1;
    return this.#callsLeft <= 0 ? this.#crash : undefined;
  }

  /** The disk has done something. */
  diskDid(type: DiskOperation): Death | undefined {
    if (this.#tear === undefined || this.#batchesLeft > 0 || type !== "write") return this.called();
    const { downMs } = this.#tear;
    this.#tear = undefined;
    return { power: true, downMs };
  }
}
