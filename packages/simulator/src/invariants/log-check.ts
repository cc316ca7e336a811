import type { Message, NodeId, Role } from "@quorate/raft-core";
import { counted } from "../report/counted.ts";
import { configurationsSince, foundingConfiguration, holds, isQuorumOf } from "./electorate.ts";
import type { Configured, Mirrored } from "./log-mirror.ts";
import type { NodeRecord } from "./node-record.ts";
import { type Knowledge, violate } from "./observer.ts";

/** Terms stay far below 2^26, indexes far below 2^27: one number for both. */
const TERM = 2 ** 27;

/** I3 leader append-only, I4 log matching, I6 (the log's part), I7 commit rule, I10; and of I9, acknowledgements. */
export class LogCheck {
  readonly #knowledge: Knowledge;
  /** By index and term: the hash of the log up to there. */
  readonly #chains = new Map<number, number>();
  /** The last commit that was looked at, and by which configuration it was one. */
  #decided: Configured | undefined;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** A node, which is in `term` from now on, asks its storage to append; called before that is done to its mirror. */
  append(record: NodeRecord, entries: readonly Mirrored[], term: number): void {
    const first = entries[0];
    if (first === undefined) return;
    if (first.index <= record.issued.lastIndex) this.#overwrites(record, first, term);
    for (const entry of entries) this.#matches(record, entry);
  }

