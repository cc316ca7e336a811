import type { MarkKind } from "../view/time-mark.ts";

/** How a mark on the time line is drawn: a path around (0, 0), 10 units wide, in its colour of theme.css. */
export const markPaths: Readonly<Record<MarkKind, string>> = {
  election: "M0 -5 L5 4 L-5 4 Z",
  leader: "M-5 4 L-5.5 -3 L-2.5 0 L0 -5 L2.5 0 L5.5 -3 L5 4 Z",
  commit: "M0 -4 L0 4",
  crash: "M-4 -4 L4 4 M4 -4 L-4 4",
  restart: "M-4 0 A4 4 0 1 1 0 4 M-1.5 1.5 L0 4 L-2.5 5.5",
  cut: "M-5 0 L-1.5 0 M1.5 0 L5 0 M-1.5 -4 L1.5 4",
  heal: "M-5 0 L5 0 M-2 -3 L-2 3 M2 -3 L2 3",
  membership: "M0 -5 L5 0 L0 5 L-5 0 Z",
  snapshot: "M-4 -4 H4 V4 H-4 Z",
  action: "M3 0 A3 3 0 1 1 -3 0 A3 3 0 1 1 3 0",
  violation: "M-1.5 -6 H1.5 L0.8 1.5 H-0.8 Z M-1.2 3 H1.2 V5.5 H-1.2 Z",
};

/** In the order of a legend. */
export const markKinds: readonly MarkKind[] = Object.keys(markPaths) as MarkKind[];
