import type { Message } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeMessage } from "../src/codec.ts";
import { Outbox } from "../src/outbox.ts";

const heartbeat = (round: number): Message => ({ type: "heartbeat", term: 1, round, commitIndex: 0 });
const read = (id: number): Message => ({ type: "read-index", term: 1, id });

const filled = (...messages: readonly Message[]): Outbox => {
  const outbox = new Outbox();
  for (const message of messages) outbox.push(encodeMessage(message));
  return outbox;
};

/** The numbers of everything that waits, in order. */
function drain(outbox: Outbox, frameBytes = 1e9): number[][] {
  const frames: number[][] = [];
  for (let frame = outbox.takeFrame(frameBytes); frame; frame = outbox.takeFrame(frameBytes)) {
    frames.push(
      decodeFrame(new Uint8Array(frame)).map((message) => {
        if (message.type === "heartbeat") return message.round;
        return message.type === "read-index" ? message.id : -1;
      }),
    );
  }
  return frames;
}

const heartbeatBytes = encodeMessage(heartbeat(1)).bytes;
const readBytes = encodeMessage(read(1)).bytes;

describe("Outbox", () => {
  test("messages leave in the order in which they came, together in one frame", () => {
    const outbox = filled(heartbeat(1), read(2), read(3), heartbeat(4), read(5));
    expect(outbox.bytes).toBe(2 * heartbeatBytes + 3 * readBytes);
    expect(drain(outbox)).toEqual([[1, 2, 3, 4, 5]]);
    expect(outbox.bytes).toBe(0);
  });

  test("a frame has as many as fit, and at least one", () => {
    expect(drain(filled(read(1), read(2), read(3)), 2 * readBytes)).toEqual([[1, 2], [3]]);
    expect(drain(filled(read(1), read(2)), 1)).toEqual([[1], [2]]);
  });

  test("T08: the oldest heartbeats go first, then the oldest of the rest", () => {
    const outbox = filled(read(1), heartbeat(2), read(3), heartbeat(4), read(5));
    expect(outbox.trim(outbox.bytes)).toBe(0);
    expect(outbox.trim(outbox.bytes - 1)).toBe(1);
    const others = filled(read(1), heartbeat(2), read(3), heartbeat(4), read(5));
    expect(others.trim(2 * readBytes)).toBe(3);
    expect([drain(outbox), drain(others)]).toEqual([[[1, 3, 4, 5]], [[3, 5]]]);
    expect(filled(read(1)).trim(0)).toBe(1);
  });

  test("it stays fast and in order over many pushes and drops", () => {
    const outbox = new Outbox();
    for (let id = 0; id < 100_000; id += 1) {
      outbox.push(encodeMessage(id % 4 === 0 ? heartbeat(id) : read(id)));
      outbox.trim(1000 * readBytes);
    }
    const [left = []] = drain(outbox);
    expect(left).toEqual(left.toSorted((x, y) => x - y));
    expect(left.at(-1)).toBe(99_999);
  });
});
