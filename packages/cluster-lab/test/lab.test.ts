import { describe, expect, test } from "vitest";
import { Lab, type Session } from "../src/index.ts";
import { chaos } from "./support/chaos.ts";
import { digest } from "./support/digest.ts";
import { act, ledByN1, node } from "./support/labs.ts";

/** A session in which all kinds of things happen. */
async function eventful(seed: bigint, nodes: number): Promise<{ readonly lab: Lab; readonly session: Session }> {
  const lab = await Lab.open({ seed: seed.toString(16), nodes, options: { snapshotEveryEntries: 4 } });
  await lab.runUntil(800);
  await chaos(lab, { seed, actions: 60 });
  return { lab, session: JSON.parse(JSON.stringify(lab.session())) as Session };
}

describe("one history", () => {
  test.each([
    [1n, 3],
    [2n, 5],
    [3n, 7],
  ])("seed %s on %i nodes: the same session leads to the same views", async (seed, nodes) => {
    const { lab, session } = await eventful(seed, nodes);
    const again = await Lab.resume(session);
    expect(digest(again)).toBe(digest(lab));
    expect(again.session()).toEqual(session);
    expect(lab.calls.length).toBeGreaterThan(5);
  });

  test("however the steps are taken, with pauses of real time in between or without, and however many microtasks pass", async () => {
    const { session } = await eventful(4n, 5);
    const expected = digest(await Lab.resume(session));
    const slow = await Lab.resume({ ...session, step: 0, atMs: undefined });
    while (slow.step < session.step) {
      await slow.next();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await slow.runUntil(session.atMs ?? 0);
    expect(digest(slow)).toBe(expected);
    // 20 are enough; the default leaves room.
    for (const microtasks of [32, 300]) expect(digest(await Lab.resume(session, { microtasks }))).toBe(expected);
    expect(digest(await Lab.resume(session, { microtasks: 4 }))).not.toBe(expected);
  });

  test("other seeds have other histories", async () => {
    const digests = await Promise.all(
      ["1", "2", "3"].map(async (seed) => {
        const lab = await Lab.open({ seed });
        await lab.runUntil(1000);
        return digest(lab);
      }),
    );
    expect(new Set(digests).size).toBe(3);
  });
});

describe("going back", () => {
  test("to any step and forth again shows what was there", async () => {
    const { lab, session } = await eventful(5n, 3);
    const fresh = await Lab.resume({ ...session, step: 0, atMs: undefined });
    const seen = new Map<number, string>();
    for (const step of [0, 1, 150, session.step >> 1, session.step]) {
      await fresh.replayTo(step);
      expect(fresh.step).toBe(step);
      seen.set(step, JSON.stringify(fresh.view()));
    }
    for (const [step, view] of [...seen].toReversed()) {
      await lab.replayTo(step);
      expect(JSON.stringify(lab.view())).toBe(view);
    }
    expect(lab.end.step).toBe(session.step);
  });

  test("by time comes to the last moment before anything later", async () => {
    const lab = await Lab.open();
    await lab.runUntil(2000);
    const { step } = lab;
    await lab.replayToMs(500.5);
    expect(lab.nowMs).toBe(500.5);
    expect(lab.step).toBeLessThan(step);
    await lab.replayToMs(2000);
    expect(lab.step).toBe(step);
  });

  test("frames and marks of what is known stay; scrubbing finds the frame before", async () => {
    const lab = await Lab.open();
    await lab.runUntil(2000);
    const [frames, marks] = [lab.frames().length, lab.marks().length];
    await lab.replayTo(0);
    expect([lab.frames().length, lab.marks().length]).toEqual([frames, marks]);
    expect(lab.end).toMatchObject({ atMs: 2000 });
    const frame = lab.frameAt(1000);
    expect(frame?.atMs).toBeGreaterThan(950);
    expect(frame?.atMs).toBeLessThanOrEqual(1000);
    await lab.replayTo(frame?.step ?? 0);
    expect(lab.view().nodes).toEqual(frame?.view.nodes);
    await lab.runUntil(2000);
    expect([lab.frames().length, lab.marks().length]).toEqual([frames, marks]);
  });

  test("what is known of the future happens again, unless something else is done, or it is dropped", async () => {
    const lab = await ledByN1();
    const before = lab.step;
    await act(lab, { type: "kill", node: "n1" });
    await lab.runUntil(lab.nowMs + 500);
    await lab.replayTo(before);
    expect(node(lab, "n1").condition).toBe("up");
    await lab.next();
    expect(node(lab, "n1").condition).toBe("down");
    await lab.replayTo(before);
    await act(lab, { type: "kill", node: "n2" });
    expect(lab.session().actions.map(({ action }) => action)).toEqual([
      { type: "force-election", node: "n1" },
      { type: "kill", node: "n2" },
    ]);
    expect(lab.marks().at(-1)).toMatchObject({ kind: "crash", node: "n2" });
    await lab.replayTo(before);
    await lab.fork();
    await lab.runUntil(lab.nowMs + 500);
    expect(node(lab, "n2").condition).toBe("up");
    expect(lab.session().actions).toHaveLength(1);
  });
});

describe("looking", () => {
  test("what has not changed is the same object", async () => {
    const lab = await ledByN1();
    const before = lab.view();
    expect(lab.view()).toBe(before);
    await act(lab, { type: "cut", from: "n1", to: "n2" });
    const after = lab.view();
    expect(after).not.toBe(before);
    expect(after.nodes).toBe(before.nodes);
    await act(lab, { type: "kill", node: "n3" });
    const [n1, n2, n3] = lab.view().nodes;
    expect([n1 === before.nodes[0], n2 === before.nodes[1], n3 === before.nodes[2]]).toEqual([true, true, false]);
    expect(n3?.log).toBe(before.nodes[2]?.log);
  });

  test("a view is plain data", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "cut", from: "n1", to: "n2" });
    await act(lab, { type: "put", via: "n1", key: "x", value: "7" });
    await lab.next();
    const view = lab.view();
    expect(view.flights).not.toEqual([]);
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });

  test("marks are the same list until there is another one", async () => {
    const lab = await ledByN1();
    const before = lab.marks();
    await lab.next();
    expect(lab.marks()).toBe(before);
    await act(lab, { type: "kill", node: "n3" });
    expect(lab.marks()).toEqual([...before, expect.objectContaining({ kind: "crash", node: "n3", step: lab.step })]);
  });

  test("an election timeout is on the view's clock, however fast the node's own runs", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "clock", node: "n2", rate: 0.5 });
    await act(lab, { type: "kill", node: "n1" });
    await act(lab, { type: "kill", node: "n3" });
    await lab.runUntil(lab.nowMs + 30);
    const deadlineMs = node(lab, "n2").election?.deadlineMs ?? 0;
    expect(deadlineMs - lab.nowMs).toBeGreaterThan(500);
    await lab.runUntil(deadlineMs - 1);
    expect(node(lab, "n2").role).toBe("follower");
    await lab.runUntil(deadlineMs + 1);
    expect(node(lab, "n2").role).toBe("pre-candidate");
  });

  test("messages are seen on their way, and say what they say", async () => {
    const lab = await ledByN1();
    const index = node(lab, "n1").log.lastIndex + 1;
    await act(lab, { type: "put", via: "n1", key: "x", value: "7" });
    await lab.runUntil(lab.nowMs + 5);
    const flights = lab.view().flights.filter(({ type }) => type === "append-entries");
    expect(flights.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual(["n1 n2", "n1 n3"]);
    for (const { dueMs, fate, fields, sentMs } of flights) {
      expect(fate).toBe("arrives");
      expect(sentMs).toBeLessThanOrEqual(lab.nowMs);
      expect(dueMs).toBeGreaterThan(lab.nowMs);
      expect(fields).toContainEqual(["entries", `${index} (term 1)`]);
    }
    expect(node(lab, "n1").log.entries.at(-1)).toMatchObject({ index, term: 1, kind: "command", text: "x = 7" });
    expect(node(lab, "n1").durableIndex).toBe(index);
    await act(lab, { type: "cut", from: "n1", to: "n2" });
    expect(lab.view().flights.find(({ to, type }) => to === "n2" && type === "append-entries")?.fate).toBe("cut");
  });
});

