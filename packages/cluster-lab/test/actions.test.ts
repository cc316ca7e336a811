import { describe, expect, test } from "vitest";
import { type Action, Lab } from "../src/index.ts";
import { act, ledByN1, metBefore, node, until } from "./support/labs.ts";

const last = (lab: Lab) => lab.calls.at(-1);

describe("clients", () => {
  test("put, get and compare-and-set, from any node: who does not lead names the leader", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "put", via: "n2", key: "x", value: "7", client: 3 });
    await until(lab, () => last(lab)?.state === "done");
    expect(last(lab)).toMatchObject({ client: 3, asked: ["n2", "n1"], answer: { type: "put" } });
    await act(lab, { type: "get", via: "n3", key: "x", consistency: "linearizable" });
    await until(lab, () => last(lab)?.state === "done");
    expect(last(lab)).toMatchObject({ client: 1, asked: ["n3"], answer: { type: "get", value: "7" } });
    for (const [expected, succeeded] of [
      ["8", false],
      ["7", true],
    ] as const) {
      await act(lab, { type: "cas", via: "n1", key: "x", expected, value: "9" });
      await until(lab, () => last(lab)?.state === "done");
      expect(last(lab)?.answer).toMatchObject({ type: "cas", succeeded });
    }
    await act(lab, { type: "cas", via: "n1", key: "y", expected: null, value: "1" });
    await until(lab, () => last(lab)?.state === "done");
    expect(last(lab)?.answer).toMatchObject({ succeeded: true });
    expect(
      node(lab, "n1")
        .log.entries.slice(-3)
        .map(({ text }) => text),
    ).toEqual(["x: 8 → 9", "x: 7 → 9", "y: – → 1"]);
  });

  test("a stale read answers at once from what the node has, a linearizable one asks", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "cut", from: "n1", to: "n2" });
    await act(lab, { type: "put", via: "n1", key: "x", value: "7" });
    await until(lab, () => last(lab)?.state === "done");
    await act(lab, { type: "get", via: "n2", key: "x", consistency: "stale" });
    await lab.next();
    expect(last(lab)?.answer).toMatchObject({ value: null });
    await act(lab, { type: "get", via: "n2", key: "x", consistency: "linearizable" });
    await lab.runUntil(lab.nowMs + 100);
    expect(last(lab)?.state).toBe("waiting");
    await act(lab, { type: "heal-all" });
    await until(lab, () => last(lab)?.state === "done");
    expect(last(lab)?.answer).toMatchObject({ value: "7" });
  });

  test("a lease read asks nobody, where leases are allowed, and is refused where they are not", async () => {
    const lab = await ledByN1({ leaseDriftMax: 0.1 });
    await act(lab, { type: "get", via: "n1", key: "x", consistency: "lease" });
    await lab.next();
    expect(last(lab)).toMatchObject({ state: "done", answer: { value: null } });
    const without = await ledByN1();
    expect(await without.act({ type: "get", via: "n1", key: "x", consistency: "lease" })).toMatchObject({
      key: "no-lease",
    });
  });

  test("what a node that dies was asked is unknown, and so is what is not answered in time; what is down refuses", async () => {
    const lab = await ledByN1({ clientTimeoutMs: 400 });
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    await act(lab, { type: "kill", node: "n1" });
    expect(last(lab)).toMatchObject({ state: "unknown", code: "CONNECTION_LOST" });
    await act(lab, { type: "put", via: "n1", key: "x", value: "2" });
    expect(last(lab)).toMatchObject({ state: "refused", code: "DOWN" });
    await until(lab, () => lab.leader !== undefined);
    const leader = lab.leader ?? "";
    await act(lab, { type: "partition", groups: [[leader]] });
    await act(lab, { type: "put", via: leader, key: "x", value: "3" });
    const calledMs = lab.nowMs;
    await until(lab, () => last(lab)?.state !== "waiting");
    expect(last(lab)).toMatchObject({ state: "unknown", code: "NO_ANSWER", endedMs: calledMs + 400 });
  });
});

