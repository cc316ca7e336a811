import type { Breach, Invariant } from "./invariant.ts";

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, at) => byte === b[at]));
}

/** If a node has applied an entry at an index, no other node ever applies a different entry there; nor commits one. */
export const stateMachineSafety: Invariant = {
  name: "state-machine-safety",
  title: "State Machine Safety",
  section: "fig. 3, §5.4.3",
  kind: "safety",
  watch: ({ committed, records }) => {
    const commands = new Map<number, Uint8Array>();
    const breach = (node: string, index: number, what: string): Breach => ({
      node,
      sentence: `${node} ${what} at index ${index} than was ${what === "applies another command" ? "applied" : "committed"} there before`,
      values: { node, index },
    });
    return (observation) => {
      if (observation.type === "applies") {
        const { node, index, command } = observation;
        const known = commands.get(index);
        if (known === undefined) commands.set(index, command);
        else if (!areEqual(known, command)) return breach(node, index, "applies another command");
      } else if (observation.type === "commits") {
        const { node } = observation;
        const index = Math.min(observation.index, committed.lastIndex);
        const own = records.get(node)?.issued.log.chainAt(index);
        if (own !== undefined && own !== committed.chainAt(index)) return breach(node, index, "commits another entry");
      }
      return undefined;
    };
  },
};
