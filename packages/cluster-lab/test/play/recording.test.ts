import type { ClusterView, TimeMark } from "@quorate/drawing";
import { describe, expect, test } from "vitest";
import { Recording } from "../../src/play/recording.ts";

const viewAt = (nowMs: number) => (): ClusterView => ({ nowMs, nodes: [], flights: [], cuts: [] });
const markAt = (step: number): TimeMark => ({ atMs: step, kind: "commit", node: "n1", text: "", step });

/** A recording of one step per millisecond. */
function recordingOf(steps: number, everyMs: number): Recording {
  const recording = new Recording(everyMs);
  for (let step = 0; step <= steps; step += 1) {
    recording.note(step, step, step % 10 === 5 ? [markAt(step)] : [], viewAt(step));
  }
  return recording;
}

describe("a recording", () => {
  test("keeps a frame every so often, and every mark", () => {
    const recording = recordingOf(100, 10);
    expect(recording.frames.map(({ atMs }) => atMs)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(recording.marks).toHaveLength(10);
    expect(recording.end).toEqual({ step: 100, atMs: 100 });
    recording.keep({ step: 101, atMs: 101, view: viewAt(101)() });
    expect(recording.frames).toHaveLength(12);
  });

  test("finds the last frame that is not later", () => {
    const recording = recordingOf(100, 10);
    expect([0, 9.9, 10, 55, 1000].map((atMs) => recording.frameAt(atMs)?.atMs)).toEqual([0, 0, 10, 50, 100]);
    expect(recording.frameAt(-1)).toBeUndefined();
  });

  test("what is played again is known already", () => {
    const recording = recordingOf(100, 10);
    const { frames, marks } = recording;
    for (let step = 0; step <= 100; step += 1) recording.note(step, step, [], () => expect.unreachable());
    expect([recording.frames.length, recording.marks]).toEqual([frames.length, marks]);
  });

  test("what comes after a cut never happened", () => {
    const recording = recordingOf(100, 10);
    recording.cut(42, 42);
    expect(recording.frames.at(-1)?.atMs).toBe(40);
    expect(recording.marks.at(-1)?.step).toBe(35);
    expect(recording.end).toEqual({ step: 42, atMs: 42 });
    const marks = [...recording.marks, markAt(43)];
    recording.note(43, 43, [markAt(43)], viewAt(43));
    expect(recording.marks).toEqual(marks);
  });

  test("of what was long ago, fewer frames are kept", () => {
    const recording = recordingOf(20_000, 1);
    const { frames } = recording;
    expect(frames.length).toBeLessThanOrEqual(8000);
    const countIn = (fromMs: number): number =>
      frames.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 1000).length;
    // One of eight, whenever it was.
    expect([countIn(0), countIn(10_000), countIn(19_000)]).toEqual([125, 125, 1000]);
  });

  test("however long it gets, and however often somebody acts, what is kept is bounded", () => {
    const recording = new Recording(10, 50);
    for (let step = 0; step <= 60_000; step += 1) {
      const frame = { step, atMs: step, view: viewAt(step)() };
      recording.note(step, step, [markAt(step)], viewAt(step));
      if (step % 6 === 0) recording.keep(frame);
      recording.keepMoment({ ...frame, calls: [], violation: undefined });
      if (step % 1_000 !== 0) continue;
      expect(recording.frames.length).toBeLessThanOrEqual(8_000);
      expect(recording.marks.length).toBeLessThanOrEqual(3_000);
    }
    const moments = Array.from({ length: 60_001 }, (_, step) => recording.momentOf(step)?.step);
    expect(moments.filter((step) => step !== undefined)).toEqual(Array.from({ length: 50 }, (_, at) => 59_951 + at));
    expect(recording.frames[0]?.step).toBe(0);
    expect(recording.end.step).toBe(60_000);
  });
});
