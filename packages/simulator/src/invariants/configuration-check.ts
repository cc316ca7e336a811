import type { Membership } from "@quorate/raft-core";
import type { RaftNodeStatus } from "@quorate/raft-node";
import { configurationOf, configurationsSince } from "./electorate.ts";
import type { Configured, Mirrored } from "./log-mirror.ts";
import type { NodeRecord } from "./node-record.ts";
import { type Knowledge, violate } from "./observer.ts";

/** A configuration that a leader has just appended, behind this one. */
interface Begun {
  readonly index: number;
  readonly term: number;
  readonly previous: Configured;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

/** How `next` must not follow `previous`, in words. */
function faultBetween(previous: Membership, next: Membership): string | undefined {
  const wasJoint = previous.outgoing.length > 0;
  const isJoint = next.outgoing.length > 0;
  if (wasJoint && isJoint && !same(previous.outgoing, next.outgoing)) return "one joint configuration follows another";
  if (!wasJoint && isJoint && !same(previous.voters, next.outgoing)) return "it does not come from the one before it";
  const isEntered = !wasJoint && isJoint;
  if (!isEntered && !same(previous.voters, next.voters)) return "its voters change without a joint configuration";
  return undefined;
}

function withoutIncarnations(membership: Membership): string {
  return JSON.stringify({ ...membership, founding: undefined, incarnations: undefined });
}

function isRecording(previous: Membership, next: Membership): boolean {
  return withoutIncarnations(previous) === withoutIncarnations(next);
}

/**
 * I11: the majorities of consecutive configurations overlap, or a joint one stands between them; a leader begins none
 * before it has committed in its term, nor while another is not committed, unless that one only records incarnations, or
 * was the first of all; and
 * a node that comes back goes by the one that its log and its snapshot end with.
 */
export class ConfigurationCheck {
  readonly #knowledge: Knowledge;
  readonly #begun = new Map<NodeRecord, Begun[]>();
  readonly #checked = new Set<string>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** A node asks its storage to append; called before that is done to its mirror. */
  append(record: NodeRecord, entries: readonly Mirrored[], term: number): void {
    const first = entries[0];
    if (first === undefined) return;
    this.#rollsBack(record, first);
    if (entries.every(({ membership }) => membership === undefined)) return;
    const before = configurationsSince(this.#knowledge, record.issued, first.index - 1);
    let previous = before[0] === undefined || before[0].index >= first.index ? undefined : before[0];
    for (const { index, term: entryTerm, membership } of entries) {
      if (membership === undefined) continue;
      if (previous !== undefined) this.#follows(record, previous, { index, term: entryTerm, membership });
      const isOwn = this.#knowledge.leaders.get(term) === record.id && entryTerm === term;
      if (isOwn && previous !== undefined) this.#begin(record, { index, term, previous });
      previous = { index, membership };
    }
  }

  /** After an event: by now the node has told what it knows as committed. */
  look(record: NodeRecord, { role, membership, id }: RaftNodeStatus): void {
    const { committed, marks } = this.#knowledge;
    const current = configurationOf(this.#knowledge, record.issued);
    const commit = Math.max(record.checkedCommit, record.commitToCheck);
    for (const begun of this.#begun.get(record) ?? []) this.#mayBegin(record, begun, commit);
    this.#begun.delete(record);
    if (current === undefined) return;
    const key = `${id} ${current.index}`;
    const isPutOut = role === "leader" && membership.outgoing.length === 0 && !membership.voters.includes(id);
    if (isPutOut && current.index <= committed.lastIndex && !this.#checked.has(key)) {
      this.#checked.add(key);
      marks.reach("leader removed itself");
    }
    record.configuredAt = current.index;
  }

  /** A node has come back. */
  opened(record: NodeRecord, { membership }: RaftNodeStatus): void {
    this.#begun.delete(record);
    const own = configurationOf(this.#knowledge, record.issued);
    if (own === undefined || JSON.stringify(own.membership) === JSON.stringify(membership)) return;
    const reason = `it comes back with a configuration other than the one at ${own.index}, where its log ends`;
    violate(this.#knowledge, "I11", record.id, reason);
  }

  #rollsBack(record: NodeRecord, { index, term }: Mirrored): void {
    if (index > record.issued.lastIndex || record.issued.termAt(index) === term) return;
    const isLost = record.issued.configurations.some((each) => each.index >= index);
    if (isLost) this.#knowledge.marks.reach("configuration rolled back");
  }

  #follows(record: NodeRecord, previous: Configured, next: Configured & { readonly term: number }): void {
    const key = `${next.term}/${next.index}`;
    if (this.#checked.has(key)) return;
    this.#checked.add(key);
    const fault = faultBetween(previous.membership, next.membership);
    if (fault !== undefined) {
      const reason = `it appends a configuration at ${next.index}, after the one at ${previous.index}: ${fault}`;
      violate(this.#knowledge, "I11", record.id, reason);
    }
    const { target, outgoing, voters } = previous.membership;
    const isTakenBack = target !== undefined && outgoing.length === 0 && next.membership.target === undefined;
    if (isTakenBack && same(voters, next.membership.voters)) {
      this.#knowledge.marks.reach("change taken back because a newcomer did not catch up");
    }
    const wasUnderWay = target !== undefined;
    const isInherited = wasUnderWay && (record.issued.termAt(previous.index) ?? next.term) < next.term;
    if (isInherited) this.#knowledge.marks.reach("new leader finished a change that it inherited");
  }

  #begin(record: NodeRecord, begun: Begun): void {
    const list = this.#begun.get(record) ?? [];
    list.push(begun);
    this.#begun.set(record, list);
  }

  #mayBegin(record: NodeRecord, { index, term, previous }: Begun, commit: number): void {
    const { issued, id } = record;
    // All founders have elected this leader: no earlier one can have appended anything that it does not hold.
    if (previous.membership.founding === true) return;
    if ((issued.termAt(commit) ?? 0) < term) {
      const reason = `it appends a configuration at ${index} before it has committed anything in term ${term}`;
      violate(this.#knowledge, "I11", id, reason);
    }
    if (previous.index <= commit) return;
    const [older] = configurationsSince(this.#knowledge, issued, previous.index - 1);
    if (older !== undefined && isRecording(older.membership, previous.membership)) return;
    const reason = `it appends a configuration at ${index} while the one at ${previous.index} is not committed`;
    violate(this.#knowledge, "I11", id, reason);
  }
}
