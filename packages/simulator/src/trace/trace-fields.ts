import type { TraceEvents, TraceKind } from "./trace-event.ts";

type Presence<Payload> = {
  readonly [Field in keyof Payload]-?: undefined extends Payload[Field] ? "optional" : "always";
};

const passage = { from: "always", to: "always", message: "always" } as const;

/** The fields of each kind of event in a trace file, besides `step`, `atMs` and `kind`. The README has them as a table. */
export const traceFields: { readonly [Kind in TraceKind]: Presence<TraceEvents[Kind]> } = {
  send: passage,
  deliver: passage,
  lost: { ...passage, reason: "always" },
  fault: { fault: "always" },
  healed: { outsiders: "always" },
  started: { node: "always", life: "always" },
  opened: {
    node: "always",
    term: "always",
    appliedIndex: "always",
    snapshotIndex: "always",
    base: "always",
    entries: "always",
  },
  "open-failed": { node: "always", code: "always", reason: "always" },
  crashed: { node: "always", power: "always" },
  wiped: { node: "always" },
  failed: { node: "always", code: "always", reason: "always" },
  role: { node: "always", role: "always", term: "always" },
  status: {
    node: "always",
    role: "always",
    term: "always",
    leader: "optional",
    votedFor: "optional",
    votes: "optional",
    voters: "always",
    outgoing: "always",
    learners: "always",
    isFounding: "always",
    transferTo: "optional",
    isForgotten: "always",
  },
  commit: { node: "always", index: "always" },
  append: { node: "always", entries: "always", hardState: "optional" },
  durable: { node: "always", lastIndex: "always", term: "always" },
  compact: { node: "always", index: "always" },
  reset: { node: "always", index: "always" },
  apply: { node: "always", index: "always" },
  snapshot: { node: "always", index: "always", term: "always", origin: "always" },
  disk: { node: "always", doing: "always", error: "optional" },
  log: { node: "always", level: "always", message: "always" },
  call: { client: "always", node: "always", what: "always" },
  answer: { client: "always", node: "always", outcome: "always", answer: "optional" },
  change: { node: "always", what: "always", outcome: "optional" },
  violation: { invariant: "always", node: "optional", reason: "always", details: "optional" },
};
