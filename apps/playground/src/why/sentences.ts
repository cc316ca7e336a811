import type { WhyFact } from "@quorate/cluster-lab";

/** What a sentence is made of: the fact's values, whom it is about, and how long until the time that it names. */
export type SentenceValues = WhyFact["values"] & { readonly inMs: string; readonly node: string };
export type WhySentences = (values: SentenceValues) => string;

/** A list of nodes in a sentence. */
export function ids(list: readonly string[] | string | number | undefined, none: string): string {
  if (list === undefined) return none;
  if (typeof list !== "object") return String(list);
  return list.length === 0 ? none : list.join(", ");
}

/** A fact's values, ready for a sentence. */
export function valuesOf({ node, values }: WhyFact, nowMs: number): SentenceValues {
  const { deadlineMs } = values;
  const inMs = typeof deadlineMs === "number" ? String(Math.max(0, Math.round(deadlineMs - nowMs))) : "";
  return { ...values, inMs, node: node ?? (typeof values["node"] === "string" ? values["node"] : "") };
}
