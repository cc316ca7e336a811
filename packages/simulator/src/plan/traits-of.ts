import type { NodeId } from "@quorate/raft-core";
import type { LinkTraits } from "../network/link.ts";
import { type Configuration, type NodeTraits, machinesOf } from "./configuration.ts";

/** What one node is told. */
export function nodeTraitsOf({ habits, node }: Configuration, id: NodeId): NodeTraits {
  const own = habits?.[id];
  return own === undefined ? node : { ...node, raft: { ...node.raft, ...own } };
}

/** What one link is like. */
export function linkTraitsOf({ farLinks, link }: Configuration, from: NodeId, to: NodeId): LinkTraits {
  const far = farLinks?.find((each) => each.from === from && each.to === to);
  if (far === undefined) return link;
  return { ...link, delayMsMin: link.delayMsMin * far.factor, delayMsMean: link.delayMsMean * far.factor };
}

/** Whether every node withstands peers that seek election for nothing (diss. §4.2.3, §9.6). */
export function isProtected(configuration: Configuration): boolean {
  return machinesOf(configuration).every((id) => {
    const { preVote, checkQuorum } = nodeTraitsOf(configuration, id).raft;
    return preVote && checkQuorum;
  });
}
