import type { NodeId } from "@quorate/raft-core";

/**
 * Every kind of fact, with the section that explains it. What stands in `values` is listed behind it; lists are of node
 * ids. Times are the view's.
 */
export const whySections = {
  /** - */
  "node.starting": "§5.5",
  "node.down": "§5.5",
  /** - */
  "node.paused": "§5.6",
  /** reason */
  "node.failed": "§5.5",
  /** Its timeouts come early, or late. rate */
  "node.clock": "§5.6",
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
  /** The configuration that it goes by is without it. - */
  "follower.removed": "diss. §4.2.2",

  /** term (the one that it would enter), granted, refused, awaited, needed */
  "pre-candidate.asks": "diss. §9.6",
  /** Its own vote is not durable yet: nobody has been asked. term */
  "candidate.saves-vote": "fig. 2",
  /** term, granted, refused, awaited, needed */
  "candidate.asks": "§5.2",
  /** Two majorities are asked. incoming, outgoing */
  "candidate.joint": "§6",
  /** All founders are asked, since nobody could tell one that has lost its disk from another yet. awaited */
  "candidate.founding": "fig. 2",

  /** term, heard, needed */
  "leader.leads": "§5.2",
  /** Others are in a later term already. term, laterTerm, others */
  "leader.outdated": "§5.1",
  /** Fewer than a majority answer: it will give up (CheckQuorum). silent, needed */
  "leader.unheard": "diss. §6.2",
  /** The same without CheckQuorum: it goes on, and commits nothing. silent, needed */
  "leader.powerless": "§5.3",
  /** Has committed nothing in its term yet, so it does not know what is committed. term */
  "leader.commits-nothing-yet": "§8",
  /** to */
  "leader.transferring": "diss. §3.10",
  /** Two majorities are asked. incoming, outgoing */
  "leader.joint": "§6",

  /** up, needed */
  "no-leader.too-few-up": "§2",
  /** No node has messages to and from a majority. up, needed */
  "no-leader.partitioned": "§2",
  /** They run, but have lost their disks and with them their votes. nodes */
  "no-leader.forgotten": "fig. 2",
  /** Nobody has been elected yet, and the first time it takes all founders. up, needed */
  "no-leader.founding": "fig. 2",
  /** Two majorities are needed, and one of them is missing. up, incoming, outgoing, needed, outgoingNeeded */
  "no-leader.joint": "§6",
  /** None of them can win any more, as the votes have been cast. candidates, term */
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
  /** index, leader */
  "entry.leader-paused": "§5.6",
  /** No log has it. index */
  "entry.nowhere": "§5.3",
  /** The leader has another one there, or none: it will go. index, leader, holders */
  "entry.overwritten": "§5.3",
  /** Stands on a majority, but was made in an earlier term. index, term, leaderTerm, waitsFor (index) */
  "entry.earlier-term": "§5.4.2",
  /** index, have, awaited, needed */
  "entry.acknowledgements": "§5.3",
  /** Nothing is awaited any more: the leader is about to commit it. index, have */
  "entry.acknowledged": "§5.3",
  /** As acknowledgements, in the new and the old configuration. index, have, awaited, needed, outgoingHave, outgoingNeeded */
  "entry.joint": "§6",

  /** Learners that have it, and do not count. index, learners */
  "entry.learners": "diss. §4.2.1",

  /** node, index: why its acknowledgement has not come */
  "awaited.down": "§5.3",
  "awaited.paused": "§5.3",
  "awaited.cut-to": "§5.3",
  "awaited.cut-from": "§5.3",
  "awaited.snapshot": "§7",
  "awaited.conflict": "§5.3",
  "awaited.disk": "fig. 2",
  /** The leader's own disk: it counts itself only then. */
  "awaited.own-disk": "diss. §10.2.1",
  /** Whatever it says, it is not the node that is meant. */
  "awaited.forgotten": "fig. 2",
  "awaited.under-way": "§5.3",

  /** The node that was asked stands still. - */
  "call.node-paused": "§5.6",
  /** - */
  "call.no-leader": "§8",
  /** The request, or its answer, is on its way, or is being applied. leader */
  "call.under-way": "§8",
  /** A leader that has committed nothing in its term cannot know yet what a read must show. leader, term */
  "read.first-commit": "diss. §6.4",
  /** It could have been deposed without knowing it: it may not answer. leader, silent, needed */
  "read.unheard": "diss. §6.4",
  /** It waits for a majority to answer once more. leader, needed */
  "read.round": "diss. §6.4",
  /** No lease runs that would spare the asking. leader */
  "read.no-lease": "diss. §6.4.1",
  /** Nodes that come are learners until they have the log. learners */
  "change.catches-up": "diss. §4.2.1",
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
