import {
  type Input,
  type Member,
  type Membership,
  type MembershipChange,
  type NodeId,
  RaftError,
  type RaftErrorCode,
} from "@quorate/raft-core";
import { Waiter } from "./waiter.ts";

/** Asked of the core by number, and answered by it once. */
class Asked<T> {
  readonly #waiters: Map<number, Waiter<T>> = new Map();

  ask(id: number, signal: AbortSignal | undefined): Promise<T> {
    const waiter = new Waiter<T>(signal);
    this.#waiters.set(id, waiter);
    return waiter.promise;
  }

  take(id: number): Waiter<T> | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    return waiter;
  }

  stop(error: RaftError): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
  }
}

/** The promises of `changeMembers` and `transferLeadership`. */
export class Requests {
  #nextId = 1;
  #inputs: Input[] = [];
  readonly #changes: Asked<Membership> = new Asked();
  readonly #transfers: Asked<NodeId> = new Asked();

  changeMembers(change: MembershipChange, signal: AbortSignal | undefined): Promise<Membership> {
    const id = this.#newId();
    this.#inputs.push({ type: "change-members", id, change });
    return this.#changes.ask(id, signal);
  }

  transfer(to: NodeId | undefined, signal: AbortSignal | undefined): Promise<NodeId> {
    const id = this.#newId();
    this.#inputs.push({ type: "transfer", id, to });
    return this.#transfers.ask(id, signal);
  }

  gather(inputs: Input[]): void {
    inputs.push(...this.#inputs);
    this.#inputs = [];
  }

  changed(id: number, membership: Membership): void {
    this.#changes.take(id)?.resolve(membership);
  }

  transferred(id: number, to: NodeId): void {
    this.#transfers.take(id)?.resolve(to);
  }

  /** Whatever was asked under this number has failed. */
  failed(id: number, error: RaftError): void {
    this.#changes.take(id)?.reject(error);
    this.#transfers.take(id)?.reject(error);
  }

  /** What the core has been asked may come about all the same; what it has not been asked never will. */
  stop(error: RaftError): void {
    const unknown = new RaftError("OUTCOME_UNKNOWN", "the node has ended before the outcome was known", {
      cause: error,
    });
    for (const input of this.#inputs) if ("id" in input) this.failed(input.id, error);
    this.#inputs = [];
    this.#changes.stop(unknown);
    this.#transfers.stop(unknown);
  }

  #newId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}

/** The error of an outcome that the core has explained in words. */
export function outcomeOf(
  { code, reason }: { readonly code: RaftErrorCode; readonly reason: string },
  leader: Member | undefined,
): RaftError {
  const known = code === "OUTCOME_UNKNOWN" ? "not known yet" : "not done";
  return new RaftError(code, `${known}: ${reason}`, { leader });
}
