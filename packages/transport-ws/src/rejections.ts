import type { NodeId } from "@quorate/raft-core";
import type { Context, Refused } from "./context.ts";
import { type Rejection, type TroubleKind, remedyFor } from "./trouble.ts";

/** So many places from which connections come have a turn in the log each; all others share one. */
const PLACES_MAX = 16;

type Shared = Pick<Context, "clock" | "counters" | "limitedLog" | "remedies">;

interface Remembered extends Refused {
  readonly atMs: number;
}

/** The connections that were turned away: counted, the last of them remembered, and told of at a bounded rate. */
export class Rejections {
  readonly #context: Shared;
  readonly #isMember: (id: NodeId) => boolean;
  readonly #places = new Set<string>();
  #last: Remembered | undefined;

  constructor(context: Shared, isMember: (id: NodeId) => boolean) {
    this.#context = context;
    this.#isMember = isMember;
  }

  get last(): Rejection | undefined {
    if (!this.#last) return undefined;
    const { clock, remedies } = this.#context;
    const { kind: counted, trouble: kind = counted, atMs, from, peer, reason } = this.#last;
    const known = { kind, reason, ...remedyFor(kind, remedies), from, agoMs: Math.round(clock.now() - atMs) };
    return peer === undefined ? known : { ...known, peer };
  }

  add(refused: Refused): void {
    const { clock, counters, limitedLog, remedies } = this.#context;
    const { kind: counted, trouble: kind = counted, ...fields } = refused;
    counters.refused += 1;
    counters.refusals[counted] += 1;
    this.#last = { ...refused, atMs: clock.now() };
    const text = kind === "notOurs" ? "a connection was turned away" : "a connection was refused";
    limitedLog.log("warn", text, { ...fields, ...remedyFor(kind, remedies) }, this.#subjectOf(kind, refused));
  }

  /** Each node has a turn of its own, by its id or by where it is: what is wrong with one says nothing of the others. */
  #subjectOf(kind: TroubleKind, { from, peer }: Refused): string {
    if (peer !== undefined && this.#isMember(peer)) return `refused: ${kind} ${peer}`;
    const place = from.slice(0, from.lastIndexOf(":"));
    if (this.#places.size < PLACES_MAX) this.#places.add(place);
    return this.#places.has(place) ? `refused: ${kind} at ${place}` : `refused: ${kind}`;
  }
}
