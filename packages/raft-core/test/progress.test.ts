import { describe, expect, test } from "vitest";
import { Progress } from "../src/progress.ts";
import { snapshotAt } from "./harness/stored.ts";
import { viewOf } from "./harness/view.ts";

const window = { inflightMessagesMax: 3, inflightBytesMax: 1000 };

/** A follower that holds 1 … 10 and is sent more without waiting. */
function replicating(): Progress {
  const progress = new Progress("n2", 11, 0);
  progress.acked(10);
  progress.becomeReplicate();
  return progress;
}

describe("a probe", () => {
  test("is sent once, until it is answered or may have been lost", () => {
    const progress = new Progress("n2", 11, 0);
    expect(viewOf(progress)).toMatchObject({ state: "probe", matchIndex: 0, nextIndex: 11 });
    expect(progress.canSend(window)).toBe(true);
    progress.sent(15, 500, 0);
    expect(progress.canSend(window)).toBe(false);
    progress.probeAgain();
    expect(progress.canSend(window)).toBe(true);
  });

  test("P48 sending one does not move nextIndex: what it carried may be lost", () => {
    const progress = new Progress("n2", 11, 0);
    progress.sent(15, 500, 0);
    expect(viewOf(progress)).toMatchObject({ nextIndex: 11, oldestInflightMs: undefined });
  });

  test("P47 never asks below what the follower has acknowledged", () => {
    const progress = replicating();
    progress.becomeProbe(4);
    expect(viewOf(progress)).toMatchObject({ state: "probe", nextIndex: 11, matchIndex: 10 });
  });
});

describe("replicate", () => {
  test("goes on from the match", () => {
    const progress = new Progress("n2", 20, 0);
    progress.acked(10);
    progress.becomeReplicate();
    expect(progress.nextIndex).toBe(11);
  });

  test("the window counts messages", () => {
    const progress = replicating();
    for (const lastIndex of [11, 12, 13]) {
      expect(progress.canSend(window)).toBe(true);
      progress.sent(lastIndex, 1, 0);
    }
    expect(progress.canSend(window)).toBe(false);
    expect(progress.nextIndex).toBe(14);
    progress.acked(11);
    expect(progress.canSend(window)).toBe(true);
  });

  test("the window counts bytes; one message may exceed it", () => {
    const progress = replicating();
    progress.sent(11, 5000, 0);
    expect(progress.canSend(window)).toBe(false);
    progress.acked(11);
    progress.sent(12, 999, 0);
    expect(progress.canSend(window)).toBe(true);
    progress.sent(13, 1, 0);
    expect(progress.canSend(window)).toBe(false);
    progress.acked(13);
    expect(progress.canSend(window)).toBe(true);
  });

  test("one acknowledgement frees all messages that it covers, and no more", () => {
    const progress = replicating();
    for (const lastIndex of [12, 14, 16]) progress.sent(lastIndex, 1, lastIndex);
    progress.acked(15);
    expect(progress.oldestInflightMs).toBe(16);
    progress.acked(16);
    expect(progress.oldestInflightMs).toBeUndefined();
  });

  test("P47 match never falls, next is always above it", () => {
    const progress = replicating();
    expect(progress.acked(9)).toBe(false);
    expect(progress.acked(10)).toBe(false);
    expect(progress.matchIndex).toBe(10);
    expect(progress.acked(17)).toBe(true);
    expect(viewOf(progress)).toMatchObject({ matchIndex: 17, nextIndex: 18 });
  });

  test("waits for entries that are being loaded", () => {
    const progress = replicating();
    progress.loading = 5;
    expect(progress.canSend(window)).toBe(false);
    progress.becomeProbe(11);
    expect(progress.canSend(window)).toBe(true);
  });

  test("a change of state empties the window", () => {
    const progress = replicating();
    for (const lastIndex of [11, 12, 13]) progress.sent(lastIndex, 400, 0);
    progress.becomeProbe(11);
    progress.becomeReplicate();
    expect(progress.canSend(window)).toBe(true);
    expect(progress.oldestInflightMs).toBeUndefined();
  });
});

describe("snapshot", () => {
  test("sends no entries, and remembers the transfer until the state changes", () => {
    const progress = replicating();
    const transfer = { snapshot: snapshotAt(40, 2), offsetBytes: 0, sentMs: 5 };
    progress.becomeSnapshot(transfer);
    expect(progress.canSend(window)).toBe(false);
    expect(viewOf(progress)).toMatchObject({ state: "snapshot", transfer });
    progress.becomeProbe(41);
    expect(progress.transfer).toBeUndefined();
    expect(progress.canSend(window)).toBe(true);
  });
});
