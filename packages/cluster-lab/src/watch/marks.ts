import type { MarkKind, TimeMark } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";

/** What a mark says beside when it is set. */
export interface MarkText {
  readonly kind: MarkKind;
  readonly node: NodeId | undefined;
  readonly text: string;
  readonly term?: number | undefined;
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

const NONE: readonly TimeMark[] = [];

/** What is worth finding again, in the order in which it happened. Kept by whoever takes it. */
export class Marks {
  #fresh: TimeMark[] = [];

  /** Those that nobody has taken yet. */
  take(): readonly TimeMark[] {
    if (this.#fresh.length === 0) return NONE;
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  set(atMs: number, step: number, { kind, node, text, term, values }: MarkText): void {
    this.#fresh.push({ atMs, kind, node, text, term, values, step });
  }
}
