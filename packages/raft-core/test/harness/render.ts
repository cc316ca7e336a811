import {
  type Effect,
  type Entry,
  type HardState,
  type Input,
  type Membership,
  type Message,
  type NodeId,
  type Position,
  type Snapshot,
  decodeMembership,
} from "../../src/index.ts";
import { textOf } from "./stored.ts";

const at = ({ index, term }: Position): string => `${index}/${term}`;

function entryText(entry: Entry): string {
  if (entry.kind === "command") return `${at(entry)} "${textOf(entry.data)}"`;
  if (entry.kind === "membership") return `${at(entry)} members ${membershipText(decodeMembership(entry.data))}`;
  return `${at(entry)} ${entry.kind}`;
}

/** Voters, then what they replace, learners, and the voters that are to be. */
function membershipText({ voters, outgoing, learners, target }: Membership): string {
  const parts = [
    voters.join(" "),
    outgoing.length > 0 && `| ${outgoing.join(" ")}`,
    learners.length > 0 && `+ learners ${learners.join(" ")}`,
    target !== undefined && `→ ${target.voters.join(" ")}`,
  ];
  return `(${parts.filter((part) => part !== false).join(" ")})`;
}

function entriesText(entries: readonly Entry[]): string {
  return entries.length === 0 ? "nothing" : entries.map(entryText).join(", ");
}

function hardStateText(hardState: HardState | undefined): string {
  return hardState === undefined ? "" : `term ${hardState.term} vote ${hardState.votedFor ?? "none"}; `;
}

function snapshotText(snapshot: Snapshot): string {
  return `${at(snapshot)} (${snapshot.sizeBytes} bytes, ${snapshot.membership.voters.join(" ")})`;
}

/** A message in a few words, its term first. Ids are left out: they are drawn at random. */
export function messageText(message: Message): string {
  const { type, term } = message;
  return `${type} term ${term} ${detailsOf(message)}`.trimEnd();
}

function detailsOf(message: Message): string {
  switch (message.type) {
    case "request-vote":
      return `${message.pre ? "pre " : ""}${message.transfer ? "as asked " : ""}last ${message.lastIndex}/${message.lastTerm}`;
    case "request-vote-reply":
      return `${message.pre ? "pre " : ""}${message.granted ? "granted" : "refused"}`;
    case "append-entries":
      return `prev ${message.prevIndex}/${message.prevTerm} commit ${message.commitIndex}: ${entriesText(message.entries)}`;
    case "append-entries-reply":
      if (message.accepted) return `match ${message.matchIndex}`;
      return `rejected prev ${message.prevIndex}, hint ${message.hintIndex}/${message.hintTerm}`;
    case "heartbeat":
      return `round ${message.round} commit ${message.commitIndex}`;
    case "heartbeat-reply":
      return `round ${message.round} match ${message.matchIndex}`;
    case "install-snapshot":
      return `${snapshotText(message.snapshot)} from byte ${message.offsetBytes}`;
    case "install-snapshot-reply":
      return `${message.snapshotIndex} ${message.installed ? "installed" : `wants byte ${message.nextOffsetBytes}`}`;
    case "read-index":
      return "";
    case "read-index-reply":
      return `index ${message.index}`;
    case "timeout-now":
      return "";
    case "disowned":
      return `incarnation ${message.incarnation}`;
  }
}

/** What happens to a node, as a line that begins with its name. */
export function inputLine(id: NodeId, input: Input): string {
  switch (input.type) {
    case "message":
      return `${id} hears from ${input.from}: ${messageText(input.message)}`;
    case "propose":
      return `${id} proposes ${input.commands.map((command) => `"${textOf(command)}"`).join(", ")}`;
    case "unreachable":
      return `${id} cannot reach ${input.peer}`;
    case "read":
      return `${id} reads (${input.id})`;
    case "snapshot-taken":
      return `${id} has taken a snapshot ${snapshotText(input.snapshot)}`;
    case "chunk-received":
      return `${id} has stored a chunk up to byte ${input.nextOffsetBytes}`;
    case "snapshot-received":
      return `${id} has the whole snapshot ${snapshotText(input.snapshot)}`;
    case "change-members":
      return `${id} is to change the members (${input.id}): ${JSON.stringify(input.change)}`;
    case "transfer":
      return `${id} is to hand over the lead (${input.id}) to ${input.to ?? "anybody"}`;
    case "chunk-failed":
      return `${id} could not read a chunk for ${input.to}`;
    case "tick":
    case "saved":
    case "applied":
    case "loaded":
    case "snapshot-installed":
      return `${id} ${input.type}`;
  }
}

export function effectLine(effect: Effect): string {
  switch (effect.type) {
    case "save":
      return `save ${hardStateText(effect.hardState)}${entriesText(effect.entries)}`;
    case "send":
      return `send ${effect.to} ${messageText(effect.message)}`;
    case "apply":
      return `apply ${entriesText(effect.entries)}`;
    case "load":
      return `load ${effect.fromIndex} … ${effect.toIndex}`;
    case "accepted":
      return `accepted (${effect.id}) ${effect.count} at ${effect.firstIndex} in term ${effect.term}`;
    case "refused":
      return `refused (${effect.id}) from number ${effect.first}: ${effect.code}`;
    case "read-ready":
      return `read-ready (${effect.id}) at ${effect.index}`;
    case "read-failed":
      return `read-failed (${effect.id}): ${effect.code}`;
    case "members-changed":
      return `members-changed (${effect.id})`;
    case "members-refused":
    case "transfer-failed":
      return `${effect.type} (${effect.id}): ${effect.code}, ${effect.reason}`;
    case "transferred":
      return `transferred (${effect.id}) to ${effect.to}`;
    case "disowned":
      return `disowned by ${effect.by}`;
    case "role":
      return `role ${effect.role} term ${effect.term} leader ${effect.leader ?? "none"}`;
    case "commit":
      return `commit ${effect.index}`;
    case "membership":
    case "peers":
      return effect.type;
    case "compact":
      return `compact ${at(effect)}`;
    case "send-chunk":
      return `send-chunk ${effect.to} term ${effect.term} ${snapshotText(effect.snapshot)} from byte ${effect.offsetBytes}`;
    case "receive-chunk":
      return `receive-chunk ${snapshotText(effect.snapshot)} from byte ${effect.offsetBytes}`;
    case "install-snapshot":
      return `install-snapshot ${snapshotText(effect.snapshot)}`;
    case "suspect":
      return `suspect ${effect.peer}: ${effect.reason}`;
  }
}
