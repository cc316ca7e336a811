import type { HardState, Message, NodeId, Role } from "@quorate/raft-core";
import { nodeTraitsOf } from "../plan/traits-of.ts";
import { configurationOf, isQuorumOf } from "./electorate.ts";
import type { NodeRecord } from "./node-record.ts";
import { type Knowledge, violate } from "./observer.ts";

type RequestVote = Extract<Message, { type: "request-vote" }>;

/** I1 election safety, I2 one vote, I5 leader completeness, I16 no disruption; and of I9, votes. */
export class ElectionCheck {
  readonly #knowledge: Knowledge;
  readonly #votes = new Map<string, NodeId>();
  /** Pre-votes granted, by candidate and term. */
  readonly #preVotes = new Map<string, Set<NodeId>>();
  /** Who was asked by its leader to stand, and in which term. */
  readonly #chosen = new Set<string>();
  readonly #candidates = new Map<number, Set<NodeId>>();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** A node has told its role. */
  role(record: NodeRecord, role: Role, term: number): void {
    if (role === "leader") this.#leads(record, term);
  }

  /** A node asks its storage to remember this. */
  saves(record: NodeRecord, { term }: HardState): void {
    if (term < record.issuedHardState.term) {
      violate(this.#knowledge, "I8", record.id, `it saves term ${term} after term ${record.issuedHardState.term}`);
    }
  }

  /** A node's storage says that it remembers this. A vote that was lost before was never given. */
  saved(record: NodeRecord, { term, votedFor }: HardState): void {
    if (votedFor !== undefined) this.#votesFor(record, term, votedFor);
  }

  /** A message leaves a node. */
  sent(record: NodeRecord, to: NodeId, message: Message): void {
    const { term } = message;
    switch (message.type) {
      case "request-vote":
        if (!message.pre) this.#campaigns(record, message);
        return;
      case "timeout-now":
        this.#chosen.add(`${to}/${term}`);
        return;
      case "request-vote-reply":
        if (message.granted && message.pre) this.#grantsPreVote(record.id, to, term);
        else if (message.granted) this.#grantsVote(record, to, term);
        return;
      case "append-entries":
      case "heartbeat":
      case "install-snapshot":
        this.#claims(record, term);
        return;
      default:
    }
  }

  #leads(record: NodeRecord, term: number): void {
    const { leaders, statistics } = this.#knowledge;
    const isNew = !leaders.has(term);
    this.#claims(record, term);
    if (!isNew) return;
    leaders.set(term, record.id);
    statistics.counts.elections += 1;
    this.#checkVotes(record, term);
    this.#checkCompleteness(record, term);
    if (record.issued.lastIndex === record.issued.base.index && record.issued.base.index > 0) {
      this.#knowledge.marks.reach("leader elected with a log that is empty behind its snapshot");
    }
  }

  #claims(record: NodeRecord, term: number): void {
    const leader = this.#knowledge.leaders.get(term);
    if (leader !== undefined && leader !== record.id) {
      violate(this.#knowledge, "I1", record.id, `it leads term ${term}, which ${leader} leads`);
    }
  }

  /** Votes count by the configuration of the one that is elected, its own as well; who gave which is known already. */
  #checkVotes(record: NodeRecord, term: number): void {
    const { leaders, marks } = this.#knowledge;
    const { durableHardState } = record;
    if (durableHardState.term !== term || durableHardState.votedFor !== record.id) {
      violate(this.#knowledge, "I9", record.id, `it leads term ${term}, but its vote for itself is not durable`);
    }
    const membership = configurationOf(this.#knowledge, record.issued)?.membership;
    if (membership === undefined || leaders.get(term) !== record.id) return;
    if (membership.outgoing.length > 0) marks.reach("election while joint");
    if (isQuorumOf(membership, (id) => this.#hasVoted(id, term, record.id))) return;
    violate(this.#knowledge, "I1", record.id, `it leads term ${term} without the votes of a majority`);
  }

  #hasVoted(id: NodeId, term: number, candidate: NodeId): boolean {
    const wipes = this.#knowledge.records.get(id)?.wipes ?? 0;
    // Its vote counts although it has forgotten it since.
    const lives = Array.from({ length: wipes + 1 }, (_, at) => voteKey({ id, wipes: at }, term));
    return lives.some((key) => this.#votes.get(key) === candidate);
  }

  #checkCompleteness(record: NodeRecord, term: number): void {
    const last = this.#knowledge.committed.lastKnownBefore(term);
    if (last === undefined || record.issued.base.index >= last.index) return;
    if (record.issued.chainAt(last.index) === last.chain) return;
    const reason = `it leads term ${term} without entry ${last.index} of term ${last.term}, which was committed before`;
    violate(this.#knowledge, "I5", record.id, reason);
  }

  #votesFor(record: NodeRecord, term: number, candidate: NodeId): void {
    const key = voteKey(record, term);
    const other = this.#votes.get(key);
    if (other === undefined) this.#votes.set(key, candidate);
    else if (other !== candidate) {
      violate(this.#knowledge, "I2", record.id, `it votes for ${candidate} in term ${term}, after ${other}`);
    }
  }

  #grantsVote(record: NodeRecord, to: NodeId, term: number): void {
    this.#votesFor(record, term, to);
    const { durableHardState } = record;
    // A node that is durably in a later term can never vote in this one again.
    if (durableHardState.term > term) return;
    if (durableHardState.term === term && durableHardState.votedFor === to) return;
    violate(this.#knowledge, "I9", record.id, `it tells ${to} of a vote in term ${term} that is not durable`);
  }

  #grantsPreVote(from: NodeId, to: NodeId, term: number): void {
    const key = `${to}/${term}`;
    const granted = this.#preVotes.get(key) ?? new Set();
    this.#preVotes.set(key, granted.add(from));
  }

  #campaigns(record: NodeRecord, { term, transfer }: RequestVote): void {
    const { configuration, leaders, marks } = this.#knowledge;
    this.#votesFor(record, term, record.id);
    const candidates = this.#candidates.get(term) ?? new Set();
    if (candidates.size === 1 && !candidates.has(record.id) && !leaders.has(term)) marks.reach("split vote");
    this.#candidates.set(term, candidates.add(record.id));
    if (transfer === true && !this.#chosen.has(`${record.id}/${term - 1}`)) {
      violate(this.#knowledge, "I16", record.id, `it stands in term ${term} for a leader that has not asked it to`);
    }
    if (!nodeTraitsOf(configuration, record.id).raft.preVote || transfer === true) return;
    const granted = this.#preVotes.get(`${record.id}/${term}`) ?? new Set();
    const membership = configurationOf(this.#knowledge, record.issued)?.membership;
    if (membership !== undefined && isQuorumOf(membership, (id) => id === record.id || granted.has(id))) return;
    const reason = `it stands for election in term ${term} with ${granted.size} pre-votes, which are no majority`;
    violate(this.#knowledge, "I16", record.id, reason);
  }
}

/** A node that has lost its disk is another one: it does not know how it voted. */
function voteKey({ id, wipes }: Pick<NodeRecord, "id" | "wipes">, term: number): string {
  return `${id}/${wipes}/${term}`;
}
