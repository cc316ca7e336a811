import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "@quorate/raft-core";
import type { KvNodeStatus } from "../cluster/kv-node.ts";
import type { ClusterView } from "./cluster-client.ts";
import { ClusterClient, ClusterRefusal, reasonOf } from "./cluster-client.ts";

const pauseMinMs = 50;
const pauseMaxMs = 500;

/** While a promotion is tried no other change of the membership can be made, so one that failed is not tried at once. */
const promotionPauseMinMs = 1000;
const promotionPauseMaxMs = 30_000;

/** Answers that mean that a promotion was not even begun. */
const notBegun: ReadonlySet<string> = new Set([
  ...["NO_LEADER", "NOT_A_MEMBER", "TRANSFERRING", "OVERLOADED", "MEMBERSHIP_PENDING"],
]);

export interface JoiningOptions {
  readonly id: string;
  readonly incarnation: number | undefined;
  readonly address: string;
  readonly clusterId: string;
  readonly as: "voter" | "learner";
  readonly via: string;
  readonly requestTimeoutMs: number;
  readonly catchUpTimeoutMs: number;
  readonly logger: Logger;
  /** This node. */
  readonly node: { status(): Pick<KvNodeStatus, "leader" | "lastIndex"> };
  /** Called once when the node is what it was to become. */
  readonly joined: () => Promise<void>;
  /** For how long a member that the cluster has not reached yet says nothing of it. */
  readonly unreachedMsMax?: number;
}

/**
 * Has this node added to the cluster where it can be reached and, once it has been, promoted. Every step begins with a
 * look at what is the case, so that it does not matter which of them were taken before, or whether an answer was lost.
 */
export class Joining {
  readonly #options: JoiningOptions;
  readonly #client: ClusterClient;
  readonly #stopping: AbortController = new AbortController();
  readonly #told: Set<string> = new Set();
  readonly #ended: Promise<void>;
  /** In how many views this node was a member; a first one may show what a leader has proposed and never commits. */
  #sightings = 0;
  #obstacle: string | undefined;
  #memberSinceMs: number | undefined;
  #isAddressSaid = false;
  #promotionPauseMs = 0;
  #promotionNotBeforeMs = 0;

  private constructor(options: JoiningOptions) {
    this.#options = options;
    this.#client = new ClusterClient(options.via, options);
    // Only members are sent the log.
    if (options.node.status().lastIndex > 0) this.#sightings = 2;
    this.#ended = this.#run();
  }

  /** Goes on in the background until the node has joined, or was removed again, or `close`. */
  static begin(options: JoiningOptions): Joining {
    return new Joining(options);
  }

  /** What the last try has met, as long as none has come further. */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  /** Resolves when there is nothing left to do, and nothing is asked any more. */
  get ended(): Promise<void> {
    return this.#ended;
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
        if (signal.aborted) return;
        this.#obstacle = `not joined yet: ${reasonOf(error)}`;
        this.#tellOnce("not joined yet; trying again", error);
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Takes the steps that can be taken now; whether there is nothing left to do. Afterwards nobody looks again. */
  async #join(signal: AbortSignal): Promise<boolean> {
    const { id, address, as, joined, logger } = this.#options;
    const { members, change } = this.#checked(await this.#client.view(signal));
    this.#obstacle = undefined;
    const self = members.find((member) => member.id === id);
    if (self === undefined && this.#sightings > 1) {
      const remedy = `add it (POST /v1/cluster/members with its id and address), or stop it`;
      logger.error("this node was removed while it joined, and does not add itself again", { remedy });
      return true;
    }
    if (self !== undefined) this.#sightings += 1;
    if (change !== null) return false;
    if (self === undefined) await this.#add(signal);
    else if (self.address !== address && !this.#isAddressSaid) await this.#sayAddress(self.address, signal);
    if (!this.#isReached()) return false;
    if (as === "voter" && self?.voter !== true && !(await this.#promote(signal))) return false;
    await joined();
    logger.info("joined the cluster", { as });
    return true;
  }

  async #add(signal: AbortSignal): Promise<void> {
    const { id, address, logger } = this.#options;
    await this.#client.addLearner({ id, address }, signal);
    this.#sightings = 2;
    this.#isAddressSaid = true;
    logger.info("added to the cluster as a learner", { address });
  }

  /** An earlier start, or an operator, has given another one, where the cluster may look for this node in vain. */
  async #sayAddress(former: string, signal: AbortSignal): Promise<void> {
    const { id, address, logger } = this.#options;
    await this.#client.readdress({ id, address }, signal);
    this.#isAddressSaid = true;
    logger.info("the cluster has been told of another address", { address, former });
  }

  /** Whether the cluster has sent this node anything. One that it cannot reach would be waited for in vain. */
  #isReached(): boolean {
    const { node, address, logger, unreachedMsMax = 3000 } = this.#options;
    const { leader, lastIndex } = node.status();
    if (leader !== undefined && lastIndex > 0) return true;
    this.#memberSinceMs ??= performance.now();
    if (performance.now() - this.#memberSinceMs >= unreachedMsMax && !this.#told.has("unreached")) {
      this.#told.add("unreached");
      logger.warn(
        `not reached at ${address} by the cluster yet: is --address right, and open? If so, the leader's log says why`,
      );
    }
    return false;
  }

  /** Whether it was done; where it has failed, not before some time has passed. */
  async #promote(signal: AbortSignal): Promise<boolean> {
    if (performance.now() < this.#promotionNotBeforeMs) return false;
    try {
      await this.#client.promote(this.#options.id, signal);
      return true;
    } catch (error) {
      if (error instanceof ClusterRefusal && notBegun.has(error.code)) throw error;
      const pauseMs = Math.min(promotionPauseMaxMs, Math.max(promotionPauseMinMs, 2 * this.#promotionPauseMs));
      this.#promotionPauseMs = pauseMs;
      this.#promotionNotBeforeMs = performance.now() + pauseMs;
      throw error;
    }
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
