import type { Invariant } from "./invariant.ts";

/** If two logs contain an entry with the same index and term, they are identical in all entries up to that index. */
export const logMatching: Invariant = {
  name: "log-matching",
  title: "Log Matching",
  section: "fig. 3, §5.3",
  kind: "safety",
  watch: ({ records }) => {
    const chains = new Map<string, number>();
    return (observation) => {
      if (observation.type !== "appended") return undefined;
      const { node } = observation;
      for (const { index, term } of observation.entries) {
        const chain = records.get(node)?.issued.log.chainAt(index);
        const key = `${index}/${term}`;
        const known = chains.get(key) ?? chain;
        if (known !== undefined) chains.set(key, known);
        if (known === chain) continue;
        const sentence = `the log of ${node} up to entry ${index} of term ${term} is not that of the others up to there`;
        return { node, sentence, values: { node, index, term } };
      }
      return undefined;
    };
  },
};
