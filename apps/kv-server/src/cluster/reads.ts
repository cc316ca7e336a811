import { RaftError } from "@quorate/raft-core";
import type { ReadConsistency } from "@quorate/raft-node";
import type { KvAnswer, KvQuery } from "@quorate/statemachine-kv";
import { Problem } from "../http/problem.ts";
import type { Deadline } from "./deadline.ts";
import type { KvNode } from "./kv-node.ts";
import { isRefusal } from "./patience.ts";
import type { Patience } from "./patience.ts";

/** Reads on this node: a follower confirms a linearizable read with the leader, then answers it itself. */
export class Reads {
  readonly #node: KvNode;
  readonly #patience: Patience;

  constructor(node: KvNode, patience: Patience) {
    this.#node = node;
    this.#patience = patience;
  }

  async perform(query: KvQuery, consistency: ReadConsistency, deadline: Deadline): Promise<KvAnswer> {
    const read = (): Promise<KvAnswer> => this.#node.read(query, { consistency, signal: deadline.signal });
    const first = read();
    try {
      // As with writes: mostly there is a leader.
      return await first.catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        return this.#patience.whileRefused(deadline, read, first);
      });
    } catch (error) {
      throw deadline.isReason(error) ? this.#tooLate(consistency, deadline, error) : error;
    }
  }

  #tooLate(consistency: ReadConsistency, { totalMs }: Deadline, cause: unknown): Error {
    const { leader, appliedIndex } = this.#node.status();
    if (typeof consistency === "object" && "minIndex" in consistency) {
      const { minIndex } = consistency;
      const detail = `this node has applied ${appliedIndex} and has not come to ${minIndex} within ${totalMs} ms`;
      return new Problem("BEHIND", detail, { leader, cause });
    }
    return new RaftError("NO_LEADER", `no majority has confirmed the read within ${totalMs} ms`, { leader, cause });
  }
}
