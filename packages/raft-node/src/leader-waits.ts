import type { Member, RaftError } from "@quorate/raft-core";
import { Waiter } from "./waiter.ts";

/** Those who wait until a leader is known. */
export class LeaderWaits {
  readonly #waiters: Set<Waiter<Member>> = new Set();

  wait(signal: AbortSignal | undefined): Promise<Member> {
    for (const waiter of this.#waiters) if (waiter.settled) this.#waiters.delete(waiter);
    const waiter = new Waiter<Member>(signal);
    this.#waiters.add(waiter);
    return waiter.promise;
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
