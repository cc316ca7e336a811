import type { Invariant } from "./invariant.ts";

/** A leader never overwrites or deletes entries in its log; it only appends new ones. */
export const leaderAppendOnly: Invariant = {
  name: "leader-append-only",
  title: "Leader Append-Only",
  section: "fig. 3, §5.3",
  kind: "safety",
  watch: ({ records }) => {
    return (observation) => {
      if (observation.type !== "appends") return undefined;
      const { node, entries } = observation;
      const record = records.get(node);
      const index = entries[0]?.index ?? Infinity;
      if (record?.ledTerm === undefined || index > record.issued.log.lastIndex) return undefined;
      const term = record.ledTerm;
      const sentence = `${node} overwrites entry ${index} of its own log while it leads term ${term}`;
      return { node, sentence, values: { node, index, term } };
    };
  },
};
