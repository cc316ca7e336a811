import { Entry, type Message, type NodeId, seededRandom } from "@quorate/raft-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Drop, MemoryNetwork, type MemoryNetworkOptions, type MemoryTransport } from "../src/index.ts";
import { ManualClock } from "./manual-clock.ts";

type Options = Partial<MemoryNetworkOptions>;

const NODES = ["a", "b", "c"];

const heartbeat = (round: number): Message => ({ type: "heartbeat", term: 1, round, commitIndex: 0 });

const roundsOf = (messages: readonly (readonly [NodeId, Message])[]): number[] =>
  messages.map(([, message]) => (message.type === "heartbeat" ? message.round : -1));

class Bench {
  readonly clock = new ManualClock();
  readonly network: MemoryNetwork;
  readonly received: Record<NodeId, [NodeId, Message][]> = {};
  readonly unreachable: [NodeId, NodeId][] = [];
  readonly drops: Drop[] = [];
  readonly #transports = new Map<NodeId, MemoryTransport>();

  constructor(options: Options = {}, seed = 1) {
    this.network = new MemoryNetwork({ clock: this.clock, random: seededRandom(seed), ...options });
    this.network.on("drop", (drop) => this.drops.push(drop));
    for (const id of NODES) this.start(id);
  }

  start(id: NodeId): MemoryTransport {
    const transport = this.network.transport(id);
    const received: [NodeId, Message][] = (this.received[id] = []);
    transport.start({
      receive: (from, message) => received.push([from, message]),
      unreachable: (peer) => this.unreachable.push([id, peer]),
    });
    transport.setMembers(NODES.map((node) => ({ id: node, address: node })));
    this.#transports.set(id, transport);
    return transport;
  }

  node(id: NodeId): MemoryTransport {
    const transport = this.#transports.get(id);
    if (!transport) throw new Error(`no node ${id}`);
    return transport;
  }

  send(from: NodeId, to: NodeId, ...rounds: number[]): void {
    for (const round of rounds) this.node(from).send(to, heartbeat(round));
  }

  rounds(id: NodeId): number[] {
    return roundsOf(this.received[id] ?? []);
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe("delay, loss, duplicates, order", () => {
  test("a perfect link delivers everything, in order, after the turn", () => {
    const bench = new Bench();
    bench.send("a", "b", 1, 2, 3);
    expect(bench.rounds("b")).toEqual([]);
    bench.clock.turn();
    expect(bench.rounds("b")).toEqual([1, 2, 3]);
    expect(bench.rounds("c")).toEqual([]);
  });

  test("every delay lies within its bounds, and differs", () => {
    const bench = new Bench({ delayMinMs: 10, delayMaxMs: 20, ordered: false });
    const delays: number[] = [];
    bench.network.on("deliver", (flight) => delays.push(bench.clock.now() - flight.sentMs));
    bench.send("a", "b", ...upTo(200));
    bench.clock.advance(9.999);
    expect(delays).toEqual([]);
    bench.clock.advance(10.002);
    expect(delays).toHaveLength(200);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...delays)).toBeLessThanOrEqual(20);
    expect(new Set(delays).size).toBeGreaterThan(150);
  });

  test("T07: an ordered link keeps the order whatever the delays, and whatever the clock does with equal times", () => {
    const bench = new Bench({ delayMinMs: 0, delayMaxMs: 50 });
    for (const round of upTo(100)) {
      bench.send("a", "b", round);
      if (round % 10 === 0) bench.clock.advance(3);
    }
    bench.clock.advance(1000);
    expect(bench.rounds("b")).toEqual(upTo(100));
  });

  test("an unordered link reorders and loses nothing", () => {
    const bench = new Bench({ delayMinMs: 0, delayMaxMs: 50, ordered: false });
    bench.send("a", "b", ...upTo(100));
    bench.clock.advance(1000);
    expect(bench.rounds("b")).not.toEqual(upTo(100));
    expect(bench.rounds("b").toSorted((x, y) => x - y)).toEqual(upTo(100));
  });

  test("the drop rate is kept, and losses are silent", () => {
    const bench = new Bench({ dropRate: 0.25 });
    bench.send("a", "b", ...upTo(4000));
    bench.clock.turn();
    expect(bench.rounds("b").length).toBeGreaterThan(2800);
    expect(bench.rounds("b").length).toBeLessThan(3200);
    expect(bench.rounds("b").length + bench.drops.length).toBe(4000);
    expect(bench.unreachable).toEqual([]);
  });

  test("the duplicate rate is kept, and a copy takes a time of its own", () => {
    const bench = new Bench({ duplicateRate: 0.5, delayMinMs: 1, delayMaxMs: 100, ordered: false });
    const copies: number[] = [];
    bench.network.on("send", (flight) => flight.duplicate && copies.push(flight.dueMs));
    bench.send("a", "b", ...upTo(1000));
    bench.clock.advance(100);
    expect(bench.rounds("b").length).toBe(1000 + copies.length);
    expect(copies.length).toBeGreaterThan(430);
    expect(copies.length).toBeLessThan(570);
    expect(new Set(copies).size).toBeGreaterThan(400);
  });

  test("a link's own conditions are its own, in one direction", () => {
    const bench = new Bench();
    bench.network.setLink("a", "b", { dropRate: 1 });
    bench.send("a", "b", 1);
    bench.send("b", "a", 2);
    bench.send("a", "c", 3);
    bench.clock.turn();
    expect([bench.rounds("a"), bench.rounds("b"), bench.rounds("c")]).toEqual([[2], [], [3]]);
    bench.network.setLinks({ dropRate: 0 });
    bench.send("a", "b", 4);
    bench.clock.turn();
    expect(bench.rounds("b")).toEqual([4]);
  });

  test("conditions out of range are refused by name", () => {
    const bench = new Bench();
    expect(() => bench.network.setLinks({ dropRate: 1.5 })).toThrow(/dropRate is 1.5/);
    expect(() => bench.network.setLinks({ delayMinMs: 3 })).toThrow(/delayMinMs is 3, above delayMaxMs/);
    expect(() => bench.network.setLinks({ delayMaxMs: Number.NaN })).toThrow(/delayMaxMs is NaN/);
    expect(() => bench.network.transport("")).toThrow(/id is empty/);
  });
});

