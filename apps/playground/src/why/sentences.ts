import type { WhyFact, WhyValue } from "@quorate/cluster-lab";

/** Everything that a fact may be about; `whySections` of the lab lists what stands in which. */
const NAMES = [
  "awaited",
  "candidate",
  "candidates",
  "deadlineMs",
  "granted",
  "have",
  "heard",
  "holders",
  "ignorant",
  "incoming",
  "index",
  "knowing",
  "laterTerm",
  "leader",
  "leaderTerm",
  "learners",
  "loyal",
  "needed",
  "node",
  "nodes",
  "others",
  "outgoing",
  "outgoingHave",
  "outgoingNeeded",
  "rate",
  "reason",
  "refused",
  "silent",
  "term",
  "to",
  "up",
  "waitsFor",
] as const;

/** What a sentence is made of, in words; `inMs` is how long until the deadline that it names, empty where there is none. */
export type SentenceValues = Readonly<Record<(typeof NAMES)[number] | "inMs", string>>;
export type WhySentence = (values: SentenceValues) => string;

/** How a language writes a list of nodes. */
export interface ListWords {
  readonly comma: string;
  readonly nobody: string;
}

/** A fact's values, ready for a sentence. */
export function valuesOf({ node, values }: WhyFact, nowMs: number, words: ListWords): SentenceValues {
  const inWords = (value: WhyValue | undefined): string => {
    if (value === undefined) return "";
    if (typeof value !== "object") return String(value);
    return value.length === 0 ? words.nobody : value.join(words.comma);
  };
  const entries = NAMES.map((name) => [name, inWords(values[name])] as const);
  const { deadlineMs } = values;
  const inMs = typeof deadlineMs === "number" ? String(Math.max(0, Math.round(deadlineMs - nowMs))) : "";
  return { ...(Object.fromEntries(entries) as SentenceValues), inMs, node: node ?? inWords(values["node"]) };
}
