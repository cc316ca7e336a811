import { describe, expect, test } from "vitest";
import { effectOf } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { appendEntries, heartbeat, requestVote } from "./harness/messages.ts";

describe("W07 a made-up term", () => {
  test.each([
    ["heartbeat", heartbeat(Number.MAX_SAFE_INTEGER)],
    ["append-entries", appendEntries(2 ** 40, [0, 0], [], 0)],
    ["request-vote", requestVote(2 ** 52 + 1, [9, 9])],
  ])("in a %s is ignored and told, and leaves room for elections", (_, message) => {
    const node = new LoneNode({ log: [1] });
    const effects = node.hear("n2", message);
    expect(effectOf(effects, "suspect")).toMatchObject({ peer: "n2", reason: expect.stringContaining("far beyond") });
    expect(node.raft.term).toBe(1);
    node.elect();
    expect(node.raft.term).toBe(2);
  });

  test("a term that is only much later is believed", () => {
    const node = new LoneNode({ log: [1] });
    node.hear("n2", heartbeat(1_000_000));
    expect(node.raft.term).toBe(1_000_000);
  });

  test("2^32 terms at a time are believed, and not one more", () => {
    const node = new LoneNode({ log: [1] });
    node.hear("n2", heartbeat(2 + 2 ** 32));
    expect(node.raft.term).toBe(1);
    node.hear("n2", heartbeat(1 + 2 ** 32));
    expect(node.raft.term).toBe(1 + 2 ** 32);
  });
});
