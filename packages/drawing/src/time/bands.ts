import type { NodeId } from "@quorate/raft-core";
import type { TimeMark } from "../view/time-mark.ts";

/** Who led for how long. */
export interface Band {
  readonly fromMs: number;
  readonly toMs: number;
  readonly leader: NodeId;
  readonly term: number;
}

/** From each election won to the next one, or to the crash of the leader. */
export function bandsOf(marks: readonly TimeMark[], presentMs: number): readonly Band[] {
  const bands: Band[] = [];
  let open: Omit<Band, "toMs"> | undefined;
  const close = (toMs: number): void => {
    if (open !== undefined) bands.push({ ...open, toMs });
    open = undefined;
  };
  for (const { kind, node, atMs, term } of marks) {
    if (kind === "leader" && node !== undefined) {
      close(atMs);
      open = { fromMs: atMs, leader: node, term: term ?? 0 };
    } else if (kind === "crash" && node === open?.leader) close(atMs);
  }
  close(presentMs);
  return bands;
}

/** Marks that would lie upon one another, less all but the first of each kind. */
export function sparse(marks: readonly TimeMark[], xOf: (atMs: number) => number, apart: number): readonly TimeMark[] {
  const latest = new Map<string, number>();
  return marks.filter(({ kind, atMs }) => {
    const x = xOf(atMs);
    const before = latest.get(kind);
    if (before !== undefined && x - before < apart) return false;
    latest.set(kind, x);
    return true;
  });
}

/** The next mark behind `atMs`, or the last one before it, that is worth a stop. */
export function neighbour(marks: readonly TimeMark[], atMs: number, direction: 1 | -1): TimeMark | undefined {
  const stops = marks.filter(({ kind }) => kind !== "commit");
  if (direction > 0) return stops.find((mark) => mark.atMs > atMs + 0.001);
  return stops.findLast((mark) => mark.atMs < atMs - 0.001);
}
