import type { Message } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { Scheduler, streamsOf } from "@quorate/virtual-time";
import type { LinkTraits } from "../../src/network/link.ts";
import { SimulatedNetwork } from "../../src/network/simulated-network.ts";
import { Incarnation } from "../../src/process/incarnation.ts";

const PERFECT: LinkTraits = {
  delayMsMin: 1,
  delayMsMean: 0,
  dropRate: 0,
  duplicateRate: 0,
  duplicateDelayMsMax: 100,
  ordered: true,
};

function heartbeat(round: number): Message {
  return { type: "heartbeat", term: 1, round, commitIndex: 0 };
}

function setup(traits: Partial<LinkTraits> = {}) {
  const scheduler = new Scheduler();
  const lost: string[] = [];
  const network = new SimulatedNetwork({
    scheduler,
    dice: streamsOf(1n)("network"),
    traits: { ...PERFECT, ...traits },
    ids: ["a", "b"],
    observer: {
      sent: () => undefined,
      delivered: () => undefined,
      lost: (_from, _to, _message, reason) => lost.push(reason),
      threw: (_node, error) => {
        throw error;
      },
    },
  });
  const open = (id: string, number: number) => {
    const incarnation = new Incarnation(scheduler, number, 1);
    const transport = network.transport(id, incarnation);
    const heard: number[] = [];
    const unreachable: string[] = [];
    transport.start({
      receive: (_from, message) => heard.push(message.type === "heartbeat" ? message.round : -1),
      unreachable: (peer) => unreachable.push(peer),
    });
    transport.setMembers([
      { id: "a", address: "" },
      { id: "b", address: "" },
    ]);
    return { incarnation, transport, heard, unreachable };
  };
  const run = (untilMs = Infinity): void => {
    if (untilMs < Infinity) scheduler.after(untilMs - scheduler.nowMs, "check", 0, () => undefined);
    for (let event = scheduler.next(); event !== undefined; event = scheduler.next()) {
      event.action();
      if (event.kind === "check") return;
    }
  };
  return { network, scheduler, lost, run, a: open("a", 1), b: open("b", 2) };
}

function rounds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}

describe("SimulatedNetwork", () => {
  test("T07: an ordered link delivers what is sent in order, once, and later", () => {
    const { a, b, run, scheduler } = setup({ delayMsMean: 20 });
    for (const round of rounds(50)) a.transport.send("b", heartbeat(round));
    expect(b.heard).toEqual([]);
    run();
    expect(b.heard).toEqual(rounds(50));
    expect(scheduler.nowMs).toBeGreaterThanOrEqual(1);
  });

  test("T07: the order is kept to the last bit: what is held back arrives behind what holds it back", () => {
    const { a, b, run, scheduler } = setup({ delayMsMean: 20 });
    for (const round of rounds(5000)) {
      scheduler.after(round * 0.7, "client", 1, () => a.transport.send("b", heartbeat(round)));
    }
    run();
    expect(b.heard).toEqual(rounds(5000));
  });

  test("loss, copies and delays lose, repeat and reorder", () => {
    const { a, b, run, lost } = setup({ delayMsMean: 20, dropRate: 0.2, duplicateRate: 0.2, ordered: false });
    for (const round of rounds(200)) a.transport.send("b", heartbeat(round));
    run();
    expect(lost.length).toBeGreaterThan(10);
    expect(b.heard.length).toBeGreaterThan(new Set(b.heard).size);
    expect(b.heard).not.toEqual(b.heard.toSorted((x, y) => x - y));
  });

  test("a cut works in one direction, and takes what is under way", () => {
    const { a, b, network, run, lost } = setup();
    a.transport.send("b", heartbeat(1));
    network.link("a", "b").cuts += 1;
    a.transport.send("b", heartbeat(2));
    b.transport.send("a", heartbeat(3));
    run();
    expect(b.heard).toEqual([]);
    expect(a.heard).toEqual([3]);
    expect(lost).toEqual(["cut", "cut"]);
  });

  test("a clogged link delivers everything at once, later", () => {
    const { a, b, network, run } = setup();
    network.link("a", "b").cloggedUntilMs = 100;
    for (const round of rounds(5)) a.transport.send("b", heartbeat(round));
    run(99);
    expect(b.heard).toEqual([]);
    run(101);
    expect(b.heard).toEqual(rounds(5));
  });

  test("a clog that is healed takes what is stuck with it: what follows does not wait", () => {
    const { a, b, network, run, lost } = setup();
    network.link("a", "b").cloggedUntilMs = 1000;
    a.transport.send("b", heartbeat(1));
    network.heal();
    a.transport.send("b", heartbeat(2));
    run(100);
    expect(b.heard).toEqual([2]);
    run();
    expect(b.heard).toEqual([2]);
    expect(lost).toEqual(["broken"]);
  });

  test("a broken connection loses its queue and tells both ends", () => {
    const { a, b, network, run, lost } = setup();
    a.transport.send("b", heartbeat(1));
    network.breakConnection("a", "b");
    a.transport.send("b", heartbeat(2));
    run();
    expect(b.heard).toEqual([2]);
    expect(lost).toEqual(["broken"]);
    expect([a.unreachable, b.unreachable]).toEqual([["b"], ["a"]]);
  });

  test("T05: a dead process is not reached, and its sender is told", () => {
    const { a, b, run, lost } = setup();
    b.incarnation.kill();
    a.transport.send("b", heartbeat(1));
    run();
    expect(lost).toEqual(["down"]);
    expect(a.unreachable).toEqual(["b"]);
  });

  test("a dead process sends nothing", () => {
    const { a, b, run } = setup();
    a.incarnation.kill();
    a.transport.send("b", heartbeat(1));
    run();
    expect(b.heard).toEqual([]);
  });

  test("T17: after close nothing is delivered", async () => {
    const { a, b, run } = setup();
    a.transport.send("b", heartbeat(1));
    await b.transport.close();
    run();
    expect(b.heard).toEqual([]);
  });
});
