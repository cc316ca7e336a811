import { type NodeId, incarnationOf, isMember } from "@quorate/raft-core";
import { configurationOf, isQuorumOf } from "../invariants/electorate.ts";
import type { NodeRecord } from "../invariants/node-record.ts";
import type { Knowledge } from "../invariants/observer.ts";

/**
 * Whether a node may lose its disk without harm: a majority keeps its data, no change is under way, and everybody who
 * would count on it knows, from an entry that is committed, which incarnation it was. Before that is so its loss cannot
 * be noticed.
 */
export function mayWipe(knowledge: Knowledge, record: NodeRecord): boolean {
  const { committed, records, wiped } = knowledge;
  const { id, durableHardState } = record;
  const membership = committed.configuration?.membership;
  if (membership === undefined || membership.founding === true || wiped.has(id) || !isMember(membership, id))
    return false;
  if (membership.target !== undefined || membership.outgoing.length > 0) return false;
  if (durableHardState.incarnation === undefined) return false;
  if (!isQuorumOf(membership, (each) => each !== id && !wiped.has(each))) return false;
  return [...records.values()].every((other) => other.id === id || knowsWho(knowledge, other, record));
}

/** Whether `other` counts on nobody under that id, or on that very incarnation and for good. */
function knowsWho(knowledge: Knowledge, other: NodeRecord, { id, durableHardState }: NodeRecord): boolean {
  return [other.durable, other.issued].every((log) => {
    const own = configurationOf(knowledge, log);
    if (own === undefined || own.membership.founding === true || !isMember(own.membership, id)) return true;
    const isCommitted =
      own.index <= log.base.index || log.chainAt(own.index) === knowledge.committed.chainAt(own.index);
    return isCommitted && incarnationOf(own.membership, id) === durableHardState.incarnation;
  });
}

/** Whether those who are left can decide by themselves, whichever configuration any node goes by, or is about to. */
export function canDoWithout(knowledge: Knowledge, absent: readonly NodeId[]): boolean {
  const { committed, records, wiped } = knowledge;
  const isThere = (id: NodeId): boolean => !absent.includes(id) && !wiped.has(id);
  const known = [...records.values()].map((record) => configurationOf(knowledge, record.issued));
  return [committed.configuration, ...known].every((each) => {
    if (each === undefined) return true;
    const { membership } = each;
    const next = { ...membership, voters: membership.target?.voters ?? membership.voters, outgoing: [] };
    return isQuorumOf(membership, isThere) && isQuorumOf(next, isThere);
  });
}
