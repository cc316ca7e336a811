import { type Logger, RaftError, type SnapshotPolicy, silentLogger } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { type Options, Ports, codesOf } from "./support/ports.ts";
import { text } from "./support/text-machine.ts";

describe("opening", () => {
  test("tells the transport who belongs to the cluster", async () => {
    const ports = new Ports();
    const node = await ports.open(3);
    expect(ports.transport.members.at(-1)?.map(({ id }) => id)).toEqual(["n1", "n2", "n3"]);
    expect(node.status()).toMatchObject({ id: "n1", role: "follower", term: 0, lastIndex: 1, followers: [] });
    await node.close();
  });

  test.each<[string, (ports: Ports) => Partial<Options>, unknown]>([
    ["a wrong option", () => ({ heartbeatIntervalMs: -1 }), expect.any(TypeError)],
    [
      "a storage that cannot be read",
      (ports) => {
        ports.storage.load = () => Promise.reject(new RaftError("CORRUPT", "segment 7"));
        return {};
      },
      expect.objectContaining({ code: "CORRUPT" }),
    ],
    [
      "a snapshot that the state machine refuses",
      (ports) => {
        const membership = { voters: ["n1"], outgoing: [], learners: [], addresses: { n1: "" } };
        ports.disk.base = { index: 5, term: 0 };
        const snapshot = { index: 5, term: 0, membership, sizeBytes: 4, checksum: 0 };
        ports.shelf.stored = { snapshot, data: text("what") };
        return {};
      },
      expect.objectContaining({ code: "STATE_MACHINE_FAILED" }),
    ],
  ])("with %s fails, and closes what it was given", async (_, prepare, error) => {
    const ports = new Ports();
    const changes = prepare(ports);
    let closes = 0;
    ports.storage.close = () => Promise.resolve(void (closes += 1));
    ports.snapshots.close = () => Promise.resolve(void (closes += 1));
    await expect(ports.open(1, changes)).rejects.toEqual(error);
    expect(closes).toBe(2);
    expect(ports.transport.closes).toBe(1);
    expect(ports.clock.timers).toBe(0);
  });

  test("without one of its ports fails by its name, and closes the others", async () => {
    const ports = new Ports();
    await expect(ports.open(1, { storage: undefined } as never)).rejects.toThrow(/^storage is missing/);
    expect(ports.transport.closes).toBe(1);
  });

  test("`await using` closes it", async () => {
    const ports = new Ports();
    {
      await using node = await ports.open(3);
      expect(node.status().failed).toBeUndefined();
    }
    expect(ports.transport.closes).toBe(1);
  });
});