describe("nodes", () => {
  test("one that is killed loses what was not durable; restarted, it finds the rest and catches up", async () => {
    const lab = await ledByN1({ syncMs: 50 });
    const { lastIndex } = node(lab, "n2").log;
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    await until(lab, () => node(lab, "n2").log.lastIndex > lastIndex);
    expect(node(lab, "n2").durableIndex).toBe(lastIndex);
    await act(lab, { type: "kill", node: "n2" });
    expect(node(lab, "n2")).toMatchObject({ condition: "down", role: undefined, log: { lastIndex } });
    await act(lab, { type: "restart", node: "n2" });
    await until(lab, () => node(lab, "n2").durableIndex === lastIndex + 1);
    expect(node(lab, "n2")).toMatchObject({ condition: "up", role: "follower", leader: "n1" });
    expect(
      lab
        .marks()
        .filter(({ node: of }) => of === "n2")
        .map(({ kind }) => kind),
    ).toEqual(["crash", "restart"]);
  });

  test("one that has lost its disk has no vote until it is removed and added again", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "wipe", node: "n3" });
    await until(lab, () => node(lab, "n3").isForgotten === true);
    await act(lab, { type: "change-members", remove: ["n3"] });
    await until(lab, () => last(lab)?.state === "done");
    await act(lab, { type: "change-members", add: [{ id: "n3" }] });
    await until(lab, () => last(lab)?.state === "done");
    await until(lab, () => node(lab, "n3").isForgotten === false && node(lab, "n3").standing === "voter");
    expect(node(lab, "n3").log.lastIndex).toBe(node(lab, "n1").log.lastIndex);
  });

  test("one that stands still is not heard, and goes on with all that has piled up", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "pause", node: "n1" });
    expect(node(lab, "n1").condition).toBe("paused");
    await until(lab, () => lab.view().nodes.some(({ id, role }) => id !== "n1" && role === "leader"));
    expect(node(lab, "n1").role).toBe("leader");
    await act(lab, { type: "resume", node: "n1" });
    await until(lab, () => node(lab, "n1").role === "follower");
    expect(lab.violation).toBeUndefined();
  });

  test("a clock that runs fast lets its node stand for election before the others", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "clock", node: "n3", rate: 3 });
    expect(node(lab, "n3").clockRate).toBe(3);
    await act(lab, { type: "kill", node: "n1" });
    const stands = (): string | undefined => lab.view().nodes.find(({ role }) => role === "pre-candidate")?.id;
    await until(lab, () => stands() !== undefined);
    expect(stands()).toBe("n3");
  });

  test("an election timeout can be over at once, but not a leader's", async () => {
    const lab = await ledByN1(metBefore);
    await act(lab, { type: "force-election", node: "n2" });
    await lab.runUntil(lab.nowMs + 1);
    expect(node(lab, "n2").role).toBe("pre-candidate");
    // The others hear n1: nobody grants it.
    await until(lab, () => node(lab, "n2").role === "follower");
    expect([lab.leader, node(lab, "n1").term]).toEqual(["n1", 2]);
    expect(await lab.act({ type: "force-election", node: "n1" })).toMatchObject({ key: "no-election-timeout" });
  });

  test("one that is told to takes a snapshot with the next entry, and its log begins behind it", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "compact", node: "n2" });
    expect(lab.snapshotsWanted).toEqual(["n2"]);
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    const index = node(lab, "n2").log.lastIndex + 1;
    await until(lab, () => node(lab, "n2").log.snapshot !== undefined);
    expect(lab.snapshotsWanted).toEqual([]);
    await until(lab, () => node(lab, "n2").log.firstIndex === index + 1);
    expect(node(lab, "n2").log).toMatchObject({ snapshot: { index, term: 1 }, entries: [] });
    expect(node(lab, "n3").log.snapshot).toBeUndefined();
    expect(lab.marks().at(-1)).toMatchObject({ kind: "snapshot", node: "n2" });
  });

  test("one that is far behind is sent a snapshot", async () => {
    const lab = await ledByN1({ snapshotEveryEntries: 2 });
    await act(lab, { type: "kill", node: "n3" });
    for (const value of ["1", "2", "3"]) {
      await act(lab, { type: "put", via: "n1", key: "x", value });
      await until(lab, () => last(lab)?.state === "done");
    }
    await act(lab, { type: "restart", node: "n3" });
    await until(lab, () => lab.view().flights.some(({ to, type }) => to === "n3" && type === "install-snapshot"));
    await until(lab, () => node(lab, "n3").appliedIndex === node(lab, "n1").appliedIndex);
    expect(node(lab, "n3").log.snapshot?.index).toBeGreaterThan(4);
    await act(lab, { type: "get", via: "n3", key: "x", consistency: "stale" });
    await until(lab, () => last(lab)?.state === "done");
    expect(last(lab)?.answer).toMatchObject({ value: "3" });
  });
});

