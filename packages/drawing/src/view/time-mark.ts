import type { NodeId } from "@quorate/raft-core";

/** Something worth finding again on the time line. */
export interface TimeMark {
  readonly atMs: number;
  readonly kind: MarkKind;
  readonly node: NodeId | undefined;
  readonly text: string;
  /** Of the node, then; for an election and for a leader. */
  readonly term?: number | undefined;
  /** What `text` is made of, for other languages: `{ index: 7 }`. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
  /** During which step it happened, where the source counts steps. */
  readonly step?: number | undefined;
}

export type MarkKind =
  | "election"
  | "leader"
  | "commit"
  | "crash"
  | "restart"
  | "cut"
  | "heal"
  | "membership"
  | "snapshot"
  | "action"
  | "violation";
