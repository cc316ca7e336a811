import { type Bounds, standardBounds } from "./bounds.ts";
import type { Fault } from "./open-core.ts";

/** A fault that the exploration must find, within which bounds, and how it comes to light. */
export interface Plant extends Fault {
  readonly breaks: string;
  readonly bounds: Bounds;
  /** False: only what comes of a broken promise may give it away, not the promise itself. */
  readonly promises: boolean;
  readonly found: RegExp;
}

const none = { crashes: 0, duplicates: 0, drops: 0, heartbeats: 0 };
const small: Bounds = { ...standardBounds, ...none, terms: 1, entries: 2 };

const voteReply = 'state.out.sendDurably(to, { type: "request-vote-reply"';
const ack = "state.out.sendDurably(from, success)";

export const plants: readonly Plant[] = [
  {
    breaks: "a vote is given before it is saved",
    file: "election.ts",
    old: voteReply,
    new: voteReply.replace("sendDurably", "send"),
    bounds: small,
    promises: true,
    found: /^n\d speaks of term 1, but may forget it$/,
  },
  {
    breaks: "a vote is given before it is saved, and forgotten in a crash",
    file: "election.ts",
    old: voteReply,
    new: voteReply.replace("sendDurably", "send"),
    bounds: { ...small, crashes: 1 },
    promises: false,
    found: /^term 2 has two leaders, n\d and n\d$|was committed before$/,
  },
  {
    breaks: "an entry is acknowledged before it is saved",
    file: "follower.ts",
    old: ack,
    new: ack.replace("sendDurably", "send"),
    bounds: small,
    promises: false,
    found: /is committed, but the disks hold/,
  },
  {
    breaks: "hard state is never saved",
    file: "state.ts",
    old: "return { term: this.term, votedFor: this.votedFor, incarnation: this.incarnation };",
    new: "return undefined;",
    bounds: small,
    promises: false,
    found: /^a leader's own vote must be durable$/,
  },
  {
    breaks: "an entry of an earlier term is committed by counting",
    file: "commit.ts",
    old: " || log.termAt(index) !== state.term",
    new: "",
    bounds: { ...small, terms: 2, disks: "instant", batches: "one" },
    promises: true,
    found: /by counting$/,
  },
  {
    breaks: "a log that is behind gets votes",
    file: "log.ts",
    old: "return last.term > this.lastTerm ||",
    new: "return true ||",
    bounds: small,
    promises: true,
    found: /was committed before$/,
  },
  {
    breaks: "a second vote in the same term",
    file: "election.ts",
    old: "(free || hasVotedFor(state, from, message))",
    new: "(state.leader === undefined || state.votedFor === from)",
    bounds: small,
    promises: true,
    found: /is saved over one for/,
  },
  {
    breaks: "a leader counts its own entries before they are saved",
    file: "commit.ts",
    old: "id === state.id ? state.saves.durableIndex",
    new: "id === state.id ? state.log.lastIndex",
    bounds: small,
    promises: true,
    found: /is committed, but the disks hold/,
  },
  {
    breaks: "half of the nodes are a majority",
    file: "quorum.ts",
    old: "Math.floor(count / 2) + 1",
    new: "Math.floor(count / 2)",
    bounds: small,
    promises: true,
    found: /is committed, but the disks hold/,
  },
  {
    breaks: "a conflicting entry is kept",
    file: "follower.ts",
    old: "log.termAt(entry.index) !== entry.term);",
    new: "entry.index > log.lastIndex);",
    bounds: { ...small, terms: 2, disks: "instant" },
    promises: true,
    found: /^n\d acknowledges entry 2, but holds/,
  },
  {
    breaks: "a follower cuts its log behind what a message brings",
    file: "follower.ts",
    old: "log.termAt(entry.index) !== entry.term);",
    new: "true);",
    bounds: { ...small, terms: 1, entries: 3, duplicates: 1 },
    promises: true,
    found: /is committed, but the disks hold/,
  },
  {
    breaks: "the vote is cleared when the term stays the same",
    file: "roles.ts",
    old: "if (term > state.term) {\n    state.term = term;",
    new: "if (true) {\n    state.term = term;",
    bounds: small,
    promises: true,
    found: /a vote for nobody is saved over one for/,
  },
  {
    breaks: "answers of an earlier term are taken",
    file: "receive.ts",
    old: "if (message.term < state.term) {",
    new: 'if (message.term < state.term && message.type !== "append-entries-reply") {',
    bounds: { ...small, crashes: 1, staleAnswers: "kept" },
    promises: true,
    found: /is committed, but the disks hold/,
  },
  {
    breaks: "those who come decide without those who go",
    file: "quorum.ts",
    old: "[membership.voters, membership.outgoing]",
    new: "[membership.voters]",
    bounds: { ...small, reduced: false, entries: 1, change: "replace", crashes: 1 },
    promises: true,
    found: /^n2 leads term 2 with .* was committed before$/,
  },
  {
    breaks: "those who go decide without those who come",
    file: "quorum.ts",
    old: "[membership.voters, membership.outgoing]",
    new: "[membership.outgoing]",
    bounds: { ...small, reduced: false, entries: 1, change: "replace", crashes: 1 },
    promises: true,
    found: /^n2 leads term 2 with .* was committed before$/,
  },
];
