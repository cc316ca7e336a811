import type { NodeId } from "@quorate/raft-core";
import type { Knowledge } from "../watch/knowledge.ts";
import type { Invariant } from "./invariant.ts";

/** For how many election timeouts a leader must have been heard for its deposition to count. */
const STEADY_TIMEOUTS = 2;

/** Whom a majority hears, and since when without a break. */
class Steadiness {
  readonly #knowledge: Knowledge;
  readonly #heardMs = new Map<NodeId, number>();
  #leader: NodeId | undefined;
  #term = 0;
  #sinceMs = Infinity;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  leads(node: NodeId, term: number): void {
    if (term <= this.#term) return;
    this.#term = term;
    this.#leader = node;
    this.#heardMs.clear();
    this.#sinceMs = Infinity;
  }

  hears(node: NodeId, term: number): void {
    if (term !== this.#term) return;
    const wasHeard = this.#isHeard();
    this.#heardMs.set(node, this.#knowledge.nowMs);
    if (!wasHeard) this.#sinceMs = this.#isHeard() ? this.#knowledge.nowMs : Infinity;
  }

  forget(node: NodeId): void {
    this.#heardMs.delete(node);
    if (!this.#isHeard()) this.#sinceMs = Infinity;
  }

  /** Whether the leader of `term` has been heard for so long that nobody can have had a reason to vote another in. */
  isSteady(): boolean {
    const { delayMaxMs, nowMs, options, rateMin } = this.#knowledge;
    const enoughMs = (STEADY_TIMEOUTS * options.electionTimeoutMaxMs) / rateMin + 2 * delayMaxMs;
    return this.#isHeard() && nowMs - this.#sinceMs >= enoughMs;
  }

  leaderOf(term: number): NodeId | undefined {
    return term === this.#term ? this.#leader : undefined;
  }

  /** A majority of its own configuration has heard it within the shortest election timeout, on the fastest clock. */
  #isHeard(): boolean {
    const { nowMs, options, rateMax } = this.#knowledge;
    const leader = this.#leader;
    const membership = leader === undefined ? undefined : this.#knowledge.membershipOf(leader);
    // While the configuration changes, who is to be heard is in question.
    if (leader === undefined || membership === undefined || membership.outgoing.length > 0) return false;
    const sinceMs = nowMs - options.electionTimeoutMinMs / rateMax;
    const hearing = membership.voters.filter((id) => id === leader || (this.#heardMs.get(id) ?? -Infinity) >= sinceMs);
    return membership.voters.includes(leader) && hearing.length > membership.voters.length / 2;
  }
}

/**
 * A leader that a majority hears is not deposed by a node that could not have won an election. Raft is safe without it;
 * PreVote and CheckQuorum are there for it.
 */
export const noDisruption: Invariant = {
  name: "no-disruption",
  title: "No disruption",
  section: "diss. §4.2.3, §9.6",
  kind: "liveness",
  watch: (knowledge) => {
    const steadiness = new Steadiness(knowledge);
    /** Terms that began without a reason, and who began them. */
    const unfounded = new Map<number, NodeId>();
    return (observation) => {
      switch (observation.type) {
        case "leads":
          steadiness.leads(observation.node, observation.term);
          return undefined;
        case "hears":
          steadiness.hears(observation.node, observation.term);
          return undefined;
        case "started":
        case "crashed":
        case "leaps":
          steadiness.forget(observation.node);
          return undefined;
        case "campaigns":
          if (!observation.transfer && steadiness.isSteady()) unfounded.set(observation.term, observation.node);
          return undefined;
        case "yields": {
          const { node, ledTerm, term } = observation;
          const candidate = unfounded.get(term);
          if (candidate === undefined || steadiness.leaderOf(ledTerm) !== node || !steadiness.isSteady())
            return undefined;
          const sentence = `${node}, which leads term ${ledTerm} and is heard by a majority, is deposed by term ${term} of ${candidate}, which could not win`;
          return { node, sentence, values: { node, ledTerm, term, candidate } };
        }
        default:
          return undefined;
      }
    };
  },
};
