import { RaftError, silentLogger } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { handOver } from "../../src/cluster/hand-over.ts";
import { FakeNode } from "../http/fake-node.ts";

interface Outcome {
  readonly lines: readonly string[];
  readonly ms: number;
}

async function handedOver(node: FakeNode, timeoutMs = 60_000): Promise<Outcome> {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const begunMs = performance.now();
  await handOver(node, timeoutMs, { ...silentLogger, info: note, warn: note });
  return { lines, ms: performance.now() - begunMs };
}

function leaderOfTwo(): FakeNode {
  const node = new FakeNode();
  node.membership = { ...node.membership, voters: ["n1", "n2"], addresses: { n1: "h:1", n2: "h:2" } };
  return node;
}

const without = ["stops without having handed over the lead"];

test("a leader hands over to whomever it chooses, one that is alone or does not lead to nobody", async () => {
  const leader = leaderOfTwo();
  expect((await handedOver(leader)).lines).toEqual(["handed over the lead"]);
  expect(leader.transfers).toEqual([undefined]);
  const follower = leaderOfTwo();
  follower.leader = { id: "n2", address: "h:2" };
  for (const node of [follower, new FakeNode()]) expect((await handedOver(node)).lines).toEqual([]);
});

test("a transfer that was under way already and comes to nothing does not keep it from handing over", async () => {
  const node = leaderOfTwo();
  node.refusals.push(new RaftError("TRANSFER_REFUSED", "n3 has not been heard for 300 ms"));
  expect((await handedOver(node)).lines).toEqual(["handed over the lead"]);
  node.refusals.push(new RaftError("TRANSFER_FAILED", "once"), new RaftError("TRANSFER_FAILED", "twice"));
  expect((await handedOver(node)).lines).toEqual(without);
});

test("a hand-over that hangs has a deadline of its own", async () => {
  const node = leaderOfTwo();
  node.mute = true;
  const { lines, ms } = await handedOver(node, 100);
  expect(lines).toEqual(without);
  expect(ms).toBeLessThan(10_000);
});
