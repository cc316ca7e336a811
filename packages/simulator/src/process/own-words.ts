import type { RaftNodeStatus } from "@quorate/raft-node";
import type { OwnWord } from "../trace/trace-event.ts";
import type { Trace } from "../trace/trace.ts";

function wordOf(status: RaftNodeStatus): OwnWord {
  const { id, isForgotten, role, term, transferTo } = status;
  const { founding, voters, outgoing, learners } = status.membership;
  const { votedFor, votes } = status.election;
  const isStanding = role === "candidate" || role === "pre-candidate";
  return {
    node: id,
    role,
    term,
    leader: status.leader?.id,
    votedFor,
    votes: isStanding ? votes : undefined,
    voters,
    outgoing,
    learners,
    isFounding: founding === true,
    transferTo,
    isForgotten,
  };
}

/** Notes what a node says of itself whenever that is something else than before. */
export class OwnWords {
  readonly #trace: Trace;
  #last: OwnWord | undefined;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** A life begins: whatever it says is news. */
  begin(): void {
    this.#last = undefined;
  }

  /** Something has happened to the node. */
  look(status: RaftNodeStatus): void {
    if (!this.#trace.isHeard) return;
    const word = wordOf(status);
    if (this.#last !== undefined && isSame(word, this.#last)) return;
    this.#last = word;
    this.#trace.note("status", word);
  }
}

function isSame(one: OwnWord, other: OwnWord): boolean {
  return (
    one.role === other.role &&
    one.term === other.term &&
    one.leader === other.leader &&
    one.votedFor === other.votedFor &&
    one.voters === other.voters &&
    one.outgoing === other.outgoing &&
    one.learners === other.learners &&
    one.isFounding === other.isFounding &&
    one.transferTo === other.transferTo &&
    one.isForgotten === other.isForgotten &&
    JSON.stringify(one.votes) === JSON.stringify(other.votes)
  );
}
