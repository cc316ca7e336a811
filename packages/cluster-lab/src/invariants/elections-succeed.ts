import type { NodeId } from "@quorate/raft-core";
import type { Knowledge } from "../watch/knowledge.ts";
import type { Invariant } from "./invariant.ts";

/** So many election timeouts of a cluster that could elect a leader are enough. */
const PATIENCE_TIMEOUTS = 25;
/** Of the shortest election timeout: a link that takes longer leaves too little time for an election. */
const DELAY_SHARE_MAX = 0.25;
const RATE_MAX = 1.5;

/** Whether a majority is there that could elect whoever of it has the best log, and all of its messages get through. */
function couldElect(knowledge: Knowledge): boolean {
  const { committed, options, rateMax, rateMin, records } = knowledge;
  if (rateMax > RATE_MAX || rateMin < 1 / RATE_MAX) return false;
  const well = [...records.values()].filter(({ id }) => knowledge.isWell(id));
  // A cluster that has never decided anything may want to see all of its founders first.
  if (committed.lastIndex === 0 && well.length < records.size) return false;
  const logs = well.map(({ id, issued: { log } }) => ({ id, log }));
  const [best] = logs.toSorted((a, b) => b.log.lastTerm - a.log.lastTerm || b.log.lastIndex - a.log.lastIndex);
  const { voters = [], outgoing = [] } = (best && knowledge.membershipOf(best.id)) ?? {};
  if (best === undefined || !voters.includes(best.id)) return false;
  const ids = well.map(({ id }) => id).filter((id) => voters.includes(id) || outgoing.includes(id));
  const delayMs = options.electionTimeoutMinMs * DELAY_SHARE_MAX;
  const isClear = (from: NodeId, to: NodeId): boolean => from === to || knowledge.isClear(from, to, delayMs);
  if (!ids.every((from) => ids.every((to) => isClear(from, to)))) return false;
  const isMajority = (of: readonly NodeId[]): boolean => 2 * of.filter((id) => ids.includes(id)).length > of.length;
  return isMajority(voters) && (outgoing.length === 0 || isMajority(outgoing));
}

/**
 * Where a majority is up and connected, it has a leader before long. Raft is safe without it; election timeouts are
 * random for it.
 */
export const electionsSucceed: Invariant = {
  name: "elections-succeed",
  title: "Elections come to an end",
  section: "§5.2, diss. §9.3",
  kind: "liveness",
  watch: (knowledge) => {
    let sinceMs = 0;
    let campaigns = 0;
    let isPossible: boolean | undefined;
    const begin = (): void => {
      sinceMs = knowledge.nowMs;
      campaigns = 0;
      isPossible = undefined;
    };
    return (observation) => {
      switch (observation.type) {
        case "leads":
        case "disturbed":
        case "started":
        case "crashed":
          begin();
          return undefined;
        case "campaigns":
          campaigns += 1;
          return undefined;
        case "stepped": {
          const { nowMs, options } = knowledge;
          if (nowMs - sinceMs < PATIENCE_TIMEOUTS * options.electionTimeoutMaxMs) return undefined;
          isPossible ??= couldElect(knowledge);
          if (!isPossible || campaigns === 0) {
            begin();
            return undefined;
          }
          const waitedMs = Math.round(nowMs - sinceMs);
          const sentence = `${campaigns} candidacies in ${waitedMs} ms have led to no leader, although a majority is up and connected`;
          return { node: undefined, sentence, values: { campaigns, waitedMs } };
        }
        default:
          return undefined;
      }
    };
  },
};
