import { AssertionError, Entry, RaftError, type Snapshot } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Applier } from "../src/applier.ts";
import { TextMachine, text } from "./support/text-machine.ts";
import { microtasks } from "./support/virtual-clock.ts";

function commands(fromIndex: number, ...lines: readonly string[]): readonly Entry[] {
  return lines.map((line, i) => new Entry(fromIndex + i, 1, "command", text(line)));
}

const membership = { voters: ["n1"], outgoing: [], learners: [], addresses: { n1: "" } };

function snapshotAt(index: number): Snapshot {
  return { index, term: 1, membership, sizeBytes: 0, checksum: 0 };
}

interface Rig {
  readonly applier: Applier<number, number, readonly string[]>;
  readonly log: string[];
  readonly failures: unknown[];
}

function rig(machine: TextMachine, data: AsyncIterable<Uint8Array> = chunksOf(`["restored"]`)): Rig {
  const log: string[] = [];
  const failures: unknown[] = [];
  const applier: Applier<number, number, readonly string[]> = new Applier({
    stateMachine: machine,
    snapshots: { read: () => data },
    appliedIndex: 0,
    settle: (entry, result) => log.push(`${entry.index} = ${result}`),
    applied: (entries) => log.push(`applied ${entries.length}, idle ${applier.isIdle}`),
    restored: ({ index }) => log.push(`restored ${index}`),
    fail: (error) => failures.push(error),
  });
  return { applier, log, failures };
}

async function* chunksOf(...chunks: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const chunk of chunks) yield text(chunk);
}

/** Applies each command only when it is let. */
class SlowMachine extends TextMachine {
  readonly waiting: (() => void)[] = [];

  override async apply(command: Uint8Array, index: number): Promise<number> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return super.apply(command, index);
  }

  async letOne(): Promise<void> {
    this.waiting.shift()?.();
    await microtasks();
  }
}

describe("applying", () => {
  test("a synchronous state machine is applied to without awaiting", () => {
    const machine = new TextMachine();
    const { applier, log } = rig(machine);
    applier.apply([...commands(1, "a", "b"), new Entry(3, 1, "no-op", new Uint8Array()), ...commands(4, "c")]);
    expect(log).toEqual(["1 = 1", "2 = 2", "4 = 3", "applied 4, idle true"]);
    expect(machine.indexes).toEqual([1, 2, 4]);
    expect(applier.appliedIndex).toBe(4);
  });

  test("M12: only commands reach the state machine", () => {
    const machine = new TextMachine();
    const { applier } = rig(machine);
    applier.apply([new Entry(1, 0, "membership", text("{}")), new Entry(2, 1, "no-op", text(""))]);
    expect(machine.lines).toEqual([]);
    expect(applier.appliedIndex).toBe(2);
  });

  test("M03: an asynchronous one gets the next entry when the last is applied, batches included", async () => {
    const machine = new SlowMachine();
    const { applier, log } = rig(machine);
    applier.apply(commands(1, "a", "b"));
    applier.apply(commands(3, "c"));
    await microtasks();
    expect(machine.waiting).toHaveLength(1);
    expect(applier.isIdle).toBe(false);
    await machine.letOne();
    expect(log).toEqual(["1 = 1"]);
    expect(applier.appliedIndex).toBe(1);
    await machine.letOne();
    await machine.letOne();
    expect(log).toEqual(["1 = 1", "2 = 2", "applied 2, idle true", "3 = 3", "applied 1, idle true"]);
    expect(machine.lines).toEqual(["a", "b", "c"]);
    expect(applier.isIdle).toBe(true);
  });

  test.each(["throws", "rejects"])("M08: one that %s stops the node, and no later entry is applied", async (how) => {
    const machine = new TextMachine();
    const applied: number[] = [];
    machine.apply = (_, index) => {
      applied.push(index);
      if (index !== 2) return index;
      const error = new Error("no such table");
      if (how === "throws") throw error;
      return Promise.reject(error);
    };
    const { applier, log, failures } = rig(machine);
    applier.apply(commands(1, "a", "b", "c"));
    applier.apply(commands(4, "d"));
    await microtasks();
    expect(applied).toEqual([1, 2]);
    expect(log).toEqual(["1 = 1"]);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: "STATE_MACHINE_FAILED" });
    expect(String(failures[0])).toContain("no such table");
    await applier.stop();
  });

  test("a gap between what is applied and what comes next is a bug", () => {
    const { applier } = rig(new TextMachine());
    applier.apply(commands(1, "a"));
    expect(() => applier.apply(commands(3, "c"))).toThrow(AssertionError);
  });
});

describe("installing a snapshot", () => {
  test("waits for what is being applied, then for the log", async () => {
    const machine = new SlowMachine();
    const { applier, log } = rig(machine);
    const logReset = Promise.withResolvers<void>();
    applier.apply(commands(1, "a"));
    applier.install(snapshotAt(9), logReset.promise);
    await machine.letOne();
    expect(applier.isIdle).toBe(false);
    expect(machine.restores).toBe(0);
    logReset.resolve();
    await microtasks();
    expect(log).toEqual(["1 = 1", "applied 1, idle true", "restored 9"]);
    expect(machine.lines).toEqual(["restored"]);
    expect(applier.appliedIndex).toBe(9);
  });

  test("P6: one that is not ahead of what is applied is a bug", async () => {
    const { applier, failures } = rig(new TextMachine());
    applier.apply(commands(1, "a", "b"));
    applier.install(snapshotAt(2), Promise.resolve());
    await microtasks();
    expect(failures[0]).toBeInstanceOf(AssertionError);
  });

  test("a restore that fails stops the node with what the store says of the data", async () => {
    async function* damaged(): AsyncGenerator<Uint8Array, void, undefined> {
      yield text("[");
      throw new RaftError("CORRUPT", "checksum");
    }
    const { applier, failures, log } = rig(new TextMachine(), damaged());
    applier.install(snapshotAt(9), Promise.resolve());
    await microtasks();
    expect(failures).toMatchObject([{ code: "CORRUPT" }]);
    expect(log).toEqual([]);
  });

  test("a restore that the state machine refuses stops the node", async () => {
    const { applier, failures } = rig(new TextMachine(), chunksOf("no json"));
    applier.install(snapshotAt(9), Promise.resolve());
    await microtasks();
    expect(failures).toMatchObject([{ code: "STATE_MACHINE_FAILED" }]);
  });
});

describe("stopping", () => {
  test("waits for the entry under way, and neither tells its result nor goes on", async () => {
    const machine = new SlowMachine();
    const { applier, log } = rig(machine);
    applier.apply(commands(1, "a", "b"));
    let ended = false;
    const stopped = applier.stop().then(() => {
      ended = true;
    });
    await microtasks();
    expect(ended).toBe(false);
    await machine.letOne();
    await stopped;
    expect(log).toEqual([]);
    expect(machine.lines).toEqual(["a"]);
  });

  test("cuts a long restore short", async () => {
    const machine = new TextMachine();
    const gate = Promise.withResolvers<void>();
    let read = 0;
    async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
      await gate.promise;
      for (; ; read += 1) yield text("[");
    }
    const { applier, failures } = rig(machine, endless());
    applier.install(snapshotAt(9), Promise.resolve());
    await microtasks();
    const stopped = applier.stop();
    gate.resolve();
    await stopped;
    expect(read).toBeLessThan(3);
    expect(failures).toEqual([]);
  });
});
