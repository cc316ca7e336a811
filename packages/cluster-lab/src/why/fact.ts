import type { NodeId } from "@quorate/raft-core";

/**
 * Every kind of fact, with the section that explains it. What stands in `values` is listed behind it; lists are of node
 * ids. Times are the view's.
 */
export const whySections = {
  /** - */
  "node.starting": "§5.1",
  "node.down": "§5.1",
  /** - */
  "node.paused": "§5.1",
  /** reason */
  "node.failed": "§5.1",
  /** Has lost its disk: has no vote until it is removed and added again. - */
  "node.forgotten": "fig. 2",

  /** leader, term, deadlineMs */
  "follower.hears-leader": "§5.2",
  /** Its leader is gone, or out of reach, and it has not noticed yet. leader, term, deadlineMs */
  "follower.leader-silent": "§5.2",
  /** candidate, term, deadlineMs */
  "follower.voted": "§5.2",
  /** term, deadlineMs */
  "follower.waits": "§5.2",
  /** Receives the log, is counted nowhere and never stands. - */
  "follower.learner": "diss. §4.2.1",
  /** Belongs to no configuration: waits until a leader adds it. - */
  "follower.outside": "diss. §4.2.1",

  /** term (the one that it would enter), granted, refused, awaited, needed */
  "pre-candidate.asks": "diss. §9.6",
  /** Its own vote is not durable yet: nobody has been asked. term */
  "candidate.saves-vote": "fig. 2",
  /** term, granted, refused, awaited, needed */
  "candidate.asks": "§5.2",

  /** term, heard, needed */
  "leader.leads": "§5.2",
  /** Others are in a later term already. term, laterTerm, others */
  "leader.outdated": "§5.1",
  /** Fewer than a majority answer: it will give up. silent, needed */
  "leader.unheard": "diss. §6.2",
  /** Has committed nothing in its term yet, so it does not know what is committed. term */
  "leader.commits-nothing-yet": "§8",
  /** to */
  "leader.transferring": "diss. §3.10",
  /** Two majorities are asked. incoming, outgoing */
  "leader.joint": "§6",

  /** up, needed */
  "no-leader.too-few-up": "§5.1",
  /** No node has messages to and from a majority. up, needed */
  "no-leader.partitioned": "§5.1",
  /** candidates, term */
  "no-leader.split-vote": "§5.2",
  /** candidate, term, granted, awaited, needed */
  "no-leader.election": "§5.2",
  /** candidate, refused */
  "no-leader.log-behind": "§5.4.1",
  /** Still hear, or heard until lately, whom they follow: they refuse to help another. loyal, leader */
  "no-leader.loyal": "diss. §4.2.3",
  /** node, deadlineMs: the first timeout to come */
  "no-leader.waits": "§5.2",

  /** index, knowing, ignorant (who has the entry, but has not heard that it is committed) */
  "entry.committed": "§5.3",
  /** index */
  "entry.no-leader": "§5.3",
  /** No log has it. index */
  "entry.nowhere": "§5.3",
  /** The leader has another one there, or none: it will go. index, leader, holders */
  "entry.overwritten": "§5.3",
  /** Stands on a majority, but was made in an earlier term. index, term, leaderTerm, waitsFor (index) */
  "entry.earlier-term": "§5.4.2",
  /** index, have, awaited, needed */
  "entry.acknowledgements": "§5.3",
  /** As above, in the new and the old configuration. index, have, awaited, needed, outgoingHave, outgoingNeeded */
  "entry.joint": "§6",

  /** node, index: why its acknowledgement has not come */
  "awaited.down": "§5.3",
  "awaited.paused": "§5.3",
  "awaited.cut-to": "§5.3",
  "awaited.cut-from": "§5.3",
  "awaited.snapshot": "§7",
  "awaited.conflict": "§5.3",
  "awaited.disk": "fig. 2",
  "awaited.under-way": "§5.3",
} as const;

export type WhyKey = keyof typeof whySections;

export type WhyValue = string | number | readonly NodeId[];

/** One reason, for whoever puts it into words. */
export interface WhyFact {
  readonly key: WhyKey;
  /** Of the paper, or the dissertation. */
  readonly section: string;
  /** Whom it is about. */
  readonly node: NodeId | undefined;
  readonly values: Readonly<Record<string, WhyValue>>;
}

export function fact(key: WhyKey, node: NodeId | undefined, values: WhyFact["values"] = {}): WhyFact {
  return { key, section: whySections[key], node, values };
}
