import type { NodeId } from "@quorate/raft-core";
import type { Observation } from "../watch/observation.ts";
import type { Knowledge } from "../watch/knowledge.ts";

export const invariantNames = [
  "election-safety",
  "one-vote",
  "leader-append-only",
  "log-matching",
  "leader-completeness",
  "state-machine-safety",
  "committed-never-lost",
  "no-disruption",
  "elections-succeed",
  "linearizability",
] as const;

export type InvariantName = (typeof invariantNames)[number];

/** How an invariant was broken. */
export interface Breach {
  readonly node: NodeId | undefined;
  /** In English. */
  readonly sentence: string;
  /** What the sentence is made of, for other languages. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** Looks at what happens, and says when its invariant is broken. */
export type Watcher = (observation: Observation) => Breach | undefined;

/** Something that must always hold. */
export interface Invariant {
  readonly name: InvariantName;
  /** As the paper calls it, or would. */
  readonly title: string;
  /** Where: `fig. 3`, `§5.4.1`, `diss. §9.6`. */
  readonly section: string;
  /** `safety`: nothing wrong ever happens. `liveness`: something good goes on happening. */
  readonly kind: "safety" | "liveness";
  watch(knowledge: Knowledge): Watcher;
}

/** The first invariant that was broken; nothing happens after it. */
export interface Violation extends Breach {
  readonly invariant: InvariantName;
  readonly section: string;
  readonly step: number;
  readonly atMs: number;
}
