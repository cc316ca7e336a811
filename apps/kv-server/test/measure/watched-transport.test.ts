import type { Message, NodeId, Snapshot, Transport, TransportHandler } from "@quorate/raft-core";
import { membershipOf } from "@quorate/raft-core";
import type { SnapshotTransferReport } from "@quorate/dashboard/report";
import { expect, test } from "vitest";
import { WatchedTransport } from "../../src/measure/watched-transport.ts";

/** Delivers what the test says, and remembers what was sent. */
class FakeTransport implements Transport {
  readonly sent: (readonly [NodeId, Message["type"]])[] = [];
  #handler: TransportHandler | undefined;

  start(handler: TransportHandler): void {
    this.#handler = handler;
  }

  deliver(from: NodeId, message: Message): void {
    this.#handler?.receive(from, message);
  }

  setMembers(): void {
    // Nobody is dialled.
  }

  send(to: NodeId, { type }: Message): void {
    this.sent.push([to, type]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const snapshot: Snapshot = { index: 7, term: 2, membership: membershipOf([]), sizeBytes: 10, checksum: 1 };

function chunk(offsetBytes: number, length: number): Message {
  return { type: "install-snapshot", term: 2, snapshot, offsetBytes, data: new Uint8Array(length) };
}

function watched(): { inner: FakeTransport; transport: WatchedTransport; told: string[]; received: string[] } {
  const inner = new FakeTransport();
  const told: string[] = [];
  const received: string[] = [];
  const words = ({ direction, peer, index, totalBytes }: SnapshotTransferReport): string =>
    `${direction} ${peer}: ${index}, ${totalBytes}`;
  const transport = new WatchedTransport(inner, {
    transferBegun: (transfer) => void told.push(`begun ${words(transfer)}`),
    transferEnded: (transfer) => void told.push(`ended ${words(transfer)}`),
    leadOffered: (to, term) => void told.push(`offered ${to} in ${term}`),
  });
  const receive = (from: NodeId, message: Message): void => void received.push(`${from} ${message.type}`);
  transport.start({ receive, unreachable: () => undefined });
  return { inner, transport, told, received };
}

test("a snapshot that is sent has begun with its first chunk, and ended when it is installed", () => {
  const { inner, transport, told, received } = watched();
  transport.send("n2", chunk(0, 4));
  transport.send("n2", chunk(4, 4));
  const way = { direction: "to", peer: "n2", index: 7, totalBytes: 10 };
  expect(transport.transfers).toEqual([{ ...way, bytes: 8 }]);
  const reply = { type: "install-snapshot-reply", term: 2, snapshotIndex: 7, nextOffsetBytes: 10 } as const;
  inner.deliver("n2", { ...reply, installed: false });
  expect(transport.transfers).toHaveLength(1);
  inner.deliver("n2", { ...reply, installed: true });
  inner.deliver("n2", { ...reply, installed: true });
  expect(transport.transfers).toEqual([]);
  expect(told).toEqual(["begun to n2: 7, 10", "ended to n2: 7, 10"]);
  expect(inner.sent).toHaveLength(2);
  expect(received).toHaveLength(3);
});

test("a snapshot that is received ends when this node has installed it", () => {
  const { inner, transport, told } = watched();
  inner.deliver("n1", chunk(0, 4));
  expect(transport.transfers).toEqual([{ direction: "from", peer: "n1", index: 7, bytes: 4, totalBytes: 10 }]);
  transport.installed();
  expect([transport.transfers, told]).toEqual([[], ["begun from n1: 7, 10", "ended from n1: 7, 10"]]);
});

test("who was heard is known until they are no members any more; an offered lead is told of", () => {
  const { inner, transport, told } = watched();
  const heartbeat = { type: "heartbeat", term: 2, round: 1, commitIndex: 0 } as const;
  inner.deliver("n2", heartbeat);
  expect(transport.heardMs("n2")).toBeUndefined();
  transport.setMembers([{ id: "n2", address: "h:0" }]);
  inner.deliver("n2", heartbeat);
  expect(performance.now() - (transport.heardMs("n2") ?? 0)).toBeLessThan(10_000);
  transport.setMembers([{ id: "n2", address: "h:1" }]);
  expect(transport.heardMs("n2")).toBeDefined();
  transport.setMembers([]);
  expect(transport.heardMs("n2")).toBeUndefined();
  transport.send("n2", { type: "timeout-now", term: 2 });
  expect(told).toEqual(["offered n2 in 2"]);
});
