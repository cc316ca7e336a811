import { RaftError } from "@quorate/raft-core";
import type { RaftErrorCode } from "@quorate/raft-core";
import type { Deadline } from "./deadline.ts";
import type { KvNode } from "./kv-node.ts";

const pauseMinMs = 20;
const pauseMaxMs = 200;

const refusals: ReadonlySet<RaftErrorCode> = new Set(["NOT_LEADER", "NO_LEADER", "TRANSFERRING"]);

/**
 * Tries again what was refused for want of a leader, or because one is just handing over, and only that: a refusal means
 * "not done, and never will be". A deadline says how much of a request's time that may take.
 */
export class Patience {
  readonly #waiting = new Set<() => void>();
  readonly #unsubscribe: () => void;

  constructor(node: Pick<KvNode, "on">) {
    this.#unsubscribe = node.on("leader", () => this.#wakeAll());
  }

  /** `first`: the first attempt, where that has been made already. */
  async whileRefused<T>(deadline: Deadline, attempt: () => Promise<T>, first?: Promise<T>): Promise<T> {
    let made = first ?? attempt();
    for (let pauseMs = pauseMinMs; ; pauseMs = Math.min(pauseMaxMs, pauseMs * 2)) {
      let refusal: RaftError;
      try {
        return await made;
      } catch (error) {
        if (!isRefusal(error) || deadline.patienceMs < pauseMs) throw error;
        refusal = error;
      }
      await this.#change(pauseMs);
      // A process that was held up may wake too late: what is not begun any more was not done.
      if (deadline.signal.aborted) throw refusal;
      made = attempt();
    }
  }

  close(): void {
    this.#unsubscribe();
    this.#wakeAll();
  }

  /** Resolves when the leader changes, and after `pauseMs` in any case: an event may have come before the wait. */
  #change(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, pauseMs);
      this.#waiting.add(wake);
    });
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
  }
}

export function isRefusal(error: unknown): error is RaftError {
  return error instanceof RaftError && refusals.has(error.code);
}
