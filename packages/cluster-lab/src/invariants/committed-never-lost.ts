import type { Knowledge } from "../watch/knowledge.ts";
import type { Breach, Invariant } from "./invariant.ts";

function look({ committed, records }: Knowledge): Breach | undefined {
  const index = committed.lastIndex;
  const chain = committed.chainAt(index);
  if (index === 0 || chain === undefined) return undefined;
  const { voters } = committed;
  const holders = voters.filter((id) => {
    const record = records.get(id);
    return record !== undefined && (record.isExcused || record.holds(index, chain));
  });
  if (holders.length > voters.length / 2) return undefined;
  const held = holders.length === 0 ? "no disk" : `only the disk of ${holders.join(" and ")}`;
  const sentence = `entry ${index} is committed, but ${held} holds it, of ${voters.length} voters`;
  return { node: undefined, sentence, values: { index, holders: holders.join(", "), voters: voters.length } };
}

/** What is committed is on the disks of a majority, and stays there. */
export const committedNeverLost: Invariant = {
  name: "committed-never-lost",
  title: "Committed entries are durable",
  section: "§5.3",
  kind: "safety",
  watch: (knowledge) => {
    return (observation) => {
      switch (observation.type) {
        case "crashed":
        case "durable":
        case "committed":
          return look(knowledge);
        default:
          return undefined;
      }
    };
  },
};
