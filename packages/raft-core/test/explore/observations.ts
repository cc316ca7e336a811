import { positions } from "./invariants.ts";
import type { World } from "./world.ts";

/**
 * What an exploration has come across, in words that do not depend on the nodes' names: what one node held in memory,
 * what one disk held, what was committed, and in which terms somebody led. Two explorations that leave out different
 * states can be compared by it.
 */
export function observationsOf(world: World): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const local of world.met) {
    const { term, role, leads, commitIndex, log, writes, matches, durableTerm, durableVote, disk } =
      world.factsOf(local);
    const memory = `${role} of term ${term} with ${positions(log)}, ${commitIndex} committed`;
    seen.add(memory);
    // How far the memory of others is ahead of their disks depends on when their writes are taken.
    const matching = Object.values(matches)
      .toSorted((a, b) => a - b)
      .join(" ");
    if (leads || writes === 0) seen.add(`${memory}; matching ${matching}; disk ${positions(disk)}`);
    const vote =
      durableVote === undefined ? "no vote" : durableVote === world.locals.at(local).id ? "its own" : "a vote";
    seen.add(`disk of term ${durableTerm} with ${positions(disk)} and ${vote}`);
  }
  for (let at = 0; at < world.commits.size; at += 1) {
    const { terms, during } = world.commits.at(at);
    seen.add(`committed: ${positions(terms)}, during ${during.join(" ")}`);
  }
  for (let at = 0; at < world.elections.size; at += 1) {
    const terms = world.elections.at(at).flatMap((leader, term) => (leader === undefined ? [] : [term]));
    seen.add(`terms with a leader: ${terms.join(" ")}`);
  }
  return seen;
}