describe("members", () => {
  test("a spare is added, the joint configuration is seen, and leaves again", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "start-spare" });
    await until(lab, () => node(lab, "n4").condition === "up");
    expect(node(lab, "n4")).toMatchObject({ standing: "outside", role: "follower", log: { lastIndex: 0 } });
    await act(lab, { type: "change-members", add: [{ id: "n4" }] });
    await until(lab, () => node(lab, "n1").membership.outgoing.length > 0);
    expect(node(lab, "n1").membership).toMatchObject({
      voters: ["n1", "n2", "n3", "n4"],
      outgoing: ["n1", "n2", "n3"],
    });
    await until(lab, () => node(lab, "n4").standing === "incoming");
    await until(lab, () => last(lab)?.state === "done");
    await until(lab, () => node(lab, "n4").standing === "voter");
    await act(lab, { type: "change-members", demote: ["n2"] });
    await until(lab, () => last(lab)?.state === "done");
    await until(lab, () => node(lab, "n2").standing === "learner");
    await act(lab, { type: "change-members", promote: ["n2"], remove: ["n4"], via: "n3" });
    await until(lab, () => last(lab)?.state === "done");
    expect(last(lab)).toMatchObject({ client: 0, asked: ["n3", "n1"] });
    await until(
      lab,
      () => node(lab, "n1").membership.voters.join() === "n1,n3,n2" && node(lab, "n4").standing === "outside",
    );
    expect(lab.marks().filter(({ kind }) => kind === "membership").length).toBeGreaterThan(5);
  });

  test("the lead is handed over to whom it was said, and to the best one else", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "transfer", to: "n3" });
    await lab.next();
    expect(node(lab, "n1").transferTo).toBe("n3");
    await until(lab, () => last(lab)?.state === "done");
    expect([last(lab)?.answer, lab.leader]).toEqual([{ type: "transfer", leader: "n3" }, "n3"]);
    await act(lab, { type: "transfer" });
    await until(lab, () => last(lab)?.state === "done");
    expect(lab.leader).not.toBe("n3");
  });
});

