import type { Scheduler } from "@quorate/virtual-time";
import { timeoutMsOf } from "../plan/patience.ts";
import { type Knowledge, violate } from "./observer.ts";

/** In election timeouts: 150 seeds of the calm profile took 1.1 to commit for the first time. */
const FIRST_COMMIT_TIMEOUTS = 4;
/** Of the calls that clients could make if nothing held them up: no seed stayed below 0.9. */
const SHARE_MIN = 0.5;
/** Fewer say nothing. */
const CALLS_MIN = 30;
/** Beyond these the calls hold each other up. */
const CLIENTS_MAX = 8;
/** Per call and follower; 150 seeds stayed below 2. */
const MESSAGES_PER_CALL_MAX = 6;

/** A run in which nothing goes wrong has no excuse: one leader, soon, and nobody waits for an answer. */
export class CalmCheck {
  readonly #knowledge: Knowledge;
  readonly #timeoutMs: number;

  constructor(knowledge: Knowledge, scheduler: Scheduler) {
    this.#knowledge = knowledge;
    this.#timeoutMs = timeoutMsOf(knowledge.configuration);
    scheduler.after(FIRST_COMMIT_TIMEOUTS * this.#timeoutMs, "check", 0, () => {
      if (knowledge.committed.lastIndex > 0) return;
      this.#violate("liveness", `nothing is committed ${FIRST_COMMIT_TIMEOUTS} election timeouts after the start`);
    });
  }

  /** The clients have stopped. */
  end(): void {
    const { durationMs, node, nodes, workload } = this.#knowledge.configuration;
    const { answers, elections, messages, unknown } = this.#knowledge.statistics.counts;
    const workingMs = durationMs - FIRST_COMMIT_TIMEOUTS * this.#timeoutMs;
    if (workingMs <= 0) return;
    if (elections > 1) this.#violate("liveness", `there were ${elections} elections, although nothing went wrong`);
    if (unknown > 0) this.#violate("liveness", `${unknown} calls had no answer, although nothing went wrong`);
    const possible = (workingMs * workload.clients) / this.#callMs();
    if (workload.clients <= CLIENTS_MAX && possible >= CALLS_MIN && answers < SHARE_MIN * possible) {
      this.#violate("liveness", `only ${answers} calls were answered, of ${Math.round(possible)} that could have been`);
    }
    const beats = durationMs / node.raft.heartbeatIntervalMs;
    const enough = (nodes.length - 1) * (4 * beats + MESSAGES_PER_CALL_MAX * (answers + workload.clients));
    if (messages > enough)
      this.#violate("I15", `${messages} messages were sent where ${Math.round(enough)} are enough`);
  }

  /** What one call takes, and the pause before it. */
  #callMs(): number {
    const { disk, link, workload } = this.#knowledge.configuration;
    const roundTripMs = 2 * (link.delayMsMin + link.delayMsMean);
    return workload.thinkMs + (workload.beatMs ?? 0) + 2 * workload.distanceMs + roundTripMs + 3 * disk.syncMs;
  }

  #violate(invariant: "liveness" | "I15", reason: string): void {
    violate(this.#knowledge, invariant, undefined, reason);
  }
}
