import type { Member } from "./membership.ts";

/**
 * | code                 | did it happen?          | what to do                                                       |
 * | -------------------- | ----------------------- | ---------------------------------------------------------------- |
 * | `NOT_LEADER`         | no, and never will      | ask `leader`                                                     |
 * | `NO_LEADER`          | no, and never will      | ask again, here or elsewhere, after about an election timeout    |
 * | `OVERLOADED`         | no, and never will      | ask again here, later and less                                   |
 * | `MEMBERSHIP_PENDING` | no, and never will      | wait for the change under way, then ask again                    |
 * | `MEMBERSHIP_REFUSED` | no, or taken back       | ask for something else; the message says what is wrong            |
 * | `TRANSFERRING`       | no, and never will      | ask again at once, at whoever leads next                         |
 * | `TRANSFER_REFUSED`   | no, and never will      | choose another target, or ask again; the message says what is wrong |
 * | `TRANSFER_FAILED`    | no; the lead may still change hands | look who leads; ask again if it matters              |
 * | `TERM_CHANGED`       | no, and never will      | decide anew: the term that the command was meant for is over     |
 * | `OUTCOME_UNKNOWN`    | perhaps, now or later   | find out by reading; repeat only what may happen twice           |
 * | `CLOSED`             | no, unless it is the cause of an `OUTCOME_UNKNOWN` | this node is closing: ask another     |
 * | `STORAGE_FAILED`     | no, unless it is the cause of an `OUTCOME_UNKNOWN` | this node has stopped for good: ask another |
 * | `CORRUPT`            | (at open)               | what is stored is damaged; the message names file, place, remedy  |
 * | `STATE_MACHINE_FAILED` | perhaps               | a bug in the state machine has stopped this node                 |
 * | `INTERNAL`           | no, unless it is the cause of an `OUTCOME_UNKNOWN` | a bug in Quorate has stopped this node: report it, with the cause |
 * | `LOCKED`             | (at open)               | another process has this directory open                          |
 * | `WRONG_CLUSTER`      | (at open)               | what is stored is another cluster's or another node's            |
 * | `TOO_LARGE`          | no, and never will      | send less; the message names the limit                           |
 */
export type RaftErrorCode =
  | RefusalCode
  | "MEMBERSHIP_PENDING"
  | "MEMBERSHIP_REFUSED"
  | "TRANSFER_REFUSED"
  | "TRANSFER_FAILED"
  | "OUTCOME_UNKNOWN"
  | "CLOSED"
  | "STORAGE_FAILED"
  | "CORRUPT"
  | "STATE_MACHINE_FAILED"
  | "INTERNAL"
  | "LOCKED"
  | "WRONG_CLUSTER"
  | "TOO_LARGE";

/** Definitely not done; worth another try, here or at the leader. */
export type RefusalCode = "NOT_LEADER" | "NO_LEADER" | "OVERLOADED" | "TRANSFERRING" | "TERM_CHANGED";

export interface RaftErrorOptions {
  readonly leader?: Member | undefined;
  readonly cause?: unknown;
}

/** An outcome that the caller has to handle. Branch on `code`, which is stable; `message` is for people. */
export class RaftError extends Error {
  readonly code: RaftErrorCode;
  /** The leader as far as this node knows, where that helps. */
  readonly leader: Member | undefined;

  constructor(code: RaftErrorCode, message: string, options: RaftErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "RaftError";
    this.code = code;
    this.leader = options.leader;
  }
}
