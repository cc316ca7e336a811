import type { ClusterView, TimeMark } from "@quorate/drawing";

/** A view that was kept. */
export interface Frame {
  readonly step: number;
  readonly atMs: number;
  readonly view: ClusterView;
}

/** Beyond this, what is older is thinned out. */
const FRAMES_MAX = 8_000;
/** So many stay as they are. */
const RECENT: number = FRAMES_MAX / 4;

/** What is known of a history as far as it has ever been played: frames every so often, and all marks. */
export class Recording {
  /** Of virtual time, between two frames that are kept. */
  everyMs: number;
  #frames: Frame[] = [];
  #marks: TimeMark[] = [];
  /** What was last given out of them, for as long as it is all. */
  #marksGiven: readonly TimeMark[] | undefined;
  #step = 0;
  #endMs = 0;
  /** Of the older frames; 0 until there were too many. */
  #olderEveryMs = 0;

  constructor(everyMs: number) {
    this.everyMs = everyMs;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** The same list for as long as there are no others. */
  get marks(): readonly TimeMark[] {
    this.#marksGiven ??= [...this.#marks];
    return this.#marksGiven;
  }

  /** Up to which step the history is known, and when that was. */
  get end(): { readonly step: number; readonly atMs: number } {
    return { step: this.#step, atMs: this.#endMs };
  }

  /** A step has been taken, or time has passed; `view` is called where a frame is due. `marks` are all of the history's. */
  note(step: number, atMs: number, marks: readonly TimeMark[], view: (() => ClusterView) | undefined): void {
    if (step < this.#step || (step === this.#step && atMs <= this.#endMs && this.#frames.length > 0)) return;
    this.#step = step;
    this.#endMs = Math.max(this.#endMs, atMs);
    if (marks.length > this.#marks.length) {
      this.#marks.push(...marks.slice(this.#marks.length));
      this.#marksGiven = undefined;
    }
    const last = this.#frames.at(-1);
    if (view === undefined || (last !== undefined && atMs < last.atMs + this.everyMs)) return;
    this.#frames.push({ step, atMs, view: view() });
    if (this.#frames.length > FRAMES_MAX) this.#thinOut();
  }

  /** Keeps a frame of this step whether one is due or not. */
  keep(frame: Frame): void {
    const last = this.#frames.at(-1);
    if (last === undefined || frame.step > last.step) this.#frames.push(frame);
  }

  /** What came after `step` never happened. */
  cut(step: number, atMs: number): void {
    if (step >= this.#step && atMs >= this.#endMs) return;
    this.#frames = this.#frames.filter((frame) => frame.step <= step && frame.atMs <= atMs);
    this.#marks = this.#marks.filter((mark) => (mark.step ?? 0) <= step);
    this.#marksGiven = undefined;
    this.#step = Math.min(this.#step, step);
    this.#endMs = Math.min(this.#endMs, atMs);
  }

  /** The last frame that is not later than `atMs`. */
  frameAt(atMs: number): Frame | undefined {
    let [low, high] = [0, this.#frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#frames[middle]?.atMs ?? Infinity) <= atMs) low = middle + 1;
      else high = middle;
    }
    return this.#frames[low - 1];
  }

  /** What is older than the last quarter gets wider gaps, all of them the same. */
  #thinOut(): void {
    const recent = this.#frames.slice(-RECENT);
    let older = withGaps(this.#frames.slice(0, -RECENT), this.#olderEveryMs);
    while (older.length > FRAMES_MAX / 2) {
      this.#olderEveryMs = 2 * Math.max(this.#olderEveryMs, this.everyMs);
      older = withGaps(older, this.#olderEveryMs);
    }
    this.#frames = [...older, ...recent];
  }
}

function withGaps(frames: readonly Frame[], everyMs: number): Frame[] {
  const kept: Frame[] = [];
  for (const frame of frames) if (frame.atMs >= (kept.at(-1)?.atMs ?? -Infinity) + everyMs) kept.push(frame);
  return kept;
}
