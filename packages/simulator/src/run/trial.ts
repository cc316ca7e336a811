import { isMember } from "@quorate/raft-core";
import type { Dice } from "@quorate/virtual-time";
import { violate } from "../invariants/observer.ts";
import { timeoutMsOf } from "../plan/patience.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import { LeaderWatch } from "./leader-watch.ts";
import { Visit } from "./visit.ts";

/** What has not come about yet, and for how long that is acceptable. */
export interface Missing {
  readonly what: string;
  readonly withinTimeouts: number;
  /** The members still change: for what comes after that the time begins when they no longer do. */
  readonly isChange?: true;
}

/** Candidates that were in vain for long wait for up to ten election timeouts before they try again. */
const VISIT_TIMEOUTS = 10;
const LEADER_TIMEOUTS = 20;
const AGREE_TIMEOUTS = 50;
const ANSWER_TIMEOUTS = 100;
/** All of the above, and a leader that stays. */
const STABLE_TIMEOUTS = 150;

export interface TrialOptions {
  readonly world: World;
  /** All of them have to agree. One that finds its data damaged is none of them any more. */
  readonly group: () => readonly SimulatedProcess[];
  readonly processes: readonly SimulatedProcess[];
  readonly dice: Dice;
  /** For how long one of them must have led without a break; 0 where that cannot be asked for. */
  readonly stableMs: number;
}

/**
 * What a group of nodes that nothing disturbs must come to by itself: through each node a new command is done, and the
 * node answers a linearizable read with it; every call of a client is answered; all have applied all of the same log and
 * hold the same state; and one of them leads and goes on leading.
 */
export class Trial {
  readonly #options: TrialOptions;
  readonly #leaders = new LeaderWatch();
  readonly #visits: readonly Visit[];
  #hasLed = false;

  constructor(options: TrialOptions) {
    this.#options = options;
    const { dice, group, processes, world } = options;
    const patienceMs = VISIT_TIMEOUTS * timeoutMsOf(world.configuration);
    this.#visits = group().map((process) => new Visit({ world, process, processes, dice, patienceMs }));
  }

  /** Drives it on. Undefined when everything has come about; else what is missing. */
  look(): Missing | undefined {
    const change = this.#changeUnderWay();
    if (change !== undefined) return { what: change, withinTimeouts: ANSWER_TIMEOUTS, isChange: true };
    const { stableMs, world } = this.#options;
    const group = this.#group;
    const { nowMs } = world.scheduler;
    this.#leaders.look(group, nowMs);
    this.#hasLed ||= this.#leaders.hasLeader;
    const missing = this.#visits
      .filter(({ process }) => group.includes(process))
      .map((visit) => visit.look())
      .find((each) => each !== undefined);
    if (!this.#hasLed) return { what: "they know of no leader", withinTimeouts: LEADER_TIMEOUTS };
    if (missing !== undefined) return { what: missing, withinTimeouts: AGREE_TIMEOUTS };
    if (!this.#isLevel(world.knowledge.committed.lastIndex)) {
      const what = "their logs are not equal, committed and applied to the end";
      return { what, withinTimeouts: AGREE_TIMEOUTS };
    }
    const owing = group.find(({ callsUnderWay }) => callsUnderWay > 0);
    if (owing !== undefined) {
      const what = `${owing.id} owes the answers to ${owing.callsUnderWay} calls`;
      return { what, withinTimeouts: ANSWER_TIMEOUTS };
    }
    if (this.#leaders.stableMs(nowMs) < stableMs) {
      const what = `no leader stays: ${this.#leaders.inWords(nowMs)}`;
      return { what, withinTimeouts: STABLE_TIMEOUTS };
    }
    this.#compareStates();
    return undefined;
  }

  /** Those of the group who are members of the cluster: nobody else has to agree. */
  get #group(): readonly SimulatedProcess[] {
    const { world } = this.#options;
    const group = this.#options.group();
    const membership = world.knowledge.committed.configuration?.membership;
    return membership === undefined ? group : group.filter(({ id }) => isMember(membership, id));
  }

  #changeUnderWay(): string | undefined {
    const { world } = this.#options;
    const { committed, wiped } = world.knowledge;
    const lost = this.#options.group().find(({ id }) => wiped.has(id));
    if (lost !== undefined) return `${lost.id}, which lost its disk, has not been added anew`;
    const membership = committed.configuration?.membership;
    const isUnderWay = membership !== undefined && (membership.target !== undefined || membership.outgoing.length > 0);
    return isUnderWay ? "a change of the membership is neither completed nor taken back" : undefined;
  }

  #isLevel(index: number): boolean {
    const ends = this.#group.map(({ node, record }) => {
      const status = node?.status();
      if (status === undefined || status.appliedIndex < Math.max(index, status.lastIndex)) return undefined;
      return `${status.lastIndex} ${record.issued.chainAt(status.lastIndex)}`;
    });
    return ends[0] !== undefined && ends.every((end) => end === ends[0]);
  }

  #compareStates(): void {
    const digests = new Set(this.#group.map((process) => process.digest()));
    if (digests.size === 1) return;
    const reason = "nodes have applied the same log, but their states differ";
    violate(this.#options.world.knowledge, "I6", undefined, reason);
  }
}
