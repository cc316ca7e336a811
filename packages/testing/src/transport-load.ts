import { type Message, membershipOf, seededRandom } from "@quorate/raft-core";
import { check, equal } from "./check.ts";
import type { Bench } from "./transport-bench.ts";
import { type TransportCase, inPlace } from "./transport-case.ts";
import { Kills } from "./transport-kills.ts";
import type { TransportMedium } from "./transport-medium.ts";
import { numbered, weighty } from "./transport-samples.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const PIECE_BYTES = 64 * KIB;
const FLOOD_BYTES = 100 * MIB;
/** What a process's memory, and the network between two of them, may take up besides. */
const SLACK_BYTES = 16 * MIB;
const MESSAGES = 100_000;

/** What a transport does when there is much to carry. */
export const loadCases: readonly TransportCase[] = [
  { name: "T09 a flood to a peer that does not read takes no more memory than is declared", run: inPlace(flood) },
  { name: "T23 a snapshot's chunks do not hold up heartbeats, nor they the chunks", run: inPlace(chunksAndHeartbeats) },
  {
    name: "T27 of many random messages, through kills of either end, none arrives changed, twice, or as another's",
    run: inPlace(async (bench, medium) => {
      const kills = await Kills.begin(bench, medium, seededRandom(1));
      await kills.carry(medium.messages ?? MESSAGES);
    }),
  },
];

async function flood(bench: Bench, { queueBytesMax, floodBytes = FLOOD_BYTES }: TransportMedium): Promise<void> {
  const [a, b] = await bench.cluster("a", "b");
  const resume = bench.place.stall("b");
  const before = (await bench.place.heldBytes?.()) ?? 0;
  const count = Math.ceil(floodBytes / PIECE_BYTES);
  for (let at = 0; at < count; at += 1) {
    a.transport.send("b", weighty(at, PIECE_BYTES));
    if (at % 16 === 0) await bench.place.pass();
  }
  const held = ((await bench.place.heldBytes?.()) ?? 0) - before;
  check(held <= queueBytesMax + SLACK_BYTES, `${held} bytes are held where ${queueBytesMax} may wait`);
  await bench.until("a is told", () => a.unreachable.includes("b"));
  resume();
  await bench.linked(a, b);
  await bench.settle();
  const arrived = b.received.length * PIECE_BYTES;
  check(arrived <= queueBytesMax + SLACK_BYTES, `${arrived} bytes arrived where ${queueBytesMax} may wait`);
}

const UNDER_WAY = 4;
const HEARTBEATS = 50;
const CHUNKS_MAX = 500;

/** A transfer that goes on for as long as it takes until the heartbeats beside it have arrived. */
async function chunksAndHeartbeats(
  bench: Bench,
  { queueBytesMax, messageBytesMax = Infinity }: TransportMedium,
): Promise<void> {
  const [a, b] = await bench.cluster("a", "b");
  const bytes = Math.floor(Math.min(32 * KIB, messageBytesMax / 2, queueBytesMax / (2 * UNDER_WAY)));
  const sent = { chunks: 0, heartbeats: 0 };
  const arrived = { chunks: 0, heartbeats: 0 };
  await bench.until("heartbeats and chunks arrive beside each other", () => {
    for (const { message } of b.received.splice(0)) {
      if (message.type === "heartbeat") arrived.heartbeats += 1;
      if (message.type !== "install-snapshot") continue;
      equal(message, chunkOf(message.offsetBytes / bytes, bytes), `the chunk at ${message.offsetBytes}`);
      arrived.chunks += 1;
    }
    for (; sent.chunks < arrived.chunks + UNDER_WAY; sent.chunks += 1)
      a.transport.send("b", chunkOf(sent.chunks, bytes));
    for (; sent.heartbeats < arrived.heartbeats + UNDER_WAY; sent.heartbeats += 1) {
      a.transport.send("b", numbered(sent.heartbeats));
    }
    check(arrived.chunks < CHUNKS_MAX, `after ${CHUNKS_MAX} chunks only ${arrived.heartbeats} heartbeats have arrived`);
    return arrived.heartbeats >= HEARTBEATS && arrived.chunks >= HEARTBEATS;
  });
}

function chunkOf(at: number, bytes: number): Message {
  const membership = membershipOf([{ id: "a", address: "" }]);
  const snapshot = { index: 9, term: 1, membership, sizeBytes: 1000 * MIB, checksum: 0 };
  const data = new Uint8Array(bytes).fill(at % 251);
  return { type: "install-snapshot", term: 1, snapshot, offsetBytes: at * bytes, data };
}
