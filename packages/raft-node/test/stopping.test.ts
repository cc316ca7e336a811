import { RaftError, seededRandom } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Ports, codesOf } from "./support/ports.ts";
import { text } from "./support/text-machine.ts";
import { microtasks } from "./support/virtual-clock.ts";

describe("a node whose storage fails", () => {
  test("P43: acknowledges nothing more, settles all that waits, and closes its transport", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    await ports.clock.during(node.propose(text("before")));
    const failures: unknown[] = [];
    node.on("failed", (failure) => failures.push(failure));
    ports.storage.fail("EIO: fdatasync");
    const accepted = node.propose(text("a"));
    const read = node.read(0);
    const settled = codesOf([accepted, read]);
    await ports.clock.run(100);
    expect((await settled)[0]).toBe("OUTCOME_UNKNOWN");
    const failed = { code: "STORAGE_FAILED", message: "EIO: fdatasync" };
    expect(node.status().failed).toEqual(failed);
    expect(failures).toEqual([failed]);
    expect(ports.transport.closes).toBe(1);
    expect(ports.clock.timers).toBe(0);
    expect(ports.machine.lines).toEqual(["before"]);
    const later = [node.propose(text("b")), node.read(0), node.read(0, { consistency: "stale" })];
    expect(await codesOf(later)).toEqual(["STORAGE_FAILED", "STORAGE_FAILED", "STORAGE_FAILED"]);
    await node.close();
    await node.close();
    expect(node.status().failed).toEqual(failed);
  });

  test("sends nothing that stood behind the failed write", async () => {
    const ports = new Ports();
    const node = await ports.open(3);
    ports.storage.fail("EIO");
    const vote = { type: "request-vote", term: 7, pre: false, lastIndex: 1, lastTerm: 0 } as const;
    ports.transport.handler?.receive("n2", vote);
    await ports.clock.run(1_000);
    expect(ports.transport.sent).toEqual([]);
    expect(node.status().failed).toMatchObject({ code: "STORAGE_FAILED" });
    await node.close();
  });

  test("stops over an entry that cannot be read back", async () => {
    const ports = new Ports();
    const node = await ports.lead({ tailBytesMax: 0 });
    for (const line of ["a", "b", "c"]) await ports.clock.during(node.propose(text(line)));
    await node.close();
    const again = new Ports();
    again.disk.base = ports.disk.base;
    again.disk.hardState = ports.disk.hardState;
    again.disk.entries = ports.disk.entries;
    again.storage.read = () => Promise.reject(new RaftError("CORRUPT", "segment 1, offset 40"));
    const restarted = await again.open(1);
    await again.clock.run(2_000);
    expect(restarted.status().failed).toEqual({ code: "CORRUPT", message: "segment 1, offset 40" });
    await restarted.close();
  });
});

describe("a node whose state machine fails", () => {
  test("M08: stops for good, and says so to everybody who waits", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    ports.machine.apply = () => {
      throw new Error("unknown table");
    };
    const codes = codesOf([node.propose(text("a")), node.propose(text("b"))]);
    expect(await ports.clock.during(codes)).toEqual(["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"]);
    expect(node.status().failed).toMatchObject({ code: "STATE_MACHINE_FAILED" });
    expect(node.status().failed?.message).toContain("unknown table");
    expect(await codesOf([node.read(0, { consistency: "stale" })])).toEqual(["STATE_MACHINE_FAILED"]);
    await node.close();
  });
});

