import { AssertionError, type Input, RaftError } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Reads } from "../src/reads.ts";
import { microtasks } from "./support/virtual-clock.ts";

interface Rig {
  readonly reads: Reads<string, string>;
  readonly progress: { appliedIndex: number; isIdle: boolean };
  readonly machine: { read: (query: string) => string | Promise<string> };
  readonly ask: () => number | undefined;
}

function rig(countMax = 100): Rig {
  const progress = { appliedIndex: 5, isIdle: true };
  const machine: Rig["machine"] = { read: (query) => `${query}@${progress.appliedIndex}` };
  const reads = new Reads<string, string>(
    { read: (query) => machine.read(query) },
    { progress, clock: { now: () => 0 }, countMax },
  );
  const ask = (): number | undefined => {
    const inputs: Input[] = [];
    reads.gather(inputs);
    return inputs.find((input) => input.type === "read")?.id;
  };
  return { reads, progress, machine, ask };
}

describe("linearizable reads", () => {
  test("those of one turn ask once, and wait until the index is applied", async () => {
    const { reads, progress, ask } = rig();
    const answers = Promise.all([
      reads.read("a", "linearizable", undefined),
      reads.read("b", "linearizable", undefined),
    ]);
    const id = ask() ?? 0;
    expect(ask()).toBeUndefined();
    reads.ready(id, 7);
    progress.appliedIndex = 6;
    reads.advance();
    progress.appliedIndex = 8;
    reads.advance();
    expect(await answers).toEqual(["a@8", "b@8"]);
  });

  test("one whose index is applied already is answered at once", async () => {
    const { reads, ask } = rig();
    const answer = reads.read("a", "linearizable", undefined);
    reads.ready(ask() ?? 0, 5);
    expect(await answer).toBe("a@5");
  });

  test("wait for a state machine that is in the middle of a change", async () => {
    const { reads, progress, ask } = rig();
    progress.isIdle = false;
    const answer = reads.read("a", "linearizable", undefined);
    reads.ready(ask() ?? 0, 5);
    progress.appliedIndex = 6;
    reads.advance();
    progress.isIdle = true;
    progress.appliedIndex = 9;
    reads.advance();
    expect(await answer).toBe("a@9");
  });

  test("failed by the core with the error given", async () => {
    const { reads, ask } = rig();
    const answer = reads.read("a", "linearizable", undefined);
    const error = new RaftError("NO_LEADER", "none");
    const id = ask() ?? 0;
    reads.failed(id, error);
    await expect(answer).rejects.toBe(error);
    expect(() => reads.ready(id, 1)).toThrow(AssertionError);
  });

  test("an aborted one rejects with the signal's reason and is not run", async () => {
    const { reads, machine, ask } = rig();
    let runs = 0;
    machine.read = () => {
      runs += 1;
      return "";
    };
    const abort = new AbortController();
    const answer = reads.read("a", "linearizable", abort.signal);
    const id = ask() ?? 0;
    abort.abort(new Error("enough"));
    await expect(answer).rejects.toThrow("enough");
    reads.ready(id, 5);
    expect(runs).toBe(0);
    expect(reads.isFull).toBe(false);
  });
});

describe("stale reads", () => {
  test("answer at once, or when the state machine is at rest again", async () => {
    const { reads, progress } = rig();
    expect(await reads.read("a", "stale", undefined)).toBe("a@5");
    progress.isIdle = false;
    const later = reads.read("b", "stale", undefined);
    progress.isIdle = true;
    progress.appliedIndex = 6;
    reads.advance();
    expect(await later).toBe("b@6");
  });
});

describe("any read", () => {
  test("gets what the state machine throws or rejects with", async () => {
    const { reads, machine } = rig();
    machine.read = () => {
      throw new RangeError("thrown");
    };
    await expect(reads.read("a", "stale", undefined)).rejects.toThrow("thrown");
    machine.read = () => Promise.reject(new RangeError("rejected"));
    await expect(reads.read("a", "stale", undefined)).rejects.toThrow("rejected");
  });

  test("an asynchronous answer is awaited", async () => {
    const { reads, machine } = rig();
    machine.read = async (query) => {
      await microtasks();
      return `slow ${query}`;
    };
    expect(await reads.read("a", "stale", undefined)).toBe("slow a");
  });

  test("settles when the node stops, wherever it is", async () => {
    const { reads, machine, ask } = rig();
    machine.read = () => new Promise<string>(() => undefined);
    const running = reads.read("running", "stale", undefined);
    const ready = reads.read("ready", "linearizable", undefined);
    reads.ready(ask() ?? 0, 99);
    const asked = reads.read("asked", "linearizable", undefined);
    ask();
    const queued = reads.read("queued", "linearizable", undefined);
    const error = new RaftError("CLOSED", "closed");
    reads.stop(error);
    for (const read of [running, ready, asked, queued]) await expect(read).rejects.toBe(error);
    expect(ask()).toBeUndefined();
  });

  test("counts against the limit until it is answered", async () => {
    const { reads, progress, ask } = rig(2);
    const error = new RaftError("NO_LEADER", "none");
    const both = Promise.allSettled([
      reads.read("a", "linearizable", undefined),
      reads.read("b", "linearizable", undefined),
    ]);
    expect(reads.isFull).toBe(true);
    reads.failed(ask() ?? 0, error);
    await both;
    expect(reads.isFull).toBe(false);
    progress.isIdle = false;
    const stale = Promise.all([reads.read("a", "stale", undefined), reads.read("b", "stale", undefined)]);
    expect(reads.isFull).toBe(true);
    progress.isIdle = true;
    reads.advance();
    await stale;
    expect(reads.isFull).toBe(false);
    const abort = new AbortController();
    const aborted = Promise.allSettled([
      reads.read("c", "linearizable", abort.signal),
      reads.read("d", "linearizable", abort.signal),
    ]);
    abort.abort();
    await aborted;
    expect(ask()).toBeUndefined();
    expect(reads.isFull).toBe(false);
  });
});
