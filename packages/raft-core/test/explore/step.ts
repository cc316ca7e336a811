/** One event of the exploration as one integer: what happens (3 bits), to which node (3 bits), and with what. */
export type Step = number;

/** What may happen to a node. The argument of a delivery is a packet, of `unreachable` a node, of `crash` a cut. */
export const deliver = 0;
export const tick = 1;
export const propose = 2;
export const unreachable = 3;
export const written = 4;
export const crash = 5;
/** A delivery that leaves the packet where it is. For the node it is the same as `deliver`. */
export const duplicate = 6;
/** The one change of the members that the bounds allow. */
export const change = 7;

export function stepOf(kind: number, node: number, argument: number): Step {
  return kind | (node << 3) | (argument << 6);
}

export const kindOf = (step: Step): number => step & 7;
export const nodeOf = (step: Step): number => (step >>> 3) & 7;
export const argumentOf = (step: Step): number => step >>> 6;