describe("at whatever moment", () => {
  const moments = Array.from({ length: 40 }, (_, i) => i + 1);

  test.each(moments)("a node ends, all that waits settles and no timer is left (seed %i)", async (seed) => {
    const chance = seededRandom(`${seed}/end`);
    const ports = new Ports();
    const node = await ports.leadAlone({ snapshotPolicy: () => chance.next() < 0.5, trailingEntries: 1 });
    const { transport, clock } = ports;
    const answer = transport.onSend;
    // A follower that has what it is sent, most of the time.
    transport.onSend = (to, message) => {
      answer(to, message);
      if (message.type !== "append-entries" || chance.next() < 0.3) return;
      const { term, prevIndex, entries } = message;
      const hint = { hintIndex: 0, hintTerm: 0 };
      const reply = { type: "append-entries-reply", term, accepted: true, prevIndex, ...hint } as const;
      const matchIndex = prevIndex + entries.length;
      clock.after(chance.next() * 5, () => transport.handler?.receive(to, { ...reply, matchIndex }));
    };
    const outcomes: Promise<readonly unknown[]>[] = [];
    for (let i = 0; i < 30; i += 1) {
      outcomes.push(codesOf([node.propose(text(`${i}`)), node.read(0)]));
      await clock.run(chance.next() * 3);
    }
    if (chance.next() < 0.5) ports.storage.fail("EIO");
    outcomes.push(codesOf([node.propose(text("last")), node.read(0)]));
    if (chance.next() < 0.5) await clock.run(chance.next() * 3);
    await clock.during(node.close());
    const codes = new Set((await Promise.all(outcomes)).flat());
    for (const code of codes) expect(["resolved", "OUTCOME_UNKNOWN", "CLOSED", "STORAGE_FAILED"]).toContain(code);
    await clock.run(10);
    expect(clock.timers).toBe(0);
  });
});

describe("closing", () => {
  test("settles everything, wherever it is", async () => {
    const ports = new Ports();
    const node = await ports.leadAlone();
    const accepted = [node.propose(text("a")), node.propose(text("b"))];
    const asked = node.read(0);
    await ports.clock.run(5);
    const queued = [node.propose(text("c")), node.read(0)];
    const codes = codesOf([...accepted, asked, ...queued]);
    const closing = [node.close(), node.close()];
    const later = codesOf([node.propose(text("d")), node.read(0), node.read(0, { consistency: "stale" })]);
    await ports.clock.during(Promise.all(closing));
    expect(await codes).toEqual(["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN", "CLOSED", "CLOSED", "CLOSED"]);
    expect(await later).toEqual(["CLOSED", "CLOSED", "CLOSED"]);
    const [unknown] = await Promise.allSettled(accepted);
    expect(unknown).toMatchObject({ reason: { cause: { code: "CLOSED" } } });
    expect(ports.clock.timers).toBe(0);
    expect(node.status().failed).toBeUndefined();
  });

  test("in the middle of a write waits for it, and nothing is sent after it", async () => {
    const ports = new Ports();
    const node = await ports.open(3);
    const vote = { type: "request-vote", term: 7, pre: false, lastIndex: 1, lastTerm: 0 } as const;
    ports.transport.handler?.receive("n2", vote);
    await ports.clock.settle();
    await ports.clock.during(node.close());
    expect(ports.disk.hardState).toMatchObject({ term: 7, votedFor: "n2" });
    expect(ports.transport.sent).toEqual([]);
  });

  test("waits for the command that is being applied", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    const gate = Promise.withResolvers<number>();
    ports.machine.apply = () => gate.promise;
    const outcome = codesOf([node.propose(text("a"))]);
    await ports.clock.run(5);
    let closed = false;
    const closing = node.close().then(() => {
      closed = true;
    });
    await ports.clock.run(5);
    expect(closed).toBe(false);
    expect(await outcome).toEqual(["OUTCOME_UNKNOWN"]);
    gate.resolve(1);
    await ports.clock.during(closing);
  });

  test("P49: a transport that never closes does not keep the storage open", async () => {
    const ports = new Ports();
    const node = await ports.open(1);
    ports.transport.close = () => new Promise(() => undefined);
    void node.close();
    await microtasks();
    expect(await codesOf([ports.storage.append({ entries: [] })])).toEqual(["CLOSED"]);
  });

  test("rejects with what a port has to say, when all are closed", async () => {
    const ports = new Ports();
    const node = await ports.open(1);
    ports.storage.close = () => Promise.reject(new RaftError("STORAGE_FAILED", "lock file gone"));
    await expect(node.close()).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    expect(ports.transport.closes).toBe(1);
  });

  test("works from within a listener and from within a read", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    const closing = Promise.withResolvers<void>();
    node.on("commit", () => void node.close().then(closing.resolve));
    const codes = codesOf([node.propose(text("a"))]);
    await ports.clock.during(closing.promise);
    expect(await codes).toEqual(["OUTCOME_UNKNOWN"]);
    const others = new Ports();
    const other = await others.lead();
    others.machine.read = () => {
      void other.close();
      return [];
    };
    expect(await codesOf([other.read(0, { consistency: "stale" })])).toEqual(["resolved"]);
    await others.clock.during(other.close());
  });
});
