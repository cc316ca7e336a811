import type { NodeId } from "@quorate/raft-core";
import type { CutView } from "../view/cluster-view.ts";
import type { Link } from "./geometry.ts";

/** Which directions of a link carry nothing; `ab` is from `a` to `b`. */
export type CutState = "open" | "ab" | "ba" | "both";

export function cutState({ a, b }: Link, cuts: readonly CutView[]): CutState {
  const isCut = (from: NodeId, to: NodeId): boolean => cuts.some((cut) => cut.from === from && cut.to === to);
  const [ab, ba] = [isCut(a, b), isCut(b, a)];
  if (ab && ba) return "both";
  if (ab) return "ab";
  return ba ? "ba" : "open";
}
