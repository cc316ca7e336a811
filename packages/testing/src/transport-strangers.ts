import { check, equal } from "./check.ts";
import type { Bench, BenchNode } from "./transport-bench.ts";
import { type TransportCase, inPlace } from "./transport-case.ts";
import type { TransportMedium } from "./transport-medium.ts";
import { numbered } from "./transport-samples.ts";

const CHANGES = 24;
const BURST = 20;

/** What passes between nodes that are no members to one another, or to one of the two. */
export const strangerCases: readonly TransportCase[] = [
  {
    name: "T15 a node that is no member is heard, and answered as long as the connection that it made lives",
    run: inPlace(async (bench) => {
      const [a, b] = await startedPair(bench);
      a.knows(a);
      b.knows(a, b);
      await bench.linked(b, a);
      await bench.linked(a, b);
      b.transport.send("a", numbered(1));
      a.transport.send("b", numbered(2));
      await bench.until("both arrive", () => a.received.length > 0 && b.received.length > 0);
      equal([a.numbers, b.numbers], [[1], [2]], "what a and b received");
      await b.transport.close();
      await bench.lost(a, "b");
      const again = await bench.open("b");
      again.start();
      again.knows(a, again);
      await bench.linked(again, a);
      await bench.linked(a, again);
    }),
  },
  {
    name: "T15 a node that is no member, or none any more, is not dialled",
    run: inPlace(async (bench) => {
      const [a, b] = await startedPair(bench);
      a.knows(a);
      b.knows(b);
      await lostToEachOther(bench, a, b);
      a.knows(a, b);
      b.knows(a, b);
      await linkedBothWays(bench, a, b);
      a.knows(a);
      b.knows(b);
      await lostToEachOther(bench, a, b);
      a.transport.send("b", numbered(1));
      b.transport.send("a", numbered(2));
      await bench.settle();
      equal([...a.received, ...b.received], [], "what passed between two that are no members to each other");
    }),
  },
  {
    name: "T15 a node that is no member any more is heard and answered as before, and reached when it is one again",
    run: inPlace(async (bench) => {
      const [a, b, c] = await bench.cluster("a", "b", "c");
      a.knows(a, c);
      await bench.settle();
      await linkedBothWays(bench, a, b);
      await linkedBothWays(bench, a, c);
      a.knows(a, b, c);
      b.knows(b, c);
      await bench.settle();
      await linkedBothWays(bench, a, b);
    }),
  },
  {
    name: "T15 while members come and go, messages arrive at most once, and in their order",
    run: inPlace(comeAndGo),
  },
];

async function startedPair(bench: Bench): Promise<readonly [BenchNode, BenchNode]> {
  const pair = [await bench.open("a"), await bench.open("b")] as const;
  for (const node of pair) node.start();
  return pair;
}

async function linkedBothWays(bench: Bench, one: BenchNode, other: BenchNode): Promise<void> {
  await bench.linked(one, other);
  await bench.linked(other, one);
}

async function lostToEachOther(bench: Bench, one: BenchNode, other: BenchNode): Promise<void> {
  await bench.lost(one, other.id);
  await bench.lost(other, one.id);
}

/** In turns both know each other, only one of them does, or neither; both send all the time. */
async function comeAndGo(bench: Bench, { ordered }: TransportMedium): Promise<void> {
  const [a, b] = await bench.cluster("a", "b");
  let sent = 0;
  for (let change = 0; change < CHANGES; change += 1) {
    a.knows(...(change % 3 === 0 ? [a] : [a, b]));
    b.knows(...(change % 4 === 1 ? [b] : [a, b]));
    for (let count = 0; count < BURST; count += 1) {
      sent += 1;
      a.transport.send("b", numbered(sent));
      b.transport.send("a", numbered(sent));
      if (count % 5 === change % 5) await bench.place.pass();
    }
  }
  a.knows(a, b);
  b.knows(a, b);
  await linkedBothWays(bench, a, b);
  await bench.settle();
  for (const { id, numbers } of [a, b]) {
    check(numbers.length > 0, `nothing arrived at node ${id}`);
    equal(
      new Set(numbers).size,
      numbers.length,
      `how many of the messages that arrived at node ${id} are different ones`,
    );
    if (!ordered) continue;
    equal(
      numbers,
      numbers.toSorted((x, y) => x - y),
      `the order in which messages arrived at node ${id}`,
    );
  }
}
