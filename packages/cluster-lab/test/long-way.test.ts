import { describe, expect, test } from "vitest";
import { type IsEnough, Lab, sessionOf } from "../src/index.ts";
import { digest } from "./support/digest.ts";

/** Enough after every so many times that it is asked. */
const every = (steps: number): IsEnough => {
  let asked = 0;
  return () => {
    asked += 1;
    return asked % steps === 0;
  };
};

async function played(): Promise<Lab> {
  const lab = await Lab.open({ seed: "5", nodes: 5, keepMoments: 50 });
  await lab.runUntil(800);
  await lab.act({ type: "kill", node: "n1" });
  await lab.runUntil(2_000);
  return lab;
}

describe("a long way is gone in pieces", () => {
  test("back to a step: each call goes as far as it is let, and the last one arrives", async () => {
    const lab = await played();
    const target = lab.step - 1;
    const expected = await Lab.resume({ ...lab.session(), step: target, atMs: undefined });
    const seen: number[] = [];
    while (!(await lab.replayTo(target, every(100)))) seen.push(lab.step);
    expect(seen).toEqual(Array.from({ length: Math.ceil(target / 100) - 1 }, (_, at) => (at + 1) * 100));
    expect(lab.step).toBe(target);
    expect(digest(lab)).toBe(digest(expected));
  });

  test("back to a time, and forth again", async () => {
    const lab = await played();
    const [step, view] = [lab.step, lab.view()];
    let pieces = 1;
    while (!(await lab.replayToMs(1_000.25, every(50)))) pieces += 1;
    expect(lab.nowMs).toBe(1_000.25);
    expect(pieces).toBeGreaterThan(3);
    expect(await lab.runUntil(2_000, every(10))).toBe(false);
    while (!(await lab.runUntil(2_000, every(10))));
    expect(lab.step).toBe(step);
    expect(lab.view()).toEqual(view);
  });

  test("a session of a size that nobody has ever played lets go after every piece", async () => {
    const session = sessionOf({ version: 1, seed: "1", nodes: 7, options: {}, actions: [], step: 20_000_000 });
    const lab = await Lab.resume({ ...session, step: 0 });
    expect(await lab.replayTo(session.step, every(1_000))).toBe(false);
    expect(lab.step).toBe(1_000);
    expect(await lab.replayTo(session.step, every(1_000))).toBe(false);
    expect(lab.step).toBe(2_000);
  });
});

describe("what would take too long is refused in words", () => {
  const sound = { version: 1, seed: "1", nodes: 7, options: {}, actions: [], step: 0 };

  test.each<[string, object]>([
    ["session.step: must be an integer from 0 to 20000000", { step: 2 ** 40 }],
    [
      "session.actions[0].step: must be an integer from 1 to 20000000",
      { actions: [{ step: 20_000_001, action: { type: "heal-all" } }] },
    ],
    [
      "session.options.heartbeatIntervalMs: must be a number from 1 to",
      { options: { heartbeatIntervalMs: 0.001, electionTimeoutMinMs: 1, electionTimeoutMaxMs: 2 } },
    ],
    ["session.options.electionTimeoutMinMs: must be a number from 1 to", { options: { electionTimeoutMinMs: 0.5 } }],
    ["session.options.electionTimeoutMaxMs: must be a number from 1 to", { options: { electionTimeoutMaxMs: 0.5 } }],
    ["session.options.clientTimeoutMs: must be a number from 1 to", { options: { clientTimeoutMs: 0.001 } }],
  ])("%s", (message, part) => {
    expect(() => sessionOf({ ...sound, ...part })).toThrow(message);
    expect(() => sessionOf({ ...sound, ...part })).toThrow(TypeError);
  });

  test("the busiest options there are take so many steps for a second, and not more", async () => {
    const options = {
      heartbeatIntervalMs: 1,
      electionTimeoutMinMs: 2,
      electionTimeoutMaxMs: 3,
      delayMinMs: 0,
      delayMaxMs: 0,
      syncMs: 0,
      duplicateRate: 1,
    };
    const lab = await Lab.open({ nodes: 7, options, frameEveryMs: 1_000 });
    await lab.runUntil(1_000);
    expect(lab.nowMs).toBe(1_000);
    expect(lab.step).toBeLessThan(60_000);
  });
});

describe("a history as long as it can be", () => {
  test("nothing happens any more, and an action is refused; going back is possible", async () => {
    const lab = await Lab.open({ stepsMax: 300 });
    await lab.runUntil(60_000);
    expect([lab.step, lab.isFull]).toEqual([300, true]);
    expect(lab.nowMs).toBeLessThan(60_000);
    expect(await lab.next()).toBe(false);
    expect(await lab.act({ type: "kill", node: "n1" })).toMatchObject({ key: "full" });
    expect(await lab.runUntilTrue(() => false, 1_000)).toBe(false);
    await lab.replayTo(200);
    expect(await lab.act({ type: "kill", node: "n1" })).toBeUndefined();
  });

  test("recorded actions do not get beyond it, either", async () => {
    const lab = await Lab.open();
    await lab.runUntil(700);
    await lab.act({ type: "kill", node: "n1" });
    const { step } = lab;
    await lab.replayTo(0);
    const again = await Lab.resume({ ...lab.session(), step }, { stepsMax: step - 1 });
    expect(again.step).toBe(step - 1);
    await again.runUntil(2_000);
    expect(again.step).toBe(step - 1);
  });
});

describe("moments", () => {
  test("the last steps can be looked at again, exactly as they were", async () => {
    const lab = await played();
    const { step } = lab;
    expect(lab.momentOf(step - 50)).toBeUndefined();
    for (const at of [step - 49, step - 7, step - 1]) {
      const moment = lab.momentOf(at);
      const there = await Lab.resume({ ...lab.session(), step: at, atMs: undefined });
      expect(moment).toEqual({
        step: at,
        atMs: there.nowMs,
        view: there.view(),
        calls: there.calls,
        violation: undefined,
      });
    }
  });

  test("so can those before a step that was gone back to", async () => {
    const lab = await played();
    await lab.replayTo(300);
    expect([lab.momentOf(250), lab.momentOf(251)?.step, lab.momentOf(300)?.step]).toEqual([undefined, 251, 300]);
    expect(lab.momentOf(lab.end.step)).toBeUndefined();
  });

  test("what never happened cannot", async () => {
    const lab = await played();
    const { step } = lab;
    await lab.replayTo(step - 10);
    await lab.act({ type: "kill", node: "n2" });
    expect(lab.momentOf(step - 9)?.view.nodes[1]?.condition).toBe("down");
    expect(lab.momentOf(step - 8)).toBeUndefined();
  });

  test("none are kept where nobody asked for them, or where time passes fast", async () => {
    const plain = await Lab.open();
    await plain.runUntil(500);
    expect(plain.momentOf(plain.step)).toBeUndefined();
    const fast = await Lab.open({ keepMoments: 50 });
    fast.keepFramesEvery(50);
    await fast.runUntil(500);
    expect(fast.momentOf(fast.step)).toBeUndefined();
  });
});
