import type { EntryKind, HardState, Message, NodeId, Position, Role } from "@quorate/raft-core";
import type { Violation } from "../invariants/violation.ts";
import type { LossReason } from "../network/simulated-network.ts";
import type { Fault } from "../plan/fault.ts";
import type { Outsider } from "../plan/outsider.ts";
import type { TraceDigest } from "./digest.ts";
import { contentOf, messageInWords, numbersOf, summaryOf } from "./message-summary.ts";

interface Passage {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

/** An entry without what it says. */
export interface EntryHead {
  readonly index: number;
  readonly term: number;
  readonly kind: EntryKind;
}

/** What a node says of itself, besides its log. */
export interface OwnWord {
  readonly node: NodeId;
  readonly role: Role;
  readonly term: number;
  readonly leader: NodeId | undefined;
  readonly votedFor: NodeId | undefined;
  /** While it stands: what it has heard, its own vote included. */
  readonly votes: Readonly<Record<NodeId, boolean>> | undefined;
  /** The configuration that it goes by; `outgoing` is empty but in a joint one. */
  readonly voters: readonly NodeId[];
  readonly outgoing: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** That is the first one, and the cluster has not been founded with it yet. */
  readonly isFounding: boolean;
  readonly transferTo: NodeId | undefined;
  readonly isForgotten: boolean;
}

/** Everything that a trace tells, by kind. */
export interface TraceEvents {
  send: Passage;
  deliver: Passage;
  lost: Passage & { readonly reason: LossReason };
  fault: { readonly fault: Fault };
  /** The faults are over, but for these nodes; the others have to come to rest. */
  healed: { readonly outsiders: readonly Outsider[] };
  started: { readonly node: NodeId; readonly life: number };
  /** `entries` are all that its log holds, which begins behind `base`; `snapshotIndex` is 0 where it has none. */
  opened: {
    readonly node: NodeId;
    readonly term: number;
    readonly appliedIndex: number;
    readonly snapshotIndex: number;
    readonly base: Position;
    readonly entries: readonly EntryHead[];
  };
  "open-failed": { readonly node: NodeId; readonly code: string; readonly reason: string };
  crashed: { readonly node: NodeId; readonly power: boolean };
  /** Its disk is lost: it will start with nothing. */
  wiped: { readonly node: NodeId };
  failed: { readonly node: NodeId; readonly code: string; readonly reason: string };
  role: { readonly node: NodeId; readonly role: Role; readonly term: number };
  /** Something of it is not what it was. */
  status: OwnWord;
  commit: { readonly node: NodeId; readonly index: number };
  append: {
    readonly node: NodeId;
    readonly entries: readonly EntryHead[];
    readonly hardState: HardState | undefined;
  };
  durable: { readonly node: NodeId; readonly lastIndex: number; readonly term: number };
  compact: { readonly node: NodeId; readonly index: number };
  reset: { readonly node: NodeId; readonly index: number };
  apply: { readonly node: NodeId; readonly index: number };
  snapshot: {
    readonly node: NodeId;
    readonly index: number;
    readonly term: number;
    readonly origin: "taken" | "installed";
  };
  disk: { readonly node: NodeId; readonly doing: string; readonly error: string | undefined };
  log: { readonly node: NodeId; readonly level: string; readonly message: string };
  call: { readonly client: number; readonly node: NodeId; readonly what: string };
  answer: { readonly client: number; readonly node: NodeId; readonly outcome: string; readonly answer?: string };
  /** Whoever operates the cluster asks for a change; undefined where the asking itself is told. */
  change: { readonly node: NodeId; readonly what: string; readonly outcome: string | undefined };
  /** The last event of a run that fails. */
  violation: Violation;
}

export type TraceKind = keyof TraceEvents;

interface KindTraits<Payload> {
  /** What of it distinguishes two histories. */
  mix(digest: TraceDigest, payload: Payload): void;
  words(payload: Payload): string;
  json?(payload: Payload): Readonly<Record<string, unknown>>;
}

function mixPassage(digest: TraceDigest, { from, to, message }: Passage): void {
  const [a, b] = numbersOf(message);
  digest.addText(from);
  digest.addText(to);
  digest.add(contentOf(message));
  digest.add(message.term);
  digest.add(a);
  digest.add(b);
}

const passageJson = ({ message, ...rest }: Passage): Readonly<Record<string, unknown>> => ({
  ...rest,
  message: summaryOf(message),
});

function appendInWords({ node, entries, hardState }: TraceEvents["append"]): string {
  const state = hardState && `term ${hardState.term}, vote ${hardState.votedFor ?? "none"}`;
  const [first, last] = [entries[0], entries.at(-1)];
  const range = first && last && `entries ${first.index} to ${last.index}`;
  return `${node} writes ${[state, range].filter((part) => part !== undefined).join(" and ") || "a barrier"}`;
}

function statusInWords({ node, leader, voters, outgoing, learners, ...own }: OwnWord): string {
  const groups = [...(outgoing.length > 0 ? [outgoing.join(" "), "to"] : []), voters.join(" ")];
  const all = [...groups, ...(learners.length > 0 ? ["with", learners.join(" ")] : [])].join(" ") || "nobody";
  const parts = [
    `${own.role} of term ${own.term}`,
    ...(leader === undefined ? [] : [`follows ${leader}`]),
    ...(own.transferTo === undefined ? [] : [`hands over to ${own.transferTo}`]),
    ...(own.isForgotten ? ["is forgotten"] : []),
    ...(own.isFounding ? ["founds its cluster"] : []),
  ];
  return `${node}, ${parts.join(", ")}, goes by the configuration ${all}`;
}

/** Only what a trace tells of them: those of a log know more. */
const headOf = ({ index, term, kind }: EntryHead): EntryHead => ({ index, term, kind });

/** How each kind goes into the digest, into words, and into a trace file. */
export const traceKinds: { readonly [Kind in TraceKind]: KindTraits<TraceEvents[Kind]> } = {
  send: {
    mix: mixPassage,
    words: ({ from, to, message }) => `${from} sends ${to} ${messageInWords(message)}`,
    json: passageJson,
  },
  deliver: {
    mix: mixPassage,
    words: ({ from, to, message }) => `${to} receives from ${from} ${messageInWords(message)}`,
    json: passageJson,
  },
  lost: {
    mix: mixPassage,
    words: ({ from, to, message, reason }) =>
      `lost on the way from ${from} to ${to} (${reason}): ${messageInWords(message)}`,
    json: passageJson,
  },
  fault: {
    mix: (digest, { fault }) => digest.addText(fault.type),
    words: ({ fault }) => `fault: ${JSON.stringify(fault)}`,
  },
  healed: {
    mix: (digest, { outsiders }) => digest.add(outsiders.length),
    words: ({ outsiders }) =>
      ["the faults are over", ...outsiders.map(({ node, plight }) => `${node} is ${plight}`)].join("; "),
  },
  started: {
    mix: (digest, { life }) => digest.add(life),
    words: ({ node, life }) => `${node} starts its life number ${life}`,
  },
  opened: {
    mix: (digest, { term, appliedIndex }) => {
      digest.add(term);
      digest.add(appliedIndex);
    },
    words: ({ node, term, appliedIndex }) => `${node} is open in term ${term}, applied ${appliedIndex}`,
    json: ({ entries, ...rest }) => ({ ...rest, entries: entries.map(headOf) }),
  },
  "open-failed": {
    mix: (digest, { reason }) => digest.addText(reason),
    words: ({ node, code, reason }) => `${node} does not open: ${code}, ${reason}`,
  },
  crashed: {
    mix: (digest, { power }) => digest.add(power ? 1 : 0),
    words: ({ node, power }) => `${node} ${power ? "loses power" : "is killed"}`,
  },
  wiped: { mix: (digest, { node }) => digest.addText(node), words: ({ node }) => `${node} loses its disk` },
  failed: {
    mix: (digest, { reason }) => digest.addText(reason),
    words: ({ node, code, reason }) => `${node} stops for good: ${code}, ${reason}`,
  },
  role: {
    mix: (digest, { role, term }) => {
      digest.addText(role);
      digest.add(term);
    },
    words: ({ node, role, term }) => `${node} is ${role} in term ${term}`,
  },
  status: {
    // It follows from what the node is told and does, all of which is mixed in.
    mix: () => undefined,
    words: statusInWords,
  },
  commit: {
    mix: (digest, { index }) => digest.add(index),
    words: ({ node, index }) => `${node} knows ${index} as committed`,
  },
  append: {
    mix: (digest, { entries, hardState }) => {
      digest.add(entries[0]?.index ?? 0);
      digest.add(entries.length);
      digest.add(hardState?.term ?? 0);
    },
    words: appendInWords,
    json: ({ entries, ...rest }) => ({ ...rest, entries: entries.map(headOf) }),
  },
  durable: {
    mix: (digest, { lastIndex, term }) => {
      digest.add(lastIndex);
      digest.add(term);
    },
    words: ({ node, lastIndex, term }) => `${node} has up to ${lastIndex} and term ${term} durable`,
  },
  compact: {
    mix: (digest, { index }) => digest.add(index),
    words: ({ node, index }) => `${node} compacts to ${index}`,
  },
  reset: {
    mix: (digest, { index }) => digest.add(index),
    words: ({ node, index }) => `${node} resets its log to ${index}`,
  },
  apply: { mix: (digest, { index }) => digest.add(index), words: ({ node, index }) => `${node} applies ${index}` },
  snapshot: {
    mix: (digest, { index }) => digest.add(index),
    words: ({ node, index, origin }) => `${node} has ${origin} the snapshot at ${index}`,
  },
  disk: {
    mix: (digest, { doing }) => digest.addText(doing),
    words: ({ node, doing, error }) => `${node}'s disk: ${doing}${error === undefined ? "" : ` fails with ${error}`}`,
  },
  log: {
    mix: (digest, { message }) => digest.addText(message),
    words: ({ node, level, message }) => `${node} logs ${level}: ${message}`,
  },
  call: {
    mix: (digest, { client, what }) => {
      digest.add(client);
      digest.addText(what);
    },
    words: ({ client, node, what }) => `client ${client} asks ${node}: ${what}`,
  },
  answer: {
    mix: (digest, { client, node, outcome, answer = "" }) => {
      digest.add(client);
      digest.addText(node);
      digest.addText(outcome);
      digest.addText(answer);
    },
    words: ({ client, node, outcome, answer }) =>
      `client ${client} hears from ${node}: ${outcome}${answer === undefined ? "" : `, ${answer}`}`,
  },
  change: {
    mix: (digest, { what, outcome }) => {
      digest.addText(what);
      digest.addText(outcome ?? "");
    },
    words: ({ node, what, outcome }) =>
      outcome === undefined
        ? `the operator asks ${node} to ${what}`
        : `${node} answers the operator: ${what}, ${outcome}`,
  },
  violation: {
    // It follows from what went before.
    mix: () => undefined,
    words: ({ invariant, node, reason }) =>
      `${invariant} is broken${node === undefined ? "" : ` by ${node}`}: ${reason}`,
  },
};
