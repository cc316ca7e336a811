import { setTimeout as wait } from "node:timers/promises";
import type { Message, Snapshot } from "@quorate/raft-core";
import { WsTransport } from "@quorate/transport-ws";
import { describe, expect, test } from "vitest";
import { SnapshotTransfer } from "../src/snapshot-transfer.ts";
import { slowLink } from "./support/slow-link.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const HEARTBEAT_MS = 20;

const membership = { voters: ["a"], outgoing: [], learners: [], addresses: { a: "" } };

interface Delays {
  readonly sent: number;
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

function delaysOf(sent: number, all: readonly number[]): Delays {
  const sorted = all.toSorted((x, y) => x - y);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  return { sent, count: sorted.length, medianMs: at(0.5), p95Ms: at(0.95), maxMs: sorted.at(-1) ?? NaN };
}

interface Wishes {
  readonly bytes: number;
  readonly bytesPerMs?: number;
  /** What a chunk may hold up; a lot, and all of them are as large as they may be. */
  readonly delayMsMax?: number;
}

/** Sends a snapshot to a node as a runtime does, and heartbeats beside it; how long those took. */
async function beside({ bytes, bytesPerMs, delayMsMax = HEARTBEAT_MS / 2 }: Wishes): Promise<Delays> {
  const listen = { host: "127.0.0.1", port: 0 };
  await using a = await WsTransport.open({ id: "a", clusterId: "delay", listen });
  await using b = await WsTransport.open({ id: "b", clusterId: "delay", listen });
  const link = bytesPerMs === undefined ? undefined : await slowLink(b.port ?? 0, bytesPerMs);
  const snapshot: Snapshot = { index: 9, term: 1, membership, sizeBytes: bytes, checksum: 0 };
  const done = Promise.withResolvers<void>();
  const sentMs: number[] = [];
  const delays: number[] = [];
  let lastRound = -1;
  const store = new Uint8Array(256 * KIB);
  const transfer = new SnapshotTransfer({
    snapshots: {
      readChunk: (_, offset, max) => Promise.resolve(store.subarray(0, Math.min(max, store.length, bytes - offset))),
      receive: () => Promise.resolve(0),
    },
    clock: { now: () => performance.now() },
    pace: { bytesMax: 256 * KIB, delayMsMax },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    send: (to, message) => a.send(to, message),
    put: () => undefined,
    stored: () => undefined,
    unreadable: () => undefined,
  });
  const send = (offsetBytes: number): void =>
    transfer.send({ type: "send-chunk", to: "b", term: 1, snapshot, offsetBytes });
  a.start({
    unreachable: () => undefined,
    receive: (_, message) => {
      if (message.type !== "install-snapshot-reply") return;
      if (message.nextOffsetBytes < bytes) send(message.nextOffsetBytes);
      else done.resolve();
    },
  });
  b.start({
    unreachable: () => undefined,
    receive: (from, message) => {
      if (message.type === "heartbeat") {
        lastRound = message.round;
        delays.push(performance.now() - (sentMs[lastRound] ?? NaN));
      }
      if (message.type !== "install-snapshot") return;
      const nextOffsetBytes = message.offsetBytes + message.data.length;
      const reply: Message = {
        ...{ type: "install-snapshot-reply", term: 1, snapshotIndex: 9, nextOffsetBytes, installed: false },
      };
      b.send(from, reply);
    },
  });
  a.setMembers([{ id: "b", address: `127.0.0.1:${link?.port ?? b.port}` }]);
  b.setMembers([{ id: "a", address: `127.0.0.1:${a.port}` }]);
  while (!(a.stats().peers["b"]?.connected && b.stats().peers["a"]?.connected)) {
    await wait(2);
  }
  const beat = (): void => {
    const round = sentMs.push(performance.now()) - 1;
    a.send("b", { type: "heartbeat", term: 1, round, commitIndex: 0 });
  };
  const heartbeats = setInterval(beat, HEARTBEAT_MS);
  send(0);
  await done.promise;
  clearInterval(heartbeats);
  // Messages keep their order: once this one is there, those before it are, or never will be.
  beat();
  const { length } = sentMs;
  while (lastRound < length - 1) await wait(2);
  link?.close();
  return delaysOf(length, delays);
}

describe("W24: a heartbeat", { timeout: 60_000 }, () => {
  test("is hardly held up by 500 MiB of snapshot on the same link", async () => {
    const delays = await beside({ bytes: 500 * MIB });
    expect(delays.count).toBeGreaterThan(5);
    expect(delays.count).toBe(delays.sent);
    expect(delays.medianMs).toBeLessThan(HEARTBEAT_MS);
    expect(delays.p95Ms).toBeLessThan(5 * HEARTBEAT_MS);
  });

  test("is hardly held up where the link is slow: chunks are as small as they have to be", async () => {
    const bytesPerMs = 1000;
    const large = await beside({ bytes: 1.5 * MIB, bytesPerMs, delayMsMax: Infinity });
    const paced = await beside({ bytes: 1.5 * MIB, bytesPerMs });
    expect(paced.count).toBe(paced.sent);
    expect(paced.p95Ms).toBeLessThan(large.p95Ms);
    expect(large.medianMs).toBeGreaterThan(60);
    expect(paced.medianMs).toBeLessThan(large.medianMs / 2);
  });
});
