import { type Input, type Message, RaftError, type Snapshot } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { SnapshotTransfer } from "../src/snapshot-transfer.ts";
import { RecordingLogger } from "./support/recording-logger.ts";
import { microtasks } from "./support/virtual-clock.ts";

const membership = { voters: ["n1"], outgoing: [], learners: [], addresses: { n1: "" } };
const snapshot: Snapshot = { index: 9, term: 2, membership, sizeBytes: 10, checksum: 0 };

interface Call {
  readonly what: string;
  readonly answer: PromiseWithResolvers<Uint8Array | undefined>;
  readonly next: PromiseWithResolvers<number>;
}

/** A store that answers when the test says so. */
function rig(): {
  readonly transfer: SnapshotTransfer;
  readonly calls: Call[];
  readonly sent: { readonly to: string; readonly message: Message }[];
  readonly inputs: Input[];
  readonly stored: number[];
  readonly unreadable: number[];
  readonly logger: RecordingLogger;
  readonly send: (to: string, offsetBytes: number, term?: number) => void;
  readonly receive: (offsetBytes: number) => void;
} {
  const calls: Call[] = [];
  const call = (what: string): Call => {
    const made: Call = { what, answer: Promise.withResolvers(), next: Promise.withResolvers() };
    calls.push(made);
    return made;
  };
  const sent: { readonly to: string; readonly message: Message }[] = [];
  const inputs: Input[] = [];
  const stored: number[] = [];
  const unreadable: number[] = [];
  const logger = new RecordingLogger();
  const transfer = new SnapshotTransfer({
    snapshots: {
      readChunk: (_, offsetBytes, maxBytes) => call(`read ${offsetBytes} +${maxBytes}`).answer.promise,
      receive: (_, offsetBytes) => call(`receive ${offsetBytes}`).next.promise,
    },
    clock: { now: () => 0 },
    pace: { bytesMax: 4, delayMsMax: 25 },
    logger,
    send: (to, message) => sent.push({ to, message }),
    put: (input) => inputs.push(input),
    stored: ({ index }) => stored.push(index),
    unreadable: (index) => unreadable.push(index),
  });
  return {
    transfer,
    calls,
    sent,
    inputs,
    stored,
    unreadable,
    logger,
    send: (to, offsetBytes, term = 5) => transfer.send({ type: "send-chunk", to, term, snapshot, offsetBytes }),
    receive: (offsetBytes) =>
      transfer.receive({ type: "receive-chunk", from: "n2", snapshot, offsetBytes, data: new Uint8Array(4) }),
  };
}

describe("sending", () => {
  test("a chunk is read and sent in the term of the effect", async () => {
    const { calls, sent, send } = rig();
    send("n2", 4);
    expect(calls.map(({ what }) => what)).toEqual(["read 4 +4"]);
    const data = new Uint8Array([1, 2, 3, 4]);
    calls[0]?.answer.resolve(data);
    await microtasks();
    const message = { type: "install-snapshot", term: 5, snapshot, offsetBytes: 4, data };
    expect(sent).toEqual([{ to: "n2", message }]);
  });

  test("a snapshot that is gone, or cannot be read, is chosen anew", async () => {
    const { calls, sent, inputs, logger, send, unreadable } = rig();
    send("n2", 0);
    calls[0]?.answer.resolve(undefined);
    await microtasks();
    expect(inputs).toEqual([{ type: "chunk-failed", to: "n2", snapshotIndex: 9 }]);
    send("n2", 0);
    calls[1]?.answer.reject(new RaftError("STORAGE_FAILED", "bad sector"));
    await microtasks();
    expect(inputs).toHaveLength(2);
    expect(logger.of("warn")).toHaveLength(1);
    expect(sent).toEqual([]);
    expect(unreadable).toEqual([9]);
  });

  test("one read per peer at a time, then the latest chunk asked for meanwhile", async () => {
    const { calls, sent, send } = rig();
    send("n2", 0, 5);
    send("n2", 0, 6);
    send("n2", 4, 7);
    send("n3", 0, 5);
    expect(calls.map(({ what }) => what)).toEqual(["read 0 +4", "read 0 +4"]);
    calls[0]?.answer.resolve(new Uint8Array(4));
    await microtasks();
    expect(calls.map(({ what }) => what)).toEqual(["read 0 +4", "read 0 +4", "read 4 +4"]);
    calls[2]?.answer.resolve(new Uint8Array(4));
    await microtasks();
    expect(sent.map(({ to, message }) => [to, message.term])).toEqual([
      ["n2", 5],
      ["n2", 7],
    ]);
    send("n2", 8);
    expect(calls).toHaveLength(4);
  });

  test("nothing is sent after the node has stopped", async () => {
    const { transfer, calls, sent, send } = rig();
    send("n2", 0);
    send("n2", 4);
    transfer.stop();
    calls[0]?.answer.resolve(new Uint8Array(4));
    await microtasks();
    expect(sent).toEqual([]);
    expect(calls).toHaveLength(1);
  });
});

describe("receiving", () => {
  test("chunks are stored one after another; the last one completes the snapshot", async () => {
    const { calls, inputs, stored, receive } = rig();
    receive(0);
    receive(4);
    receive(8);
    expect(calls.map(({ what }) => what)).toEqual(["receive 0"]);
    calls[0]?.next.resolve(4);
    await microtasks();
    calls[1]?.next.resolve(8);
    await microtasks();
    expect(stored).toEqual([]);
    calls[2]?.next.resolve(10);
    await microtasks();
    expect(inputs).toEqual([
      { type: "chunk-received", from: "n2", snapshot, nextOffsetBytes: 4 },
      { type: "chunk-received", from: "n2", snapshot, nextOffsetBytes: 8 },
      { type: "snapshot-received", from: "n2", snapshot },
    ]);
    expect(stored).toEqual([9]);
  });

  test("P6 what waits behind a finished snapshot is lost, so that it cannot push it out of the store", async () => {
    const { calls, inputs, receive } = rig();
    receive(8);
    receive(0);
    receive(4);
    calls[0]?.next.resolve(10);
    await microtasks();
    expect(inputs).toEqual([{ type: "snapshot-received", from: "n2", snapshot }]);
    expect(calls).toHaveLength(1);
    receive(0);
    expect(calls).toHaveLength(2);
  });

  test("an error is logged, and the next chunk is taken", async () => {
    const { calls, inputs, logger, receive } = rig();
    receive(0);
    calls[0]?.next.reject(new RaftError("STORAGE_FAILED", "full"));
    await microtasks();
    expect(logger.of("warn")).toHaveLength(1);
    receive(0);
    calls[1]?.next.resolve(4);
    await microtasks();
    expect(inputs).toHaveLength(1);
  });

  test("more than a few chunks do not wait for a store that hangs", async () => {
    const { calls, receive } = rig();
    for (let i = 0; i < 100; i += 1) receive(0);
    for (let i = 0; i < 100; i += 1) {
      calls.at(-1)?.next.resolve(4);
      await microtasks();
    }
    expect(calls).toHaveLength(5);
  });

  test("nothing is told after the node has stopped", async () => {
    const { transfer, calls, inputs, stored, logger, receive } = rig();
    receive(0);
    receive(4);
    transfer.stop();
    calls[0]?.next.resolve(10);
    await microtasks();
    expect([...inputs, ...stored, ...logger.lines]).toEqual([]);
    expect(calls).toHaveLength(1);
  });
});
