import type { KvAnswer, KvQuery } from "@quorate/statemachine-kv";
import { Problem } from "../http/problem.ts";
import type { Deadline } from "./deadline.ts";
import type { Consistency, KvNode } from "./kv-node.ts";
import type { Patience } from "./patience.ts";

/** Reads on this node: a follower confirms a linearizable read with the leader, then answers it itself. */
export class Reads {
  readonly #node: KvNode;
  readonly #patience: Patience;

  constructor(node: KvNode, patience: Patience) {
    this.#node = node;
    this.#patience = patience;
  }

  async perform(query: KvQuery, consistency: Consistency, deadline: Deadline): Promise<KvAnswer> {
    const read = (): Promise<KvAnswer> => this.#node.read(query, { consistency, signal: deadline.signal });
    try {
      return await this.#patience.whileRefused(deadline, read);
    } catch (error) {
      if (!deadline.isReason(error)) throw error;
      throw new Problem("NO_LEADER", `no majority has confirmed the read within ${deadline.totalMs} ms`, {
        leader: this.#node.status().leader,
        cause: error,
      });
    }
  }
}