describe("proposing", () => {
  test("P54e: the command is copied, a Buffer too", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    const command = Buffer.from("before");
    const outcome = node.propose(command);
    command.write("after!");
    await ports.clock.during(outcome);
    expect(ports.machine.lines).toEqual(["before"]);
    await node.close();
  });

  test("P10: is acknowledged only when the write is durable", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    ports.storage.append = () => new Promise(() => undefined);
    const outcome = codesOf([node.propose(text("a"))]);
    await ports.clock.run(1_000);
    expect(ports.machine.lines).toEqual([]);
    await node.close();
    expect(await outcome).toEqual(["OUTCOME_UNKNOWN"]);
  });

  test("what is wrong with a call is said at once", async () => {
    const ports = new Ports();
    const node = await ports.lead({ commandBytesMax: 10 });
    await expect(node.propose("text" as never)).rejects.toThrow(/command is not a Uint8Array/);
    await expect(node.propose(text("eleven bytes"))).rejects.toMatchObject({ code: "TOO_LARGE" });
    await expect(node.read(0, { consistency: "eventual" } as never)).rejects.toThrow(
      /^consistency: must be "linearizable"/,
    );
    await expect(node.propose(text("a"), { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
    await expect(node.read(0, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
    await ports.clock.run(100);
    expect(ports.machine.lines).toEqual([]);
    await node.close();
  });

  test("an abort rejects with the signal's reason; the command may be applied all the same", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    const abort = new AbortController();
    const outcome = node.propose(text("a"), { signal: abort.signal });
    const rejected = expect(outcome).rejects.toThrow("enough");
    await ports.clock.settle();
    abort.abort(new Error("enough"));
    await rejected;
    await ports.clock.run(100);
    expect(ports.machine.lines).toEqual(["a"]);
    await node.close();
  });

  test("over the inbox's bound is OVERLOADED at once, and the rest is done", async () => {
    const ports = new Ports();
    const node = await ports.lead({ inboxBytesMax: 1_000 });
    const outcomes = codesOf(Array.from({ length: 50 }, () => node.propose(new Uint8Array(72))));
    const codes = await ports.clock.during(outcomes);
    expect(codes.filter((code) => code === "resolved")).toHaveLength(10);
    expect(codes.filter((code) => code === "OVERLOADED")).toHaveLength(40);
    await node.close();
  });

  test("over the number that may wait for a slow state machine is OVERLOADED", async () => {
    const ports = new Ports();
    const node = await ports.lead({ proposalsMax: 10 });
    const gate = Promise.withResolvers<number>();
    ports.machine.apply = () => gate.promise;
    const first = codesOf(Array.from({ length: 6 }, () => node.propose(text("a"))));
    await ports.clock.run(100);
    const codes = codesOf(Array.from({ length: 6 }, () => node.propose(text("b"))));
    await ports.clock.run(100);
    gate.resolve(1);
    expect(await ports.clock.during(first)).toEqual(Array.from({ length: 6 }, () => "resolved"));
    const resolved = Array.from({ length: 4 }, () => "resolved");
    expect(await ports.clock.during(codes)).toEqual([...resolved, "OVERLOADED", "OVERLOADED"]);
    expect(await ports.clock.during(codesOf([node.propose(text("c"))]))).toEqual(["resolved"]);
    await node.close();
  });

  test("P51: a leader without its followers refuses what it cannot hold, and what it holds ends as unknown", async () => {
    const ports = new Ports();
    const node = await ports.leadAlone({ uncommittedBytesMax: 1_000, commandBytesMax: 1_000 });
    const held = codesOf(Array.from({ length: 50 }, () => node.propose(new Uint8Array(72))));
    await ports.clock.settle();
    await expect(ports.clock.during(node.propose(new Uint8Array(72)))).rejects.toMatchObject({ code: "OVERLOADED" });
    await ports.clock.during(node.close());
    const codes = await held;
    expect(new Set(codes)).toEqual(new Set(["OUTCOME_UNKNOWN", "OVERLOADED"]));
    expect(codes.filter((code) => code === "OUTCOME_UNKNOWN").length).toBeLessThanOrEqual(10);
  });
});

describe("reading", () => {
  test("too many at once are OVERLOADED", async () => {
    const ports = new Ports();
    const node = await ports.lead({ readsMax: 3 });
    const codes = await ports.clock.during(codesOf(Array.from({ length: 5 }, () => node.read(0))));
    expect(codes).toEqual(["resolved", "resolved", "resolved", "OVERLOADED", "OVERLOADED"]);
    expect(await ports.clock.during(node.read(0))).toEqual([]);
    await node.close();
  });

  test("what the state machine throws goes to the reader and does not stop the node", async () => {
    const ports = new Ports();
    const node = await ports.lead();
    ports.machine.read = () => {
      throw new RangeError("no such key");
    };
    await expect(ports.clock.during(node.read(0))).rejects.toThrow("no such key");
    await expect(node.read(0, { consistency: "stale" })).rejects.toThrow("no such key");
    expect(node.status().failed).toBeUndefined();
    await node.close();
  });

  test("P54b: a node that hung hears its leader before it seeks election", async () => {
    const ports = new Ports();
    const node = await ports.open(3);
    const heartbeat = { type: "heartbeat", term: 1, round: 1, commitIndex: 0 } as const;
    ports.transport.handler?.receive("n2", heartbeat);
    await ports.clock.run(10);
    ports.clock.stall(5_000);
    ports.transport.handler?.receive("n2", { ...heartbeat, round: 2 });
    await ports.clock.run(50);
    expect(ports.transport.sent.filter(({ message }) => message.type === "request-vote")).toEqual([]);
    expect(node.status()).toMatchObject({ role: "follower", leader: { id: "n2", address: "host-2" } });
    await node.close();
  });
});

describe("the order of promises to peers", () => {
  test("P10: a vote leaves the node only when term and vote are durable", async () => {
    const ports = new Ports();
    const node = await ports.open(3);
    const { transport, disk, clock } = ports;
    transport.onSend = (_, message) => {
      if (message.type === "request-vote-reply") expect(disk.hardState).toMatchObject({ term: 7, votedFor: "n2" });
    };
    const vote = { type: "request-vote", term: 7, pre: false, lastIndex: 1, lastTerm: 0 } as const;
    transport.handler?.receive("n2", vote);
    await clock.settle();
    expect(transport.sent).toEqual([]);
    await clock.run(5);
    const { incarnation } = node.status();
    const reply = { type: "request-vote-reply", term: 7, pre: false, granted: true, incarnation };
    expect(transport.sent).toEqual([{ to: "n2", message: reply }]);
    await node.close();
  });

  test("I9: followers hear of an entry before it is on the leader's disk, which then counts it", async () => {
    const ports = new Ports();
    const node = await ports.leadAlone();
    const { transport, disk, clock } = ports;
    // n2 has everything so far; from here on it is sent entries at once.
    const { term } = node.status();
    const matched = {
      type: "append-entries-reply",
      term,
      accepted: true,
      prevIndex: 1,
      hintIndex: 0,
      hintTerm: 0,
    } as const;
    const acknowledge = (): void =>
      transport.handler?.receive("n2", { ...matched, matchIndex: node.status().lastIndex });
    acknowledge();
    await clock.run(5);
    acknowledge();
    const { lastIndex } = node.status();
    transport.sent.length = 0;
    const outcome = node.propose(text("a"));
    await clock.settle();
    const appends = transport.sent.filter(({ to, message }) => to === "n2" && message.type === "append-entries");
    expect(appends).toHaveLength(1);
    expect(disk.lastIndex).toBe(lastIndex);
    acknowledge();
    await clock.during(outcome);
    expect(disk.lastIndex).toBe(lastIndex + 1);
    await node.close();
  });
});

describe("events of a node", () => {
  test("tell role, leader, commit and snapshot", async () => {
    const ports = new Ports();
    const policy: SnapshotPolicy = ({ entries }) => entries >= 6;
    const node = await ports.open(1, { snapshotPolicy: policy, trailingEntries: 0 });
    const heard: unknown[] = [];
    node.on("role", ({ role }) => heard.push(role));
    node.on("leader", ({ leader }) => heard.push(leader));
    const commits: number[] = [];
    node.on("commit", ({ index }) => commits.push(index));
    node.on("snapshot", ({ snapshot, origin }) => heard.push(`${origin} ${snapshot.index}`));
    node.on("commit", () => {
      throw new Error("a listener of no good");
    });
    await ports.clock.until(() => node.status().role === "leader", "it leads");
    for (const line of ["a", "b", "c"]) await ports.clock.during(node.propose(text(line)));
    await ports.clock.run(10);
    expect(heard).toEqual(["pre-candidate", "candidate", "leader", { id: "n1", address: "host-1" }, "taken 6"]);
    expect(commits.at(-1)).toBe(6);
    expect(node.status()).toMatchObject({ snapshotIndex: 6, firstIndex: 7, lastIndex: 6, appliedIndex: 6 });
    expect(ports.disk.base).toEqual({ index: 6, term: 1 });
    await node.close();
  });

  test("the default logger is silent, and any logger is told of a failure", async () => {
    const ports = new Ports();
    const errors: string[] = [];
    const logger: Logger = { ...silentLogger, error: (message) => errors.push(message) };
    const node = await ports.lead({ logger });
    ports.storage.fail("EIO");
    await ports.clock.during(codesOf([node.propose(text("a"))]));
    expect(errors).toEqual(["the node has stopped for good"]);
    await node.close();
  });
});
