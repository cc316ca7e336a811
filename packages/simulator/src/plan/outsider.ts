import type { NodeId } from "@quorate/raft-core";
import type { Dice } from "@quorate/virtual-time";
import type { Configuration } from "./configuration.ts";
import { isProtected } from "./traits-of.ts";

/**
 * What a node is like that the others have to do without. `dead`: down. `cut-off`: nothing comes from it or to it. `mute`:
 * it hears the others, but they do not hear it. `deaf`: they hear it, but it hears nobody, and seeks election again and
 * again. `frozen`: deaf, and for the rest as the faults have left it: down, slow, or with links that lose most of what it
 * says. If it heard the others, it could lead them, and one that it cannot reach would be left behind. `flapping`: cut
 * off, back, and cut off again. `hung`: its disk does nothing, while its links are like the others'. None of them is started again.
 */
export type Plight = "frozen" | "dead" | "cut-off" | "mute" | "deaf" | "flapping" | "hung";

/** A node that is left alone when the faults are over, until the others have shown that they can do without it. */
export interface Outsider {
  readonly node: NodeId;
  readonly plight: Plight;
}

/** They cannot disturb anybody. */
const QUIET: readonly Plight[] = ["dead", "cut-off", "mute", "hung"];

/** Only a cluster with PreVote and CheckQuorum withstands these (diss. §4.2.3, §9.6). */
const LOUD: readonly Plight[] = ["frozen", "deaf", "deaf", "flapping"];

export const plights: readonly Plight[] = [...QUIET, ...new Set(LOUD)];

/** Half of the time nobody, else all nodes but a bare majority. */
export function drawOutsiders(dice: Dice, configuration: Configuration): readonly Outsider[] {
  if (dice.chance(0.5)) return [];
  const { nodes } = configuration;
  const bearable = isProtected(configuration) ? [...QUIET, ...LOUD] : QUIET;
  const minority = Math.floor((nodes.length - 1) / 2);
  return dice.sample(nodes, minority).map((id) => ({ node: id, plight: dice.pick(bearable) }));
}
