import type { Member, RaftError } from "@quorate/raft-core";
import { Waiter } from "./waiter.ts";

/** Those who wait until a leader is known. */
export class LeaderWaits {
  readonly #waiters: Set<Waiter<Member>> = new Set();
  #sweepAt = 64;

  wait(signal: AbortSignal | undefined): Promise<Member> {
    this.#sweep();
    const waiter = new Waiter<Member>(signal);
    this.#waiters.add(waiter);
    return waiter.promise;
  }

  /** Forgets those who have given up, often enough for memory and seldom enough for time. */
  #sweep(): void {
    if (this.#waiters.size < this.#sweepAt) return;
    for (const waiter of this.#waiters) if (waiter.settled) this.#waiters.delete(waiter);
    this.#sweepAt = 2 * this.#waiters.size + 64;
  }

  changed(leader: Member | undefined): void {
    if (leader === undefined) return;
    for (const waiter of this.#waiters) waiter.resolve(leader);
    this.#waiters.clear();
  }

  stop(error: RaftError): void {
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#waiters.clear();
  }
}