describe("cuts", () => {
  test("a cut is one-way, and silent", () => {
    const bench = new Bench();
    bench.network.cut("a", "b");
    bench.send("a", "b", 1);
    bench.send("b", "a", 2);
    bench.clock.turn();
    expect([bench.rounds("a"), bench.rounds("b")]).toEqual([[2], []]);
    expect(bench.unreachable).toEqual([]);
    expect(bench.drops.map((drop) => drop.reason)).toEqual(["cut"]);
  });

  test("a cut loses what is under way, and heal brings nothing back", () => {
    const bench = new Bench({ delayMinMs: 10, delayMaxMs: 10 });
    bench.send("a", "b", 1);
    bench.network.cut("a", "b");
    bench.clock.advance(20);
    bench.network.heal();
    bench.send("a", "b", 2);
    bench.clock.advance(20);
    expect(bench.rounds("b")).toEqual([2]);
  });

  test("a partition parts the groups; nodes that it does not name stay together", () => {
    const bench = new Bench();
    bench.network.partition([["a"]]);
    bench.send("a", "b", 1);
    bench.send("b", "a", 2);
    bench.send("b", "c", 3);
    bench.network.partition([["a", "b"], ["c"]]);
    bench.send("a", "b", 4);
    bench.clock.turn();
    expect([bench.rounds("a"), bench.rounds("b"), bench.rounds("c")]).toEqual([[], [4], []]);
    expect(() => bench.network.partition([["a"], ["a"]])).toThrow(/node "a" twice/);
  });

  test("an isolated node hears nothing and is not heard", () => {
    const bench = new Bench();
    bench.network.isolate("b");
    bench.send("a", "b", 1);
    bench.send("b", "c", 2);
    bench.send("a", "c", 3);
    bench.clock.turn();
    expect([bench.rounds("b"), bench.rounds("c")]).toEqual([[], [3]]);
    expect(bench.network.isCut("b", "a")).toBe(true);
    bench.network.heal();
    expect(bench.network.isCut("b", "a")).toBe(false);
  });
});

describe("nodes come and go", () => {
  test("what was sent to a node that has been restarted since is dropped, and reported", () => {
    const bench = new Bench({ delayMinMs: 10, delayMaxMs: 10 });
    bench.send("a", "b", 1);
    const old = bench.node("b");
    const oldReceived = bench.received["b"];
    bench.start("b");
    bench.send("a", "b", 2);
    bench.clock.advance(20);
    expect(bench.rounds("b")).toEqual([2]);
    expect(oldReceived).toEqual([]);
    expect(old.isUp).toBe(false);
    expect(bench.unreachable).toEqual([["a", "b"]]);
  });

  test("T08: a link holds no more than its limit, and reports what it drops", () => {
    const bench = new Bench({ delayMinMs: 10, delayMaxMs: 10, linkBytesMax: 64 * 5 });
    bench.send("a", "b", ...upTo(8));
    bench.clock.advance(20);
    expect(bench.rounds("b")).toEqual([0, 1, 2, 3, 4]);
    expect(bench.drops.map((drop) => drop.reason)).toEqual(["overflow", "overflow", "overflow"]);
    expect(bench.unreachable).toEqual([["a", "b"]]);
    bench.send("a", "b", 9);
    bench.clock.advance(20);
    expect(bench.rounds("b")).toEqual([0, 1, 2, 3, 4, 9]);
  });

  test("§6: messages go both ways while one of the two has the other among its members", () => {
    const bench = new Bench();
    bench.node("b").setMembers([]);
    bench.send("a", "b", 1);
    bench.send("b", "a", 2);
    bench.clock.turn();
    expect([bench.rounds("b"), bench.rounds("a")]).toEqual([[1], [2]]);
    expect(bench.drops).toEqual([]);
    bench.node("a").setMembers([]);
    bench.send("a", "b", 3);
    bench.send("b", "a", 4);
    bench.clock.turn();
    expect([bench.rounds("b"), bench.rounds("a")]).toEqual([[1], [2]]);
    expect(bench.drops.map((drop) => drop.reason)).toEqual(["stranger", "stranger"]);
    const reported = bench.unreachable.map(([node, peer]) => `${node} cannot reach ${peer}`);
    expect(new Set(reported)).toEqual(new Set(["a cannot reach b", "b cannot reach a"]));
  });
});

