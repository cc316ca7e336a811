import { expect, test } from "vitest";
import { Lab } from "../src/index.ts";

const FRAMES_MAX = 8_000;
const MOMENTS = 100;

test("a lab that runs on and on keeps a bounded number of frames, marks and moments", async () => {
  // A frame for every moment at which anything happens: what takes an hour otherwise.
  const lab = await Lab.open({ nodes: 7, frameEveryMs: 0, keepMoments: MOMENTS });
  const counts: number[] = [];
  for (let seconds = 10; seconds <= 80; seconds += 10) {
    await lab.runUntil(seconds * 1_000);
    counts.push(lab.frames().length);
  }
  expect(lab.step).toBeGreaterThan(2 * FRAMES_MAX);
  expect(Math.max(...counts)).toBeLessThanOrEqual(FRAMES_MAX);
  expect(Math.max(...counts)).toBeGreaterThan(FRAMES_MAX / 2);
  expect(lab.frames()[0]?.step).toBe(0);
  expect(lab.marks().length).toBeLessThan(100);
  expect(lab.momentOf(lab.step)).toBeDefined();
  expect(lab.momentOf(lab.step - MOMENTS)).toBeUndefined();
});

test("whoever acts on and on is refused at some point: calls, marks and frames stay bounded", async () => {
  const lab = await Lab.open({ nodes: 1 });
  await lab.act({ type: "kill", node: "n1" });
  const put = { type: "put", via: "n1", key: "x", value: "1" } as const;
  for (let acted = 1; acted < 10_000; acted += 1) expect(await lab.act(put)).toBeUndefined();
  expect(await lab.act(put)).toMatchObject({ key: "full" });
  expect(lab.calls).toHaveLength(9_999);
  expect(lab.marks().length).toBeLessThanOrEqual(13_000);
  expect(lab.frames().length).toBeLessThanOrEqual(FRAMES_MAX);
});
