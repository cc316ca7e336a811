import { Aborts } from "./aborts.ts";
import { backOffMs } from "./back-off.ts";
import { ClientError } from "./client-error.ts";
import { Deadlines } from "./deadlines.ts";
import type { Settings } from "./options.ts";
import { Pending, type PendingOwner } from "./pending.ts";
import { type Answered, type Failure, type LinkEnd, type Request, isPassing } from "./protocol/index.ts";
import { Route } from "./route.ts";

export interface WaitOptions {
  /** In all: waiting, tries and answer. Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Stops the waiting, not what was asked for: a write that has left may come about. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes requests to the node that the route says, as many as it has room for, and settles each promise once. Tries again
 * only what was certainly not done: what was refused for a passing reason, what never left, and what changes nothing.
 */
export class Dispatcher implements PendingOwner {
  readonly #settings: Settings;
  readonly #route: Route;
  /** All that have not settled. */
  readonly #deadlines: Deadlines<Pending>;
  readonly #aborts = new Aborts<Pending>();
  /** Those that are not under way and not waiting for their next try, in order. */
  readonly #waiting = new Set<Pending>();
  #bytes = 0;
  #closing: Promise<void> | undefined;
  #drained: () => void = () => undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#deadlines = new Deadlines(settings.clock, (pending) => this.#expired(pending));
    this.#route = new Route(settings, () => this.#pump());
  }

  /** Rejects with a `ClientError`, or with the signal's reason. `bytes`: what the request takes in memory. */
  submit(request: Request, bytes: number, options: WaitOptions): Promise<Answered> {
    try {
      this.#assertRoom(bytes);
      options.signal?.throwIfAborted();
      const { clock, timeoutMs } = this.#settings;
      const deadlineMs = clock.now() + timeoutOf(options.timeoutMs ?? timeoutMs);
      const pending = new Pending({ request, bytes, deadlineMs, signal: options.signal, owner: this });
      this.#bytes += bytes;
      this.#deadlines.add(pending);
      if (pending.signal !== undefined) this.#aborts.add(pending.signal, pending);
      this.#waiting.add(pending);
      this.#pump();
      return pending.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes no more; resolves when all is settled, which each is at its deadline at the latest. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  failed(pending: Pending, failure: Failure): void {
    if (!isPassing(failure)) return pending.reject(ClientError.of(failure));
    pending.setback = failure;
    if (failure.code === "NO_LEADER" || failure.code === "NOT_A_MEMBER") this.#route.doubt();
    this.#later(pending);
  }

  lost(pending: Pending, reason: string, left: LinkEnd | undefined): void {
    if (left !== undefined && pending.isWrite) return pending.reject(unknown(`there was no answer: ${reason}`));
    // It may be what was not understood: it would end one connection after the other, with all that is under way there.
    if (left === "malformed") return pending.reject(misunderstood(reason));
    this.#waiting.add(pending);
  }

  settled(pending: Pending): void {
    this.#bytes -= pending.bytes;
    this.#deadlines.delete(pending);
    if (pending.signal !== undefined) this.#aborts.delete(pending.signal, pending);
    this.#waiting.delete(pending);
    pending.cancelRetry?.();
    pending.way?.link.cancel(pending.way.id);
    if (this.#deadlines.size === 0) this.#drained();
  }

  async #close(): Promise<void> {
    if (this.#deadlines.size > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    this.#route.close();
  }

  #assertRoom(bytes: number): void {
    const { requestsMax, requestBytesMax } = this.#settings;
    if (this.#closing !== undefined) {
      throw new ClientError("CLOSED", "this client was closed", { outcome: "not-applied" });
    }
    const isFull = this.#deadlines.size >= requestsMax || (this.#bytes > 0 && this.#bytes + bytes > requestBytesMax);
    if (!isFull) return;
    const detail = `${this.#deadlines.size} requests of ${this.#bytes} bytes wait for their answers in this client`;
    throw new ClientError("OVERLOADED", detail, { outcome: "not-applied", remedy: "ask less at a time" });
  }

  #pump(): void {
    const { link } = this.#route;
    if (link === undefined) return;
    for (const pending of this.#waiting) {
      if (!link.hasRoom) return;
      this.#waiting.delete(pending);
      pending.attempts += 1;
      pending.way = { link, id: link.send(pending) };
    }
  }

  /** Next try after a while. */
  #later(pending: Pending): void {
    const { clock, random, backOff } = this.#settings;
    const delayMs = backOffMs(pending.attempts, random, backOff);
    pending.cancelRetry = clock.after(delayMs, () => {
      this.#waiting.add(pending);
      this.#pump();
    });
  }

  #expired(pending: Pending): void {
    const waitedMs = `within its time, after ${pending.attempts} ${pending.attempts === 1 ? "try" : "tries"}`;
    if (pending.way !== undefined && pending.isWrite) return pending.reject(unknown(`there was no answer ${waitedMs}`));
    const { setback } = pending;
    if (setback !== undefined) return pending.reject(ClientError.of(setback));
    const { minIndex } = pending;
    if (pending.way !== undefined && minIndex !== undefined) {
      return pending.reject(behind(pending.way.link.url, minIndex, waitedMs));
    }
    const where = pending.way?.link.url ?? this.#route.words;
    const remedy = "look whether the cluster is up and the endpoints are right";
    pending.reject(
      new ClientError("UNAVAILABLE", `not answered ${waitedMs}: ${where}`, { outcome: "not-applied", remedy }),
    );
  }
}

function unknown(detail: string): ClientError {
  const remedy = "read to find out; repeat only what may happen twice";
  return new ClientError("OUTCOME_UNKNOWN", detail, { outcome: "unknown", remedy });
}

/** The node may be about to say the same: its time for the request is the client's. */
function behind(url: string, minIndex: number, waitedMs: string): ClientError {
  const detail = `${url} has not answered ${waitedMs}: the read waits there until the node has applied index ${minIndex}`;
  const remedy = "give it more time; look whether minIndex is the appliedIndex of an answer of this cluster";
  return new ClientError("BEHIND", detail, { outcome: "not-applied", remedy });
}

function misunderstood(reason: string): ClientError {
  const remedy = "look whether client and servers are of versions that go together";
  return new ClientError("BAD_REQUEST", `it was not answered: ${reason}`, { outcome: "not-applied", remedy });
}

function timeoutOf(timeoutMs: number): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs;
  throw new TypeError(`timeoutMs is ${timeoutMs}, but must be above 0 and below ${2 ** 31}`);
}