test("frames may be kept seldom while time passes fast, and often again", async () => {
  const lab = await Lab.open({ frameEveryMs: 10 });
  await lab.runUntil(500);
  lab.keepFramesEvery(100);
  await lab.runUntil(1_500);
  lab.keepFramesEvery(10);
  await lab.runUntil(2_000);
  const kept = (fromMs: number, toMs: number): number =>
    lab.frames().filter(({ atMs }) => atMs > fromMs && atMs <= toMs).length;
  expect(kept(500, 1_500)).toBeLessThanOrEqual(10);
  expect(kept(1_500, 2_000)).toBeGreaterThan(kept(500, 1_500));
});

describe("options", () => {
  test.each<[string, object]>([
    ["session.options.electionTimeoutMaxMs must be above", { electionTimeoutMaxMs: 300 }],
    ["session.options.electionTimeoutMinMs must be at least twice", { heartbeatIntervalMs: 200 }],
    ["session.options.delayMinMs must be at most", { delayMinMs: 50 }],
    ["session.options.logs must name every node", { logs: { n1: { terms: [1] } } }],
    [
      "session.options.logs: there is no n9",
      { logs: { n1: { terms: [] }, n2: { terms: [] }, n3: { terms: [] }, n9: { terms: [] } } },
    ],
    ["session.options.logs.n2.terms: must not fall", { logs: { n2: { terms: [2, 1] } } }],
    ["session.options.leaseDriftMax needs checkQuorum", { leaseDriftMax: 0.1, checkQuorum: false }],
    ["session.options.dropRate", { dropRate: 2 }],
  ])("%s …", async (message, options) => {
    await expect(Lab.open({ options })).rejects.toThrow(message);
  });

  test("without random timeouts all of them are equal", async () => {
    const lab = await Lab.open({ nodes: 5, options: { randomTimeouts: false } });
    await lab.runUntil(10);
    const timers = lab.view().nodes.map(({ election }) => (election?.deadlineMs ?? 0) - (election?.startMs ?? 0));
    expect(timers.map((timer) => Math.round(timer))).toEqual([300, 300, 300, 300, 300]);
  });
});

test.each([Number.NaN, Infinity])("a lab plays to no time that never comes: %s", async (atMs) => {
  const lab = await Lab.open();
  await expect(lab.runUntil(atMs)).rejects.toThrow(TypeError);
  await expect(lab.replayToMs(atMs)).rejects.toThrow("atMs must be a finite number");
  expect(lab.nowMs).toBe(0);
});

test("where the platform is too old, opening says so, and what is needed", async () => {
  const { withResolvers } = Promise;
  const session = (await Lab.open()).session();
  Reflect.deleteProperty(Promise, "withResolvers");
  try {
    await expect(Lab.open()).rejects.toThrow("Node 22 or later");
    await expect(Lab.resume(session)).rejects.toThrow("Node 22 or later");
  } finally {
    Object.defineProperty(Promise, "withResolvers", { value: withResolvers, configurable: true, writable: true });
  }
});
