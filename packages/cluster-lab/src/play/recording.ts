import type { ClusterView, TimeMark } from "@quorate/drawing";

/** A view that was kept. */
export interface Frame {
  readonly step: number;
  readonly atMs: number;
  readonly view: ClusterView;
}

/** Beyond this the older half is thinned out. */
const FRAMES_MAX = 12_000;

/** What is known of a history as far as it has ever been played: frames every so often, and all marks. */
export class Recording {
  readonly #everyMs: number;
  #frames: Frame[] = [];
  #marks: TimeMark[] = [];
  #step = 0;
  #endMs = 0;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  get marks(): readonly TimeMark[] {
    return this.#marks;
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
    for (const mark of marks.slice(this.#marks.length)) this.#marks.push(mark);
    const last = this.#frames.at(-1);
    if (view === undefined || (last !== undefined && atMs < last.atMs + this.#everyMs)) return;
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
    this.#frames = this.#frames.filter((frame) => frame.step <= step && frame.atMs <= atMs);
    this.#marks = this.#marks.filter((mark) => (mark.step ?? 0) <= step);
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

  #thinOut(): void {
    const half = this.#frames.length >> 1;
    this.#frames = this.#frames.filter((_, at) => at >= half || at % 2 === 0);
  }
}
