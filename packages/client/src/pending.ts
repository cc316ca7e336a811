import type { Answered, Failure, LinkCall, LinkEnd, Request } from "./protocol/index.ts";
import type { Link } from "./link/link.ts";

export interface PendingOptions {
  readonly request: Request;
  /** What it takes of the client's memory. */
  readonly bytes: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly owner: PendingOwner;
}

export interface PendingOwner {
  failed(pending: Pending, failure: Failure): void;
  /** `left`: how the connection ended on which it had left; undefined if it had not. */
  lost(pending: Pending, reason: string, left: LinkEnd | undefined): void;
  /** It has settled, whatever the outcome; it may still be under way. */
  settled(pending: Pending): void;
}

/** A caller who waits for an answer. Settles once. */
export class Pending implements LinkCall {
  readonly request: Request;
  readonly bytes: number;
  readonly deadlineMs: number;
  readonly promise: Promise<Answered>;
  /** How many times it was tried. */
  attempts = 0;
  /** Why the last try was of no avail. */
  setback: Failure | undefined;
  /** Where it is under way, if it is. */
  way: { readonly link: Link; readonly id: number } | undefined;
  /** While it waits for its next try. */
  cancelRetry: (() => void) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly #owner: PendingOwner;
  #isSettled = false;
  #resolve: (answer: Answered) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor({ request, bytes, deadlineMs, signal, owner }: PendingOptions) {
    this.request = request;
    this.bytes = bytes;
    this.deadlineMs = deadlineMs;
    this.#owner = owner;
    this.signal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether it would change something: then it must not be done twice. */
  get isWrite(): boolean {
    return this.request.type === "command";
  }

  /** What a read must show at least, where that was asked for. */
  get minIndex(): number | undefined {
    if (this.request.type !== "query" || typeof this.request.consistency !== "object") return undefined;
    return "minIndex" in this.request.consistency ? this.request.consistency.minIndex : undefined;
  }

  answered(answer: Answered): void {
    this.way = undefined;
    if (this.#settle()) this.#resolve(answer);
  }

  failed(failure: Failure): void {
    this.way = undefined;
    if (!this.#isSettled) this.#owner.failed(this, failure);
  }

  lost(reason: string, hasLeft: boolean, end: LinkEnd): void {
    this.way = undefined;
    if (!this.#isSettled) this.#owner.lost(this, reason, hasLeft ? end : undefined);
  }

  reject(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#owner.settled(this);
    return true;
  }
}
