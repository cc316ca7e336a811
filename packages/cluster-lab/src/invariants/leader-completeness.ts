import type { Invariant } from "./invariant.ts";

/** An entry that is committed in a term is in the logs of the leaders of all later terms. */
export const leaderCompleteness: Invariant = {
  name: "leader-completeness",
  title: "Leader Completeness",
  section: "fig. 3, §5.4",
  kind: "safety",
  watch: ({ committed, records }) => {
    return (observation) => {
      if (observation.type !== "leads" || !observation.isNew) return undefined;
      const { node, term } = observation;
      const last = committed.lastKnownBefore(term);
      const log = records.get(node)?.issued.log;
      if (last === undefined || log === undefined) return undefined;
      const { index } = last.entry;
      if (log.base.index >= index || log.chainAt(index) === last.chain) return undefined;
      const sentence = `${node} leads term ${term} without entry ${index} of term ${last.entry.term}, which was committed before`;
      return { node, sentence, values: { node, term, index, entryTerm: last.entry.term } };
    };
  },
};
