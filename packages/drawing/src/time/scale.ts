/** Times on a line of so many pixels, from 0 to a round number that leaves room to grow. */
export interface TimeScale {
  readonly endMs: number;
  readonly width: number;
}

const END_MIN_MS = 2_000;
const LABELS_APART_MIN_MS = 100;
const LABELS_APART = 90;

/** The least number that is 1, 2 or 5 times a power of ten, and enough. */
function roundUp(enough: number): number {
  const power = 10 ** Math.floor(Math.log10(enough));
  return [1, 2, 5].map((digit) => digit * power).find((value) => value >= enough) ?? 10 * power;
}

/** The scale for a history that has reached `presentMs`. It changes seldom: only when the history has outgrown it. */
export function timeScale(presentMs: number, width: number): TimeScale {
  return { endMs: roundUp(Math.max(END_MIN_MS, presentMs)), width };
}

export function xOf({ endMs, width }: TimeScale, atMs: number): number {
  return (width * atMs) / endMs;
}

export function timeAt({ endMs, width }: TimeScale, x: number): number {
  return width <= 0 ? 0 : (endMs * x) / width;
}

/** The times to write below the line, as many as there is room for, at round distances. */
export function labelTimes({ endMs, width }: TimeScale): readonly number[] {
  const most = Math.max(2, Math.floor(width / LABELS_APART));
  const apart = roundUp(Math.max(LABELS_APART_MIN_MS, endMs / most));
  return Array.from({ length: Math.floor(endMs / apart) + 1 }, (_, label) => label * apart);
}

/** Seconds, with as many digits as tell two neighbouring moments apart. */
export function secondsText(ms: number, digits = 3): string {
  return (ms / 1000).toFixed(digits);
}
