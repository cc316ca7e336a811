import { type Membership, type NodeId, incarnationOf } from "@quorate/raft-core";
import type { Configured, LogMirror } from "./log-mirror.ts";
import type { NodeRecord } from "./node-record.ts";
import type { Knowledge } from "./observer.ts";

/** Whether more than half of the voters, and of the outgoing ones if there are any, are what is asked; all founders. */
export function isQuorumOf({ founding, voters, outgoing }: Membership, is: (id: NodeId) => boolean): boolean {
  if (founding === true) return voters.every(is);
  return [voters, outgoing].every((half) => half.length === 0 || 2 * half.filter(is).length > half.length);
}

/** The configuration in force at `index` of this node's log, and all that follow it. */
export function configurationsSince(knowledge: Knowledge, log: LogMirror, index: number): readonly Configured[] {
  const before = knowledge.committed.configurationAt(log.base.index);
  const all = before === undefined ? log.configurations : [before, ...log.configurations];
  const from = all.findLastIndex((each) => each.index <= index);
  return all.slice(Math.max(0, from));
}

/** What holds before any entry says who belongs to the cluster. */
export function foundingConfiguration({ configuration: { nodes } }: Knowledge): Configured {
  return { index: 0, membership: { voters: nodes, outgoing: [], learners: [], addresses: {} } };
}

/** What a node that has this log goes by. */
export function configurationOf(knowledge: Knowledge, log: LogMirror): Configured | undefined {
  return log.configurations.at(-1) ?? knowledge.committed.configurationAt(log.base.index);
}

function holdsIn(knowledge: Knowledge, log: LogMirror, snapshot: number, index: number): boolean {
  if (Math.max(log.base.index, snapshot) >= index) return true;
  return log.chainAt(index) === knowledge.committed.chainAt(index);
}

/**
 * Whether the node that the configuration means has the committed entry durably, in its log or in the snapshot before
 * it. One that has lost its disk since is as good as one that is down: nobody counts it until it is added anew.
 */
export function holds(
  knowledge: Knowledge,
  record: NodeRecord,
  { index, membership }: { readonly index: number; readonly membership: Membership },
): boolean {
  const { durable, durableSnapshot, durableHardState, former } = record;
  const meant = incarnationOf(membership, record.id);
  const isMeant = meant === undefined || meant === durableHardState.incarnation;
  if (isMeant) return holdsIn(knowledge, durable, durableSnapshot, index);
  if (former === undefined || former.incarnation !== meant) return false;
  return holdsIn(knowledge, former.durable, former.durableSnapshot, index);
}
