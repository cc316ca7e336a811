import { AssertionError, type Effect, Entry, RaftError, type Snapshot, membershipOf } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { settingsOf } from "../src/options.ts";
import { Runtime } from "../src/runtime.ts";
import { Ports, codesOf } from "./support/ports.ts";
import { ScriptedCore } from "./support/scripted-core.ts";
import { TextMachine, text } from "./support/text-machine.ts";

interface Rig {
  readonly ports: Ports;
  readonly core: ScriptedCore;
  readonly runtime: Runtime<number, number, readonly string[]>;
  /** Has the core return these effects now. */
  readonly effects: (...effects: readonly Effect[]) => Promise<void>;
}

function rig(machine?: TextMachine): Rig {
  const ports = new Ports(machine);
  const core = new ScriptedCore();
  const runtime = new Runtime(core, settingsOf(ports.options(2)));
  runtime.start();
  const effects = async (...list: readonly Effect[]): Promise<void> => {
    core.next = list;
    ports.transport.handler?.unreachable("n2");
    await ports.clock.settle();
  };
  return { ports, core, runtime, effects };
}

function apply(fromIndex: number, ...lines: readonly string[]): Effect {
  return { type: "apply", entries: lines.map((line, i) => new Entry(fromIndex + i, 1, "command", text(line))) };
}

/** Of a state machine that holds one line. */
function shelve(ports: Ports, index: number): Snapshot {
  const data = text(`["restored"]`);
  const membership = membershipOf([{ id: "n1", address: "" }]);
  const snapshot = { index, term: 1, membership, sizeBytes: data.length, checksum: 0 };
  ports.shelf.stored = { snapshot, data };
  return snapshot;
}

describe("reads", () => {
  test("one that is ready waits for its index to be applied", async () => {
    const { ports, core, runtime, effects } = rig();
    core.answer = (input) => (input.type === "read" ? [{ type: "read-ready", id: input.id, index: 2 }] : []);
    const read = runtime.read(0, "linearizable", undefined);
    await effects(apply(1, "a"));
    await effects(apply(2, "b"));
    expect(await read).toEqual(["a", "b"]);
    await ports.clock.during(runtime.close());
  });

  test("one that waits at or below a snapshot goes on when that is installed", async () => {
    const { ports, core, runtime, effects } = rig();
    core.answer = (input) => (input.type === "read" ? [{ type: "read-ready", id: input.id, index: 5 }] : []);
    const read = runtime.read(0, "linearizable", undefined);
    await effects({ type: "install-snapshot", snapshot: shelve(ports, 9) });
    expect(await ports.clock.during(read)).toEqual(["restored"]);
    expect(runtime.status().appliedIndex).toBe(9);
    expect(core.inputs.at(-1)).toMatchObject({ type: "snapshot-installed", snapshot: { index: 9 } });
    await ports.clock.during(runtime.close());
  });

  test("refused ones name the leader", async () => {
    const { core, runtime, effects } = rig();
    core.leader = "n2";
    core.answer = (input) => (input.type === "read" ? [{ type: "read-failed", id: input.id, code: "NOT_LEADER" }] : []);
    const read = runtime.read(0, "linearizable", undefined);
    const failed = expect(read).rejects.toMatchObject({ code: "NOT_LEADER", leader: { id: "n2", address: "host-2" } });
    await effects();
    await failed;
    await runtime.close();
  });
});

describe("installing a snapshot", () => {
  test("P9: ends proposals that wait in the log which it replaces", async () => {
    const { ports, core, runtime, effects } = rig();
    core.answer = (input) =>
      input.type === "propose" ? [{ type: "accepted", id: input.id, term: 1, firstIndex: 3, count: 1 }] : [];
    const outcome = codesOf([runtime.propose(text("a"), {})]);
    await ports.clock.settle();
    await effects({ type: "install-snapshot", snapshot: shelve(ports, 9) });
    expect(await outcome).toEqual(["OUTCOME_UNKNOWN"]);
    await ports.clock.run(5);
    expect(ports.disk.base).toEqual({ index: 9, term: 1 });
    await ports.clock.during(runtime.close());
  });

  test("a log that cannot be reset stops the node at once, whatever the state machine does", async () => {
    const machine = new TextMachine();
    const hangs = Promise.withResolvers<number>();
    machine.apply = () => hangs.promise;
    const { ports, runtime, effects } = rig(machine);
    await effects(apply(1, "a"));
    ports.storage.fail("EIO");
    await effects({ type: "install-snapshot", snapshot: shelve(ports, 9) });
    expect(runtime.status().failed).toMatchObject({ code: "STORAGE_FAILED" });
    hangs.resolve(1);
    await ports.clock.during(runtime.close());
  });
});

