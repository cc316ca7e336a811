/** Times on a line of so many pixels, from 0 to a round number that leaves room to grow. */
export interface TimeScale {
  readonly endMs: number;
  readonly width: number;
}

const END_MIN_MS = 10_000;
const LABELS_APART = 90;

/** The scale for a history that has reached `presentMs`. It changes seldom: only when the history has outgrown it. */
export function timeScale(presentMs: number, width: number): TimeScale {
  let endMs = END_MIN_MS;
  for (let step = 0; endMs < presentMs; step += 1) endMs *= step % 3 === 1 ? 2.5 : 2;
  return { endMs, width };
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
  let apart = 1000;
  for (let step = 0; endMs / apart > most; step += 1) apart *= step % 3 === 1 ? 2.5 : 2;
  return Array.from({ length: Math.floor(endMs / apart) + 1 }, (_, label) => label * apart);
}

/** Seconds, with as many digits as tell two neighbouring moments apart. */
export function secondsText(ms: number, digits = 3): string {
  return (ms / 1000).toFixed(digits);
}
