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

/** What is worth finding again, in the order in which it happened. */
export class Marks {
  readonly #all: TimeMark[] = [];

  get all(): readonly TimeMark[] {
    return this.#all;
  }

  set(atMs: number, step: number, { kind, node, text, term, values }: MarkText): void {
    this.#all.push({ atMs, kind, node, text, term, values, step });
  }
}
