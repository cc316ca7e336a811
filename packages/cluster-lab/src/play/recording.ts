import type { ClusterView, TimeMark } from "@quorate/drawing";
import type { Call } from "../clients/call.ts";
import type { Violation } from "../invariants/invariant.ts";
import { MarkList } from "../watch/mark-list.ts";

/** A view that was kept. */
export interface Frame {
  readonly step: number;
  readonly atMs: number;
  readonly view: ClusterView;
}

/** All that is seen right after a step. */
export interface Moment extends Frame {
  readonly calls: readonly Call[];
  readonly violation: Violation | undefined;
}

/** Beyond this, what is older is thinned out. */
const FRAMES_MAX = 8_000;
/** Gaps grow from here, even where every moment was kept: doubled, nothing would stay nothing. */
const GAP_MIN_MS = 0.01;
/** So many stay as they are. */
const RECENT: number = FRAMES_MAX / 4;

/** What is known of a history as far as it has ever been played: frames every so often, and marks. */
export class Recording {
  /** Of virtual time, between two frames that are kept. */
  everyMs: number;
  #frames: Frame[] = [];
  readonly #marks = new MarkList();
  /** By their steps; the one that was kept first is first. */
  readonly #moments = new Map<number, Moment>();
  readonly #momentsMax: number;
  #step = 0;
  #endMs = 0;
  /** Of the older frames; 0 until there were too many. */
  #olderEveryMs = 0;

  constructor(everyMs: number, momentsMax = 0) {
    this.everyMs = everyMs;
    this.#momentsMax = momentsMax;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** The same list for as long as there are no others. */
  get marks(): readonly TimeMark[] {
    return this.#marks.all;
  }

  /** Up to which step the history is known, and when that was. */
  get end(): { readonly step: number; readonly atMs: number } {
    return { step: this.#step, atMs: this.#endMs };
  }

  /** A step has been taken, or time has passed; `view` is called where a frame is due. `marks` are those of the step. */
  note(step: number, atMs: number, marks: readonly TimeMark[], view: (() => ClusterView) | undefined): void {
    if (step < this.#step || (step === this.#step && atMs <= this.#endMs && this.#frames.length > 0)) return;
    this.#step = step;
    this.#endMs = Math.max(this.#endMs, atMs);
    for (const mark of marks) this.#marks.add(mark);
    const last = this.#frames.at(-1);
    if (view === undefined || (last !== undefined && atMs < last.atMs + this.everyMs)) return;
    this.#push({ step, atMs, view: view() });
  }

  /** The last ones that are kept can be looked at again without playing anything. */
  keepMoment(moment: Moment): void {
    this.#moments.delete(moment.step);
    this.#moments.set(moment.step, moment);
    if (this.#moments.size <= this.#momentsMax) return;
    for (const first of this.#moments.keys()) return void this.#moments.delete(first);
  }

  momentOf(step: number): Moment | undefined {
    return this.#moments.get(step);
  }

  /** Keeps a frame of this step whether one is due or not. */
  keep(frame: Frame): void {
    const last = this.#frames.at(-1);
    if (last === undefined || frame.step > last.step) this.#push(frame);
  }

  /** What came after `step` never happened. */
  cut(step: number, atMs: number): void {
    for (const later of [...this.#moments.keys()].filter((each) => each > step)) this.#moments.delete(later);
    if (step >= this.#step && atMs >= this.#endMs) return;
    this.#frames = this.#frames.filter((frame) => frame.step <= step && frame.atMs <= atMs);
    this.#marks.cut(step);
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

  #push(frame: Frame): void {
    this.#frames.push(frame);
    if (this.#frames.length > FRAMES_MAX) this.#thinOut();
  }

  /** What is older than the last quarter gets wider gaps, all of them the same. */
  #thinOut(): void {
    const recent = this.#frames.slice(-RECENT);
    let older = withGaps(this.#frames.slice(0, -RECENT), this.#olderEveryMs);
    while (older.length > FRAMES_MAX / 2) {
      this.#olderEveryMs = 2 * Math.max(this.#olderEveryMs, this.everyMs, GAP_MIN_MS);
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
