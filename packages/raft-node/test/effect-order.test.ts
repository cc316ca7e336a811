import { type Effect, Entry, type Message, type Save, type Snapshot } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { EffectOrder } from "../src/effect-order.ts";
import { microtasks } from "./support/virtual-clock.ts";

const snapshot: Snapshot = {
  index: 9,
  term: 2,
  membership: { voters: ["n1"], outgoing: [], learners: [], addresses: { n1: "" } },
  sizeBytes: 0,
  checksum: 0,
};

function send(to: string): Effect {
  const message: Message = { type: "heartbeat-reply", term: 1, round: 1, matchIndex: 0 };
  return { type: "send", to, message };
}

function save(seq: number): Save {
  return { type: "save", seq, hardState: undefined, entries: [] };
}

function apply(index: number): Effect {
  return { type: "apply", entries: [new Entry(index, 1, "no-op", new Uint8Array())] };
}

const compact: Effect = { type: "compact", index: 3, term: 1 };
const install: Effect = { type: "install-snapshot", snapshot };

/** Notes what is started; saves end when the test says so. */
function recorder(): {
  readonly order: EffectOrder;
  readonly log: string[];
  readonly durable: (seq: number) => Promise<void>;
  readonly reject: (seq: number, error: Error) => Promise<void>;
} {
  const log: string[] = [];
  const saves = new Map<number, PromiseWithResolvers<void>>();
  const nameOf = (effect: Effect): string => {
    if (effect.type === "send") return `send ${effect.to}`;
    if (effect.type === "apply") return `apply ${effect.entries[0]?.index}`;
    if (effect.type === "role") return `role ${effect.term}`;
    return effect.type;
  };
  const order = new EffectOrder({
    save: (effect) => {
      log.push(`save ${effect.seq}`);
      const write = Promise.withResolvers<void>();
      saves.set(effect.seq, write);
      return write.promise;
    },
    saved: (seq) => log.push(`saved ${seq}`),
    start: (effect) => log.push(nameOf(effect)),
    fail: (error) => log.push(`fail ${error instanceof Error ? error.message : ""}`),
  });
  return {
    order,
    log,
    durable: async (seq) => {
      saves.get(seq)?.resolve();
      await microtasks();
    },
    reject: async (seq, error) => {
      saves.get(seq)?.reject(error);
      await microtasks();
    },
  };
}

function roleOf(term: number): Effect {
  return { type: "role", role: "follower", term, leader: undefined };
}

describe("the order of effects", () => {
  test("P10: what stands behind a save starts only when that is durable, what stands before it at once", async () => {
    const { order, log, durable } = recorder();
    order.perform([send("a"), send("b"), save(1), send("c"), roleOf(1)]);
    expect(log).toEqual(["send a", "send b", "save 1"]);
    await durable(1);
    expect(log).toEqual(["send a", "send b", "save 1", "saved 1", "send c", "role 1"]);
  });

  test("a save waits for the save before it in its list", async () => {
    const { order, log, durable } = recorder();
    order.perform([save(1), send("a"), save(2), send("b")]);
    expect(log).toEqual(["save 1"]);
    await durable(1);
    expect(log).toEqual(["save 1", "saved 1", "send a", "save 2"]);
    await durable(2);
    expect(log.slice(4)).toEqual(["saved 2", "send b"]);
  });

  test("a later list does not wait for the saves of an earlier one", async () => {
    const { order, log, durable } = recorder();
    order.perform([send("a1"), save(1), send("a2")]);
    order.perform([send("b1"), save(2), send("b2")]);
    expect(log).toEqual(["send a1", "save 1", "send b1", "save 2"]);
    await durable(1);
    await durable(2);
    expect(log.slice(4)).toEqual(["saved 1", "send a2", "saved 2", "send b2"]);
  });

  test("writes reach the storage in the order of the lists, also where one waits for its own save", async () => {
    const { order, log, durable } = recorder();
    order.perform([save(1), compact]);
    order.perform([send("b1"), save(2)]);
    order.perform([send("c1"), install]);
    expect(log).toEqual(["save 1", "send b1", "send c1"]);
    await durable(1);
    expect(log.slice(3)).toEqual(["saved 1", "compact", "save 2", "install-snapshot"]);
  });

  test("apply and install-snapshot reach the state machine in order", async () => {
    const { order, log, durable } = recorder();
    order.perform([save(1), apply(5)]);
    order.perform([apply(6), send("b1")]);
    expect(log).toEqual(["save 1"]);
    await durable(1);
    expect(log).toEqual(["save 1", "saved 1", "apply 5", "apply 6", "send b1"]);
  });

  test("a role is not overtaken by an earlier one", async () => {
    const { order, log, durable } = recorder();
    order.perform([save(1), roleOf(1)]);
    order.perform([roleOf(2)]);
    order.perform([send("c1")]);
    expect(log).toEqual(["save 1", "send c1"]);
    await durable(1);
    expect(log.slice(2)).toEqual(["saved 1", "role 1", "role 2"]);
  });

  test("a rejected save is told, and nothing behind it starts", async () => {
    const { order, log, reject } = recorder();
    order.perform([save(1), send("a")]);
    await reject(1, new Error("disk gone"));
    expect(log).toEqual(["save 1", "fail disk gone"]);
  });

  test("once stopped nothing starts, not even behind a save that becomes durable later", async () => {
    const { order, log, durable } = recorder();
    order.perform([save(1), send("a")]);
    order.stop();
    await durable(1);
    order.perform([send("b")]);
    expect(log).toEqual(["save 1"]);
  });
});