describe("what is handed over", () => {
  const command = new Entry(1, 1, "command", new Uint8Array([1, 2, 3]));
  const append: Message = {
    type: "append-entries",
    term: 1,
    prevIndex: 0,
    prevTerm: 0,
    entries: [command],
    commitIndex: 0,
  };

  test("by reference, or with `copy` as a message that shares nothing", () => {
    for (const copy of [false, true]) {
      const bench = new Bench({ copy });
      bench.node("a").send("b", append);
      bench.clock.turn();
      const message = bench.received["b"]?.[0]?.[1];
      expect(message === append).toBe(!copy);
      expect(message?.type === "append-entries" && message.entries[0] === command).toBe(!copy);
      expect(message).toEqual(append);
    }
  });

  test("observers see each message leave and arrive; one that throws is logged and harms nobody", () => {
    const seen: string[] = [];
    const errors: string[] = [];
    const nothing = (): void => undefined;
    const logger = { debug: nothing, info: nothing, warn: nothing, error: (text: string) => void errors.push(text) };
    const bench = new Bench({ logger });
    bench.network.on("send", () => {
      throw new Error("a bad listener");
    });
    const stop = bench.network.on("send", (flight) => seen.push(`${flight.id} leaves ${flight.from}`));
    bench.network.on("deliver", (flight) => seen.push(`${flight.id} reaches ${flight.to}`));
    bench.send("a", "b", 1);
    bench.clock.turn();
    stop();
    bench.send("a", "c", 2);
    bench.clock.turn();
    expect(seen).toEqual(["1 leaves a", "1 reaches b", "2 reaches c"]);
    expect(errors).toEqual(['a listener for "send" threw', 'a listener for "send" threw']);
  });
});

test("the same seed and the same calls give the same history, whatever the conditions", () => {
  const actions = fc.array(
    fc.oneof(
      fc.record({ type: fc.constant("send" as const), from: fc.constantFrom(...NODES), to: fc.constantFrom(...NODES) }),
      fc.record({ type: fc.constant("cut" as const), from: fc.constantFrom(...NODES), to: fc.constantFrom(...NODES) }),
      fc.record({ type: fc.constant("heal" as const) }),
      fc.record({ type: fc.constant("restart" as const), from: fc.constantFrom(...NODES) }),
      fc.record({ type: fc.constant("advance" as const), byMs: fc.integer({ min: 0, max: 50 }) }),
    ),
    { maxLength: 60 },
  );
  const conditions = fc.record({
    delayMaxMs: fc.integer({ min: 0, max: 40 }),
    dropRate: fc.double({ min: 0, max: 1, noNaN: true }),
    duplicateRate: fc.double({ min: 0, max: 1, noNaN: true }),
    ordered: fc.boolean(),
  });
  fc.assert(
    fc.property(actions, conditions, fc.integer(), (steps, given, seed) => {
      const run = (): string[] => {
        const bench = new Bench(given, seed);
        const history: string[] = [];
        const open = new Set<number>();
        for (const name of ["send", "deliver", "drop"] as const) {
          bench.network.on(name, (flight) => {
            if (name === "send") open.add(flight.id);
            else if (name === "deliver") expect(open.delete(flight.id)).toBe(true);
            else open.delete(flight.id);
            history.push(`${bench.clock.now()} ${name} ${flight.id} ${flight.from}>${flight.to}`);
          });
        }
        for (const [at, step] of steps.entries()) {
          if (step.type === "send") bench.send(step.from, step.to, at);
          else if (step.type === "cut") bench.network.cut(step.from, step.to);
          else if (step.type === "heal") bench.network.heal();
          else if (step.type === "restart") bench.start(step.from);
          else bench.clock.advance(step.byMs);
        }
        bench.clock.advance(10_000);
        expect(open.size).toBe(0);
        return history;
      };
      expect(run()).toEqual(run());
    }),
    { numRuns: 200, seed: 7 },
  );
});
