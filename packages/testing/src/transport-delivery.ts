import { check, equal } from "./check.ts";
import { type TransportCase, inPlace } from "./transport-case.ts";
import { entriesAfter, numbered, sampleMessages, weighty } from "./transport-samples.ts";

const PIECE_BYTES = 64 * 1024;

export const deliveryCases: readonly TransportCase[] = [
  {
    name: "T01 a message reaches the node that it is addressed to, and no other",
    run: inPlace(async (bench) => {
      const [a, b, c] = await bench.cluster("a", "b", "c");
      a.transport.send("b", numbered(1));
      c.transport.send("b", numbered(2));
      b.transport.send("a", numbered(3));
      await bench.until("all three arrive", () => b.received.length >= 2 && a.received.length > 0);
      await bench.settle();
      equal(
        b.numbers.toSorted((x, y) => x - y),
        [1, 2],
        "what b received",
      );
      equal(a.numbers, [3], "what a received");
      equal(c.numbers, [], "what c received");
    }),
  },
  {
    name: "T02 bytes arrive as they are: none, one, all values, many; ids need not be ASCII",
    run: inPlace(async (bench, { messageBytesMax = Infinity, queueBytesMax }) => {
      const [sender, receiver] = await bench.cluster("zwölf-節点-🗳", "b");
      const large = Uint8Array.from(
        { length: Math.floor(Math.min(messageBytesMax, queueBytesMax) / 2) },
        (_, at) => (at * 31) % 251,
      );
      const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const entries = entriesAfter(
        1,
        1,
        ...[new Uint8Array(), Uint8Array.of(0), every, large].map((data) => ["command", data] as const),
      );
      const message = { type: "append-entries", term: 1, prevIndex: 1, prevTerm: 1, entries, commitIndex: 0 } as const;
      sender.transport.send("b", message);
      await bench.until("it arrives", () => receiver.received.length > 0);
      equal(receiver.received, [{ from: "zwölf-節点-🗳", message }], "what b received");
    }),
  },
  {
    name: "T03 every type of message arrives as it was sent, with numbers up to 2^53 − 1",
    run: inPlace(async (bench) => {
      const [a, b] = await bench.cluster("a", "b");
      for (const [at, message] of sampleMessages().entries()) {
        a.transport.send("b", message);
        await bench.until(`message ${at}, ${message.type}, arrives`, () => b.received.length > at);
        equal(b.received[at], { from: "a", message }, `message ${at}`);
      }
    }),
  },
  {
    name: "T04 sender and receiver share no memory",
    missing: ({ copies }) => (copies ? undefined : "messages are handed over by reference"),
    run: inPlace(async (bench) => {
      const [a, b] = await bench.cluster("a", "b");
      const entries = entriesAfter(0, 1, ["command", Uint8Array.of(1, 2, 3)]);
      const addresses: Record<string, string> = { a: "one" };
      const membership = { voters: ["a"], outgoing: [], learners: [], addresses };
      const snapshot = { index: 1, term: 1, membership, sizeBytes: 3, checksum: 0 };
      const data = Uint8Array.of(4, 5, 6);
      a.transport.send("b", { type: "append-entries", term: 1, prevIndex: 0, prevTerm: 0, entries, commitIndex: 0 });
      a.transport.send("b", { type: "install-snapshot", term: 1, snapshot, offsetBytes: 0, data });
      // The sender may go on using all but the bytes.
      entries.push(...entriesAfter(1, 1, ["no-op", new Uint8Array()]));
      addresses["a"] = "two";
      await bench.until("both arrive", () => b.received.length === 2);
      for (const { message } of b.received) {
        if (message.type === "append-entries") {
          equal(message.entries.length, 1, "the entries that arrived");
          message.entries[0]?.data.fill(0xee);
        } else if (message.type === "install-snapshot") {
          equal(message.snapshot.membership.addresses["a"], "one", "the address that arrived");
          message.data.fill(0xee);
        }
      }
      equal(entries[0]?.data, Uint8Array.of(1, 2, 3), "the sender's entry");
      equal(data, Uint8Array.of(4, 5, 6), "the sender's data");
    }),
  },
  {
    name: "T05 sending to a node that is unknown, down or oneself does nothing but report it, and not from within send",
    run: inPlace(async (bench) => {
      const [a, b] = await bench.cluster("a", "b");
      await b.transport.close();
      for (const to of ["b", "nobody", "a"]) {
        const before = a.unreachable.length;
        a.transport.send(to, numbered(1));
        equal(a.unreachable.length, before, `reports from within send to ${to}`);
        await bench.lost(a, to);
      }
      equal(a.received, [], "what a received");
    }),
  },
  {
    name: "T06 a message arrives at most once, through restarts of the receiver",
    run: inPlace(async (bench, { addresses }) => {
      const [a, first] = await bench.cluster("a", "b");
      let b = first;
      const seen: number[] = [];
      let sent = 0;
      for (let restart = 0; restart < 4; restart += 1) {
        for (let count = 0; count < 50; count += 1) a.transport.send("b", numbered((sent += 1)));
        if (restart % 2 === 0) await bench.place.pass();
        await b.transport.close();
        seen.push(...b.numbers);
        b = await bench.open("b", addresses ? { address: b.address } : {});
        b.start();
        b.knows(a, b);
        await bench.linked(a, b);
      }
      await bench.settle();
      seen.push(...b.numbers);
      equal(new Set(seen).size, seen.length, "how many of the messages that arrived are different ones");
    }),
  },
  {
    name: "T07 messages from one node to another keep their order",
    missing: ({ ordered }) => (ordered ? undefined : "the order is not kept"),
    run: inPlace(async (bench) => {
      const [a, b] = await bench.cluster("a", "b");
      const sent = Array.from({ length: 500 }, (_, at) => at);
      for (const at of sent) {
        a.transport.send("b", at % 3 === 0 ? numbered(at) : weighty(at, (at * 7919) % 20_000));
        if (at % 50 === 0) await bench.place.pass();
      }
      await bench.until("all arrive", () => b.received.length >= sent.length);
      equal(b.numbers, sent, "the order in which they arrived");
    }),
  },
  {
    name: "T08 what waits for a peer that does not read is bounded, reported, and goes as declared",
    run: inPlace(async (bench, { queueBytesMax, overflow, ordered }) => {
      const [a, b] = await bench.cluster("a", "b");
      const resume = bench.place.stall("b");
      // What a network takes in on its way comes on top of what the transport keeps; it is less than another queue.
      const count = Math.ceil((3 * queueBytesMax) / PIECE_BYTES);
      for (let at = 0; at < count; at += 1) a.transport.send("b", weighty(at, PIECE_BYTES));
      await bench.until("a is told", () => a.unreachable.includes("b"));
      resume();
      const kept = overflow === "drops-oldest" ? count - 1 : 0;
      await bench.until(`message ${kept} arrives`, () => b.numbers.includes(kept));
      await bench.settle();
      check(b.received.length < count, `all ${count} messages arrived, although three queues full were sent`);
      if (ordered)
        equal(
          b.numbers,
          b.numbers.toSorted((x, y) => x - y),
          "the order in which they arrived",
        );
    }),
  },
  {
    name: "T08 what waits for a peer that is down is bounded",
    run: inPlace(async (bench, { deadQueueBytesMax, addresses }) => {
      const [a, old] = await bench.cluster("a", "b");
      await old.transport.close();
      await bench.lost(a, "b");
      const bytes = 1024;
      const count = Math.ceil((2 * deadQueueBytesMax) / bytes) + 100;
      for (let at = 0; at < count; at += 1) a.transport.send("b", weighty(at, bytes));
      const b = await bench.open("b", addresses ? { address: old.address } : {});
      b.start();
      b.knows(a, b);
      await bench.linked(a, b);
      await bench.settle();
      const kept = Math.floor(deadQueueBytesMax / bytes);
      check(b.received.length <= kept, `${b.received.length} messages were kept for a dead peer, more than ${kept}`);
    }),
  },
  {
    name: "T10 a peer that does not read delays nobody else",
    run: inPlace(async (bench, { queueBytesMax }) => {
      const [a, b, c] = await bench.cluster("a", "b", "c");
      const resume = bench.place.stall("b");
      for (let at = 0; at * PIECE_BYTES < queueBytesMax; at += 1) a.transport.send("b", weighty(at, PIECE_BYTES));
      for (let at = 0; at < 100; at += 1) a.transport.send("c", numbered(at));
      await bench.until("all of c's messages arrive", () => c.received.length === 100);
      const early = b.received.length;
      resume();
      await bench.until("b's messages arrive", () => b.received.length > early);
    }),
  },
  {
    name: "T12 nodes that begin at the same time reach one another, in both directions",
    run: inPlace(async (bench) => {
      const nodes = [await bench.open("a"), await bench.open("b"), await bench.open("c")] as const;
      for (const node of nodes) node.start();
      for (const node of nodes) node.knows(...nodes);
      for (const from of nodes) for (const to of nodes) if (from !== to) await bench.linked(from, to);
    }),
  },
];