describe("links", () => {
  test("one direction is cut, or both, and healed one by one or all at once", async () => {
    const lab = await ledByN1();
    const cuts = (): readonly string[] => lab.view().cuts.map(({ from, to }) => `${from}${to}`);
    await act(lab, { type: "cut", from: "n1", to: "n2" });
    await act(lab, { type: "cut", from: "n2", to: "n3", both: true });
    expect(cuts()).toEqual(["n1n2", "n2n3", "n3n2"]);
    await act(lab, { type: "heal", from: "n3", to: "n2" });
    expect(cuts()).toEqual(["n1n2", "n2n3"]);
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    await until(lab, () => last(lab)?.state === "done");
    expect(node(lab, "n3").log.lastIndex).toBeGreaterThan(node(lab, "n2").log.lastIndex);
    await act(lab, { type: "heal-all" });
    expect(cuts()).toEqual([]);
    await until(lab, () => node(lab, "n3").log.lastIndex === node(lab, "n2").log.lastIndex);
  });

  test("of groups only one with a majority has a leader for long", async () => {
    const lab = await ledByN1({}, 5);
    await act(lab, {
      type: "partition",
      groups: [
        ["n1", "n2"],
        ["n3", "n4"],
      ],
    });
    expect(lab.view().cuts).toHaveLength(16);
    await act(lab, { type: "partition", groups: [["n1", "n2"]] });
    expect(lab.view().cuts).toHaveLength(12);
    await until(lab, () =>
      lab.view().nodes.every(({ id, leader }) => ["n1", "n2"].includes(id) === (leader === undefined)),
    );
  });

  test("delay, loss and copies, of one link and of all of them", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "link", from: "n1", to: "n2", delayMinMs: 70, delayMaxMs: 70 });
    await act(lab, { type: "put", via: "n1", key: "x", value: "1" });
    await lab.next();
    const [slow, usual] = ["n2", "n3"].map((id) =>
      lab.view().flights.find(({ to, type }) => to === id && type === "append-entries"),
    );
    expect(Math.round((slow?.dueMs ?? 0) - (slow?.sentMs ?? 0))).toBe(70);
    expect((usual?.dueMs ?? 0) - (usual?.sentMs ?? 0)).toBeLessThan(20);
    await act(lab, { type: "link", dropRate: 1 });
    await lab.runUntil(lab.nowMs + 120);
    expect(lab.view().flights.length).toBeGreaterThan(0);
    expect(lab.view().flights.every(({ fate }) => fate === "lost")).toBe(true);
    await act(lab, { type: "link", dropRate: 0, duplicateRate: 1 });
    await until(lab, () => lab.leader !== undefined);
    await lab.runUntil(lab.nowMs + 200);
    const sent = lab.frames().flatMap(({ view }) => view.flights);
    const seen = new Map(sent.map(({ id, from, sentMs, to, type }) => [id, `${from} ${to} ${type} ${sentMs}`]));
    expect(new Set(seen.values()).size).toBeLessThan(seen.size);
  });
});

describe("what cannot be", () => {
  test.each<[string, Action]>([
    ["no-such-node", { type: "kill", node: "n9" }],
    ["no-such-node", { type: "cut", from: "n1", to: "n9" }],
    ["no-such-node", { type: "partition", groups: [["n9"]] }],
    ["no-such-node", { type: "put", via: "n9", key: "x", value: "" }],
    ["no-such-node", { type: "transfer", to: "n9" }],
    ["no-such-node", { type: "link", from: "n1", dropRate: 1 }],
    ["runs-already", { type: "restart", node: "n1" }],
    ["not-paused", { type: "resume", node: "n1" }],
    ["wrong-delay", { type: "link", delayMinMs: 100 }],
  ])("is refused as %s and changes nothing: %j", async (key, action) => {
    const lab = await ledByN1();
    const before = [lab.step, lab.session(), lab.view()];
    expect(await lab.act(action)).toMatchObject({ key, reason: expect.any(String) });
    expect([lab.step, lab.session(), lab.view()]).toEqual(before);
  });

  test("of a node that is down, or paused, or of a cluster without a leader", async () => {
    const lab = await ledByN1();
    await act(lab, { type: "pause", node: "n2" });
    expect(await lab.act({ type: "pause", node: "n2" })).toMatchObject({ key: "paused-already" });
    await act(lab, { type: "kill", node: "n2" });
    for (const type of ["kill", "pause", "resume", "force-election", "compact"] as const) {
      expect(await lab.act({ type, node: "n2" })).toMatchObject({ key: "does-not-run", node: "n2" });
    }
    await act(lab, { type: "kill", node: "n1" });
    expect(await lab.act({ type: "transfer" })).toMatchObject({ key: "no-leader" });
    expect(await lab.act({ type: "change-members", remove: ["n1"] })).toMatchObject({ key: "no-leader" });
    for (let count = 3; count < 12; count += 1) await act(lab, { type: "start-spare" });
    expect(await lab.act({ type: "start-spare" })).toMatchObject({ key: "no-room" });
    expect(lab.nodes).toHaveLength(12);
  });

  test("what is no action is a TypeError that names the field", async () => {
    const lab = await Lab.open();
    await expect(lab.act({ type: "kill", node: "N1" })).rejects.toThrow("action.node: must be n1, n2, …");
    await expect(lab.act({ type: "clock", node: "n1", rate: 0 })).rejects.toThrow("action.rate");
    await expect(lab.act(JSON.parse('{"type":"explode"}') as Action)).rejects.toThrow(TypeError);
  });
});
