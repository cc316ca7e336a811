import type { Invariant } from "./invariant.ts";

/** At most one leader can be elected in a given term. */
export const electionSafety: Invariant = {
  name: "election-safety",
  title: "Election Safety",
  section: "fig. 3, §5.2",
  kind: "safety",
  watch: ({ leaders }) => {
    return (observation) => {
      if (observation.type !== "leads") return undefined;
      const { node, term } = observation;
      const leader = leaders.get(term);
      if (leader === undefined || leader === node) return undefined;
      const sentence = `${node} leads term ${term}, which ${leader} has been elected to lead`;
      return { node, sentence, values: { node, term, leader } };
    };
  },
};
