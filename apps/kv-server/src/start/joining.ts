import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@quorate/raft-core";
import type { ClusterView } from "./cluster-client.ts";
import { ClusterClient, ClusterRefusal, reasonOf } from "./cluster-client.ts";

const pauseMinMs = 50;
const pauseMaxMs = 500;

export interface JoiningOptions {
  readonly id: string;
  readonly incarnation: number | undefined;
  readonly address: string;
  readonly clusterId: string;
  readonly as: "voter" | "learner";
  readonly via: string;
  readonly requestTimeoutMs: number;
  readonly logger: Logger;
  /** Called once when the node is what it was to become. */
  readonly joined: () => Promise<void>;
}

/**
 * Has this node added to the cluster and, once it is a learner, promoted. Every step begins with a look at what is the
 * case, so that it does not matter which of them were taken before, or whether an answer was lost.
 */
export class Joining {
  readonly #options: JoiningOptions;
  readonly #client: ClusterClient;
  readonly #stopping: AbortController = new AbortController();
  readonly #told: Set<string> = new Set();
  readonly #ended: Promise<void>;

  private constructor(options: JoiningOptions) {
    this.#options = options;
    this.#client = new ClusterClient(options.via, options.requestTimeoutMs);
    this.#ended = this.#run();
  }

  /** Goes on in the background until the node has joined, or `close`. */
  static begin(options: JoiningOptions): Joining {
    return new Joining(options);
  }

  /** Asks nothing any more. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let pauseMs = pauseMinMs; !signal.aborted; pauseMs = Math.min(pauseMaxMs, pauseMs * 2)) {
      try {
        if (await this.#join(signal)) return;
      } catch (error) {
        if (!signal.aborted) this.#tellOnce("not joined yet; trying again", error);
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Takes the steps that are left; whether that was possible now. Once they are taken nobody looks again. */
  async #join(signal: AbortSignal): Promise<boolean> {
    const { id, address, as, joined, logger } = this.#options;
    const { members, change } = this.#checked(await this.#client.view(signal));
    if (change !== null) return false;
    const self = members.find((member) => member.id === id);
    if (self === undefined) {
      await this.#client.addLearner({ id, address }, signal);
      logger.info("added to the cluster as a learner");
    }
    if (as === "voter" && self?.voter !== true) await this.#client.promote(id, signal);
    await joined();
    logger.info("joined the cluster", { as });
    return true;
  }

  /** Throws what stands in the way, for as long as it does. */
  #checked(view: ClusterView): ClusterView {
    const { id, incarnation, clusterId } = this.#options;
    if (view.clusterId !== clusterId) {
      throw new ClusterRefusal("WRONG_CLUSTER", `cluster ${view.clusterId} is served there, not ${clusterId}`);
    }
    const self = view.members.find((member) => member.id === id);
    if (self?.incarnation !== undefined && self.incarnation !== incarnation) {
      const what = `the cluster has another member ${id}, or this one's data is lost`;
      throw new ClusterRefusal("MEMBERSHIP_REFUSED", `${what}: remove it there (DELETE /v1/cluster/members/${id})`);
    }
    return view;
  }

  #tellOnce(message: string, error: unknown): void {
    const reason = reasonOf(error);
    const kind = error instanceof ClusterRefusal ? error.code : reason;
    if (this.#told.has(kind) || this.#told.size > 16) return;
    this.#told.add(kind);
    this.#options.logger.warn(message, { via: this.#client.url, reason });
  }
}
