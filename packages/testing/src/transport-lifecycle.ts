import { check, equal } from "./check.ts";
import { Bench } from "./transport-bench.ts";
import { type TransportCase, inPlace } from "./transport-case.ts";
import type { TransportMedium } from "./transport-medium.ts";
import { numbered, weighty } from "./transport-samples.ts";

const OPENINGS = 1000;

const needsAddresses = ({ addresses }: TransportMedium): string | undefined =>
  addresses ? undefined : "nodes have no addresses";

export const lifecycleCases: readonly TransportCase[] = [
  {
    name: "T11 a peer that was restarted is reached again, at the same address",
    run: inPlace(async (bench, { addresses }) => {
      const [a, old] = await bench.cluster("a", "b");
      await old.transport.close();
      await bench.lost(a, "b");
      const b = await bench.open("b", addresses ? { address: old.address } : {});
      b.start();
      b.knows(a, b);
      await bench.linked(a, b);
      await bench.linked(b, a);
      a.transport.send("b", numbered(1));
      await bench.until("it arrives", () => b.numbers.includes(1));
      equal(old.received, [], "what the closed transport received");
    }),
  },
  {
    name: "T11 a peer that was restarted is reached again, at a new address",
    missing: needsAddresses,
    run: inPlace(async (bench) => {
      const [a, old] = await bench.cluster("a", "b");
      await old.transport.close();
      await bench.lost(a, "b");
      const b = await bench.open("b");
      b.start();
      b.knows(a, b);
      a.knows(a, b);
      await bench.linked(a, b);
      await bench.linked(b, a);
    }),
  },
  {
    name: "T14 a changed address takes effect, while the old one still answers",
    missing: needsAddresses,
    run: inPlace(async (bench) => {
      const [a, old] = await bench.cluster("a", "b");
      const moved = await bench.open("b");
      moved.start();
      moved.knows(a, moved);
      a.knows(a, moved);
      await bench.linked(a, moved);
      a.transport.send("b", numbered(1));
      await bench.until("it arrives there", () => moved.numbers.includes(1));
      equal(old.received, [], "what arrived at the old address");
    }),
  },
  {
    name: "T16 a handler that throws harms neither the link nor the process",
    run: inPlace(async (bench) => {
      const [a, b] = await bench.cluster("a", "b");
      b.failure = new Error("thrown on purpose");
      a.failure = new Error("thrown on purpose");
      a.transport.send("b", numbered(1));
      a.transport.send("b", numbered(2));
      a.transport.send("nobody", numbered(3));
      await bench.until("both arrive", () => b.received.length === 2);
      await bench.until("a is told", () => a.unreachable.includes("nobody"));
      b.failure = undefined;
      a.failure = undefined;
      a.transport.send("b", numbered(4));
      await bench.until("the next one arrives", () => b.numbers.includes(4));
      equal(
        b.numbers.toSorted((x, y) => x - y),
        [1, 2, 4],
        "what b received",
      );
    }),
  },
  {
    name: "T17 close ends delivery before it resolves, is idempotent, and leaves the place as it was",
    run: inPlace(async (bench, { addresses }) => {
      const [a, b] = await bench.cluster("a", "b");
      for (let at = 0; at < 200; at += 1) {
        a.transport.send("b", weighty(at, 1000));
        b.transport.send("a", weighty(at, 1000));
      }
      await Promise.all([b.transport.close(), b.transport.close()]);
      const received = b.received.length;
      const told = b.unreachable.length;
      b.transport.send("a", numbered(1));
      b.knows(a);
      await bench.lost(a, "b");
      await bench.settle();
      equal(b.received.length, received, "messages to the closed transport");
      equal(b.unreachable.length, told, "reports to the closed transport");
      await b.transport.close();
      const again = await bench.open("b", addresses ? { address: b.address } : {});
      again.start();
      again.knows(a, again);
      await bench.linked(a, again);
    }),
  },
  {
    name: `T18 opening, starting and closing ${OPENINGS} times leaves nothing behind`,
    run: inPlace(async (bench) => {
      const [a] = await bench.cluster("a");
      await bench.settle();
      const before = bench.place.resources();
      for (let round = 0; round < OPENINGS; round += 1) {
        const { transport, address } = await bench.place.node("b");
        transport.start({ receive: () => undefined, unreachable: () => undefined });
        transport.setMembers([
          { id: "a", address: a.address },
          { id: "b", address },
        ]);
        transport.send("a", numbered(round));
        await transport.close();
      }
      await bench.until("what was there before is all there is", () => bench.place.resources() <= before);
    }),
  },
  {
    name: "T19 nothing is delivered before start, and all is well after it",
    run: inPlace(async (bench) => {
      const [a, b] = [await bench.open("a"), await bench.open("b")];
      a.start();
      a.knows(a, b);
      b.knows(a, b);
      await bench.lost(a, "b");
      b.transport.send("a", numbered(1));
      await bench.settle();
      equal(b.received, [], "what arrived before start");
      equal(b.unreachable, [], "what was reported before start");
      b.start();
      await bench.linked(a, b);
      await bench.linked(b, a);
    }),
  },
  {
    name: "T20 a message over the limit is dropped where it is sent, and reported; the link stays",
    missing: ({ messageBytesMax }) => (messageBytesMax === undefined ? "there is no limit" : undefined),
    run: inPlace(async (bench, { messageBytesMax = 0 }) => {
      const [a, b] = await bench.cluster("a", "b");
      a.transport.send("b", weighty(1, messageBytesMax));
      await bench.until("a is told", () => a.unreachable.includes("b"));
      a.transport.send("b", weighty(2, messageBytesMax - 512));
      await bench.until("one just under the limit arrives", () => b.received.length > 0);
      equal(b.numbers, [2], "what b received");
    }),
  },
  {
    name: "T21 a node of another cluster never reaches this one",
    missing: ({ clusters }) => (clusters ? undefined : "there are no clusters"),
    run: inPlace(async (bench) => {
      const [a, b] = await bench.cluster("a", "b");
      const stranger = await bench.open("b", { clusterId: "another" });
      stranger.start();
      stranger.knows(a, stranger);
      await bench.lost(stranger, "a");
      stranger.transport.send("a", numbered(1));
      a.knows(a, stranger);
      await bench.lost(a, "b");
      a.transport.send("b", numbered(2));
      await bench.settle();
      equal([...a.received, ...stranger.received], [], "what crossed between the clusters");
      a.knows(a, b);
      await bench.linked(a, b);
    }),
  },
  {
    name: "T22 the sender is the node whose transport it was, whatever it sent",
    run: inPlace(async (bench) => {
      const [a, b, c] = await bench.cluster("a", "b", "c");
      for (let round = 0; round < 20; round += 1) {
        a.transport.send("c", numbered(100 + round));
        b.transport.send("c", numbered(200 + round));
      }
      await bench.until("all arrive", () => c.received.length === 40);
      for (const { from, message } of c.received) {
        const number = message.type === "heartbeat" ? message.round : 0;
        equal(from, number < 200 ? "a" : "b", `the sender of message ${number}`);
      }
    }),
  },
  {
    name: "T25 two clusters side by side do not hear one another, although their nodes have the same ids",
    run: (medium) =>
      Bench.run(medium, (one) =>
        Bench.run(medium, async (other) => {
          const [a, b] = await one.cluster("a", "b");
          const [otherA, otherB] = await other.cluster("a", "b");
          a.transport.send("b", numbered(1));
          otherA.transport.send("b", numbered(2));
          await one.until("the first arrives", () => b.received.length > 0);
          await other.until("the second arrives", () => otherB.received.length > 0);
          await one.settle();
          equal([b.numbers, otherB.numbers], [[1], [2]], "what each b received");
        }),
      ),
  },
  {
    name: "T26 a broken link is reported, to those who send on it only, and for this peer only",
    run: inPlace(async (bench) => {
      const [a, b, c] = await bench.cluster("a", "b", "c");
      await bench.settle();
      const before = [a.unreachable.length, c.unreachable.length] as const;
      await b.transport.close();
      await bench.lost(a, "b");
      await bench.linked(a, c);
      check(!a.unreachable.slice(before[0]).includes("c"), "a was told that c is unreachable, which is up");
      check(!c.unreachable.slice(before[1]).includes("a"), "c was told that a is unreachable, which is up");
    }),
  },
];
