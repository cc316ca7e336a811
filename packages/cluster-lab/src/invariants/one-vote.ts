import type { Invariant } from "./invariant.ts";

/** A node votes for at most one candidate in a term, whatever happens to it meanwhile. */
export const oneVote: Invariant = {
  name: "one-vote",
  title: "One vote per term",
  section: "fig. 2, §5.2",
  kind: "safety",
  watch: ({ records }) => {
    const votes = new Map<string, string>();
    return (observation) => {
      if (observation.type !== "votes") return undefined;
      const { node, term, candidate } = observation;
      // One that has lost its disk is another voter: the incarnation that it has drawn since keeps it from voting twice.
      const key = `${node}/${records.get(node)?.disks ?? 0}/${term}`;
      const other = votes.get(key);
      votes.set(key, other ?? candidate);
      if (other === undefined || other === candidate) return undefined;
      const sentence = `${node} votes for ${candidate} in term ${term}, in which it has voted for ${other}`;
      return { node, sentence, values: { node, term, candidate, other } };
    };
  },
};