describe("effects", () => {
  test("a changed configuration reaches transport and listeners", async () => {
    const { ports, core, runtime, effects } = rig();
    const heard: unknown[] = [];
    runtime.events.on("membership", ({ membership }) => heard.push(membership));
    core.membership = membershipOf([{ id: "n1", address: "moved" }]);
    await effects({ type: "membership" });
    expect(ports.transport.members.at(-1)).toEqual([{ id: "n1", address: "moved" }]);
    expect(heard).toEqual([core.membership]);
    await runtime.close();
  });

  test("entries are loaded from storage and stepped", async () => {
    const { ports, core, runtime, effects } = rig();
    const entry = new Entry(1, 1, "no-op", new Uint8Array());
    ports.disk.entries = [entry];
    await effects({ type: "load", id: 7, fromIndex: 1, toIndex: 1, maxBytes: 100 });
    expect(core.inputs.at(-1)).toEqual({ type: "loaded", id: 7, entries: [entry] });
    await runtime.close();
  });

  test("a suspect peer is told of once in a while, however often it misbehaves", async () => {
    const { ports, runtime, effects } = rig();
    const suspect: Effect = { type: "suspect", peer: "n2", reason: "matchIndex is beyond the log" };
    for (let i = 0; i < 50; i += 1) await effects(suspect);
    expect(ports.logger.of("warn")).toHaveLength(1);
    await ports.clock.run(10_000);
    await effects(suspect, { ...suspect, peer: "n3" });
    expect(ports.logger.of("warn")).toHaveLength(3);
    expect(ports.logger.fields.at(-2)).toMatchObject({ peer: "n2", alsoSuppressed: 49 });
    await runtime.close();
  });

  test("messages over the inbox's bound are dropped, and that is told once in a while", async () => {
    const ports = new Ports();
    const core = new ScriptedCore();
    const runtime = new Runtime(core, settingsOf(ports.options(2, { inboxBytesMax: 300 })));
    runtime.start();
    const heartbeat = { type: "heartbeat", term: 1, round: 1, commitIndex: 0 } as const;
    for (let i = 0; i < 10; i += 1) ports.transport.handler?.receive("n2", heartbeat);
    await ports.clock.settle();
    expect(core.inputs).toHaveLength(2);
    expect(ports.logger.of("warn")).toHaveLength(1);
    await runtime.close();
  });
});

describe("a bug", () => {
  test.each<[string, (core: ScriptedCore) => void]>([
    [
      "in the core",
      (core) => {
        core.answer = () => {
          throw new AssertionError("commit index went back");
        };
      },
    ],
    ["in what it asks for", (core) => (core.next = [apply(5, "a gap")])],
  ])("%s stops the node, which sends nothing any more", async (_, plant) => {
    const { ports, core, runtime } = rig();
    const outcome = codesOf([runtime.propose(text("a"), {})]);
    plant(core);
    await ports.clock.settle();
    expect(runtime.status().failed?.message).toContain("a bug in Quorate has stopped this node");
    expect(await outcome).toEqual(["OUTCOME_UNKNOWN"]);
    expect(ports.transport.closes).toBe(1);
    ports.transport.handler?.receive("n2", { type: "heartbeat", term: 1, round: 1, commitIndex: 0 });
    const stepped = core.inputs.length;
    await ports.clock.run(1_000);
    expect(core.inputs).toHaveLength(stepped);
    expect(() => runtime.propose(text("b"), {})).toThrow(RaftError);
    await runtime.close();
  });
});

test("the transport is told of the peers when they change, and only then", async () => {
  const { ports, core, runtime, effects } = rig();
  const told = (): readonly string[] => ports.transport.members.map((peers) => peers.map(({ id }) => id).join());
  expect(told()).toEqual(["n1,n2"]);
  core.otherPeers = [{ id: "n3", address: "host-3" }];
  await effects({ type: "membership" });
  core.otherPeers = [];
  await effects({ type: "peers" });
  expect(told()).toHaveLength(3);
  await effects({ type: "peers" }, { type: "membership" });
  expect(told()).toEqual(["n1,n2", "n1,n2,n3", "n1,n2"]);
  core.otherPeers = [{ id: "n2", address: "elsewhere" }];
  core.membership = { ...core.membership, voters: ["n1"] };
  await effects({ type: "membership" });
  expect(told()).toHaveLength(4);
  await ports.clock.during(runtime.close());
});

test("P26 that a node is forgotten is told to those who watch it", async () => {
  const { ports, runtime, effects } = rig();
  const heard: string[] = [];
  runtime.events.on("forgotten", ({ by }) => heard.push(by));
  await effects({ type: "disowned", by: "n2" });
  expect(heard).toEqual(["n2"]);
  await ports.clock.during(runtime.close());
});
