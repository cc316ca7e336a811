import { describe, expect, test } from "vitest";
import { messagesOf, messagesTo } from "./harness/effects.ts";
import { LoneNode } from "./harness/lone-node.ts";
import { accepted, heartbeat } from "./harness/messages.ts";
import { bytesOf, configuration } from "./harness/stored.ts";

describe("a round of heartbeats", () => {
  test("goes to every member, learners included, and is numbered", () => {
    const node = new LoneNode({ membership: configuration(["n1", "n2"], { learners: ["n4"] }) });
    node.elect(["n2"]);
    expect(messagesTo(node.timeOut(), "n4")).toEqual([heartbeat(1, 1, 0)]);
    expect(messagesTo(node.timeOut(), "n2")).toEqual([heartbeat(1, 2, 0)]);
  });

  test("lets a follower commit what it is known to hold, and nothing else", () => {
    const node = new LoneNode();
    node.elect();
    node.propose(bytesOf("x"));
    node.hear("n2", accepted(1, 2));
    node.hear("n3", accepted(1, 1));
    expect(node.raft.commitIndex).toBe(2);
    expect(messagesOf(node.timeOut(), "heartbeat").map((each) => each.commitIndex)).toEqual([2, 1]);
  });

  test("is sent once an interval, not at every tick", () => {
    const node = new LoneNode({ heartbeatIntervalMs: 30 });
    node.elect();
    const sent = [29, 1, 10, 20, 5].map((ms) => messagesOf(node.pass(ms), "heartbeat").length);
    expect(sent).toEqual([0, 2, 0, 2, 0]);
  });
});
