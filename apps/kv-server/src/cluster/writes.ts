import { RaftError } from "@quorate/raft-core";
import type { Member } from "@quorate/raft-core";
import type { Deadline } from "./deadline.ts";
import { isRefusal } from "./patience.ts";
import type { Patience } from "./patience.ts";
import type { KvNode } from "./kv-node.ts";

/** Anything that only the leader can do. */
export interface Write<Answer> {
  /** What is kept in memory for it while it is under way. */
  readonly bytes: number;
  /** Has it done by this node, if that leads, and resolves with the answer to the client. */
  readonly perform: (signal: AbortSignal) => Promise<Answer>;
  /**
   * Carries the client's request to the leader, and resolves with the answer to the client; undefined if a peer has
   * already carried it here. Rejects with a refusal where it was certainly not done.
   */
  readonly carry: ((leader: Member, deadline: Deadline) => Promise<Answer>) | undefined;
}

export interface WritesOptions {
  readonly node: KvNode;
  readonly patience: Patience;
  /** What is under way here may come to this; above it they are refused with `OVERLOADED`. */
  readonly bytesMax?: number;
}

/** Takes a write to the leader, be it this node or another, and waits for one while there is none. */
export class Writes {
  readonly #node: KvNode;
  readonly #patience: Patience;
  readonly #bytesMax: number;
  #bytes = 0;
  #count = 0;
  #isClosing = false;
  readonly #drained = Promise.withResolvers<void>();

  constructor(options: WritesOptions) {
    this.#node = options.node;
    this.#patience = options.patience;
    this.#bytesMax = options.bytesMax ?? 128 * 1024 * 1024;
  }

  async perform<Answer>(write: Write<Answer>, deadline: Deadline): Promise<Answer> {
    const { bytes } = write;
    if (this.#bytes + bytes > this.#bytesMax) {
      throw new RaftError("OVERLOADED", `writes of more than ${this.#bytesMax} bytes are under way on this node`);
    }
    if (this.#isClosing) throw new RaftError("CLOSED", "this node is shutting down: ask another");
    const here = write.perform(deadline.signal);
    this.#count += 1;
    this.#bytes += bytes;
    try {
      // Mostly this node leads, and then nothing else is to be waited for: what every write costs is kept short.
      return await here;
    } catch (error) {
      return await this.#elsewhere(write, deadline, here, error);
    } finally {
      this.#bytes -= bytes;
      this.#count -= 1;
      if (this.#isClosing && this.#count === 0) this.#drained.resolve();
    }
  }

  /** Takes no more writes, and resolves when those under way have been answered, or after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    if (this.#count === 0) return;
    const timer = setTimeout(() => this.#drained.resolve(), graceMs);
    await this.#drained.promise;
    clearTimeout(timer);
  }

  /** `here` was rejected: by what this node does not do, or for what became of it. */
  #elsewhere<Answer>(write: Write<Answer>, deadline: Deadline, here: Promise<Answer>, error: unknown): Promise<Answer> {
    const { carry } = write;
    if (carry === undefined || !isRefusal(error)) throw this.#outcomeOf(error, deadline);
    const carried = (attempt: Promise<Answer>): Promise<Answer> =>
      attempt.catch((refusal: unknown) => {
        const leader = isRefusal(refusal) ? refusal.leader : undefined;
        if (leader === undefined || leader.id === this.#node.status().id) throw this.#outcomeOf(refusal, deadline);
        return carry(leader, deadline);
      });
    return this.#patience.whileRefused(deadline, () => carried(write.perform(deadline.signal)), carried(here));
  }

  #outcomeOf(error: unknown, deadline: Deadline): unknown {
    if (!deadline.isReason(error)) return error;
    const message = `it was begun, but not committed within ${deadline.totalMs} ms; it may be yet`;
    return new RaftError("OUTCOME_UNKNOWN", message, { leader: this.#node.status().leader, cause: error });
  }
}
