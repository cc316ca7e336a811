import type { StartLog } from "../session/options.ts";
import { leads, nodeIn } from "./look.ts";
import type { Script } from "./script.ts";

/** Everybody has heard of term 7: d led it. */
const term = 7;

/** The logs of figure 7, behind a configuration at index 1: its indexes are one higher here. */
const logs: Readonly<Record<string, StartLog>> = {
  n1: { term, terms: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6] },
  // a to f
  n2: { term, terms: [1, 1, 1, 4, 4, 5, 5, 6, 6] },
  n3: { term, terms: [1, 1, 1, 4] },
  n4: { term, terms: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6] },
  n5: { term, terms: [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7] },
  n6: { term, terms: [1, 1, 1, 4, 4, 4, 4] },
  n7: { term, terms: [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3] },
};

/** Figure 7: the leader of term 8 (n1) and the six ways in which followers (n2 to n7 for a to f) may differ from it. */
export const figure7: Script = {
  name: "figure-7",
  nodes: 7,
  options: { logs },
  steps: [
    {
      name: "elect",
      actions: () => [{ type: "force-election", node: "n1" }],
      until: leads("n1"),
      withinMs: 300,
    },
    {
      name: "repair",
      actions: () => [],
      until: (lab) => {
        const { log } = nodeIn(lab, "n1");
        const isSame = (id: string): boolean => {
          const other = nodeIn(lab, id).log;
          return (
            other.lastIndex === log.lastIndex &&
            other.entries.every(({ term: its }, at) => its === log.entries[at]?.term)
          );
        };
        return lab.nodes.every(isSame) && nodeIn(lab, "n1").commitIndex === log.lastIndex;
      },
      withinMs: 2000,
    },
  ],
};