  /** A message leaves a node. */
  sent(record: NodeRecord, to: NodeId, message: Message): void {
    if (message.type === "append-entries-reply" && message.accepted) {
      this.#acknowledges(record, to, { term: message.term, index: message.matchIndex });
    } else if (message.type === "install-snapshot-reply" && message.installed) {
      if (record.durableIndex >= message.snapshotIndex) return;
      const reason = `it tells ${to} that snapshot ${message.snapshotIndex} is installed, which is not durable`;
      violate(this.#knowledge, "I9", record.id, reason);
    }
  }

  /** A node knows more entries as committed. `role` and `term` are the node's now. */
  commits(record: NodeRecord, index: number, now: { readonly role: Role; readonly term: number }): void {
    const { committed } = this.#knowledge;
    const { issued } = record;
    const isNews = index > committed.lastIndex;
    for (let at = committed.lastIndex + 1; at <= index; at += 1) {
      const entry = issued.get(at);
      if (entry === undefined) {
        violate(this.#knowledge, "I6", record.id, `it holds ${index} as committed, but has no entry ${at}`);
        return;
      }
      committed.push(entry, now.term);
      this.#knowledge.statistics.counts.commits += 1;
    }
    if (issued.chainAt(index) !== undefined && issued.chainAt(index) !== committed.chainAt(index)) {
      violate(this.#knowledge, "I6", record.id, `its log up to its commit index ${index} is not what was committed`);
    }
    if (isNews) this.#isOnMajority(record, index, now.term);
    if (now.role === "leader") this.#commitRule(record, index, now.term);
    record.checkedCommit = index;
  }

  /** I10: what is committed is on a majority of disks, of the configuration that it was committed by. */
  nothingLost(): void {
    if (this.#decided === undefined || this.#isHeld(this.#decided)) return;
    const { size } = this.#holders(this.#decided);
    const reason = `entry ${this.#decided.index}, which is committed, is durable on ${counted(size, "node")} only, which are no majority`;
    violate(this.#knowledge, "I10", undefined, reason);
  }

  #overwrites(record: NodeRecord, first: Mirrored, term: number): void {
    const { leaders, marks, committed } = this.#knowledge;
    // Nobody else sends entries in a term that it has won.
    if (leaders.get(term) === record.id) {
      violate(this.#knowledge, "I3", record.id, `it overwrites entry ${first.index} in term ${term}, which it leads`);
    }
    if (record.issued.termAt(first.index) === first.term) return;
    marks.reach("uncommitted entries overwritten by a new leader");
    const lost = committed.get(first.index);
    if (lost !== undefined && lost.chain === record.issued.chainAt(first.index)) {
      violate(this.#knowledge, "I10", record.id, `it overwrites entry ${first.index}, which is committed`);
    }
  }

  #matches(record: NodeRecord, { index, term, chain }: Mirrored): void {
    const key = term * TERM + index;
    const known = this.#chains.get(key);
    if (known === undefined) this.#chains.set(key, chain);
    else if (known !== chain) {
      violate(
        this.#knowledge,
        "I4",
        record.id,
        `its log up to entry ${index} of term ${term} is not the others' up to there`,
      );
    }
  }

  #acknowledges(record: NodeRecord, to: NodeId, { term, index }: { term: number; index: number }): void {
    const { records, committed } = this.#knowledge;
    const { durable, durableHardState } = record;
    if (durableHardState.term < term) {
      violate(this.#knowledge, "I9", record.id, `it acknowledges entries in term ${term}, which is not durable`);
    }
    // The leader of a later term has replaced it, in the same write: as if it had been there in between.
    if (durableHardState.term > term) return;
    if (record.durableIndex < index) {
      violate(this.#knowledge, "I9", record.id, `it acknowledges ${index}, but only ${record.durableIndex} is durable`);
      return;
    }
    const own = durable.chainAt(index);
    const leaders = records.get(to)?.issued.chainAt(index) ?? committed.chainAt(index);
    // A leader that died meanwhile may have lost it again.
    if (own === undefined || leaders === undefined || this.#knowledge.leaders.get(term) !== to) return;
    const isOther = own !== leaders && own !== this.#chains.get((durable.termAt(index) ?? 0) * TERM + index);
    if (isOther)
      violate(this.#knowledge, "I9", record.id, `it acknowledges ${index} to ${to}, whose entry is another one`);
  }

  #commitRule(record: NodeRecord, index: number, term: number): void {
    const { marks } = this.#knowledge;
    const own = record.issued.termAt(index);
    if (own !== undefined && own !== term) {
      violate(this.#knowledge, "I7", record.id, `it commits entry ${index} of term ${own} as leader of term ${term}`);
    }
    for (let at = record.checkedCommit + 1; at < index; at += 1) {
      const older = record.issued.termAt(at);
      if (at > record.issued.base.index && older !== undefined && older < term) {
        marks.reach("entry of an older term committed indirectly");
        return;
      }
    }
  }

  /**
   * Whoever is the first to know an entry as committed: a majority must have it, of the configuration that was in force
   * when the leader counted. That is the one after its last event, or one that it has appended in this one. A follower is
   * the first to know where the leader died as it told it.
   */
  #isOnMajority(record: NodeRecord, index: number, term: number): void {
    const { leaders, records } = this.#knowledge;
    const leader = records.get(leaders.get(term) ?? record.id) ?? record;
    const known = [...new Set([leader, record])].flatMap((each) =>
      configurationsSince(this.#knowledge, each.issued, each.configuredAt),
    );
    const inForce = known.length > 0 ? known : [foundingConfiguration(this.#knowledge)];
    const decisions = inForce.map(({ membership }) => ({ index, membership }));
    this.#decided = decisions.find((each) => this.#isHeld(each)) ?? decisions[0];
    if (this.#decided === undefined || this.#isHeld(this.#decided)) return;
    const { size } = this.#holders(this.#decided);
    const reason = `it commits entry ${index}, which is durable on ${counted(size, "node")} only, which are no majority`;
    violate(this.#knowledge, "I7", record.id, reason);
  }

  #isHeld(decision: Configured): boolean {
    const holders = this.#holders(decision);
    return isQuorumOf(decision.membership, (id) => holders.has(id));
  }

  /** Those who have it durably. */
  #holders(decision: Configured): ReadonlySet<NodeId> {
    const { records } = this.#knowledge;
    const holders = [...records.values()].filter((each) => each.isLost || holds(this.#knowledge, each, decision));
    return new Set(holders.map(({ id }) => id));
  }
}
