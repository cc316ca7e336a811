import type { Member } from "@quorate/raft-core";
import { RaftError, membershipOf, silentLogger } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { AddressBook } from "../../src/cluster/address-book.ts";
import { Forwarder } from "../../src/cluster/forwarder.ts";
import { Relocation } from "../../src/start/relocation.ts";
import { FakeNode, openFakeServer } from "../http/fake-node.ts";
import type { FakeServer } from "../http/fake-node.ts";

const told = "the cluster has been told of another address";

interface Run extends AsyncDisposable {
  readonly relocation: Relocation | undefined;
  readonly lines: string[];
}

/** `node` is started at `address`. */
function relocate(node: FakeNode, address: string): Run {
  const forwarder = new Forwarder({ nodeId: "n1", clusterId: "c1", addresses: new AddressBook([]) });
  const lines: string[] = [];
  const note = (message: string, fields?: object): void => void lines.push(message + JSON.stringify(fields));
  const logger = { ...silentLogger, info: note, warn: note };
  const relocation = Relocation.begin({ node, forwarder, address, requestTimeoutMs: 2000, logger });
  return {
    ...{ relocation, lines },
    async [Symbol.asyncDispose]() {
      relocation?.close();
      await forwarder.close();
    },
  };
}

/** A node that follows but hears nobody, and the two other members on the port for peers, of which the second leads. */
async function apart(): Promise<{ node: FakeNode; others: readonly [FakeServer, FakeServer] }> {
  const others = [await openFakeServer({ origin: "peer" }), await openFakeServer({ origin: "peer" })] as const;
  const [follower, leader] = others;
  const members: readonly Member[] = [
    { id: "n1", address: "h1:1" },
    { id: "n2", address: `127.0.0.1:${follower.port}` },
    { id: "n3", address: `127.0.0.1:${leader.port}` },
  ];
  const node = new FakeNode();
  node.leader = undefined;
  for (const each of [node, follower.node, leader.node]) each.membership = membershipOf(members);
  const refusals = Array.from({ length: 100 }, () => new RaftError("NOT_LEADER", "n3 leads"));
  for (const each of [node, follower.node]) each.refusals.push(...refusals);
  follower.node.leader = undefined;
  return { node, others };
}

const move = { readdress: [{ id: "n1", address: "h9:9" }] };

test("a node that hears of no leader tells whichever member leads where it is reached now", async () => {
  const { node, others } = await apart();
  await using follower = others[0];
  await using leader = others[1];
  leader.node.refusals.push(new RaftError("MEMBERSHIP_PENDING", "n7 must catch up first"));
  await using run = relocate(node, "h9:9");
  await expect.poll(() => run.lines).toEqual([`${told}{"address":"h9:9"}`]);
  expect([follower.node.changes, leader.node.changes]).toEqual([[], [move]]);
});

test("a node that leads, or is alone, needs nobody", async () => {
  const node = new FakeNode();
  await using run = relocate(node, "h9:9");
  await expect.poll(() => node.changes).toEqual([move]);
  expect(run.lines).toEqual([`${told}{"address":"h9:9"}`]);
});

test("what is refused for good is said once", async () => {
  const { node, others } = await apart();
  await using follower = others[0];
  await using leader = others[1];
  const address = `127.0.0.1:${follower.port}`;
  node.leader = { id: "n3", address: `127.0.0.1:${leader.port}` };
  await using run = relocate(node, address);
  await expect.poll(() => follower.node.refusals.length, { timeout: 10_000 }).toBeLessThan(99);
  expect(run.lines).toEqual([expect.stringMatching(/not been told.*is the address of n2/)]);
  expect(leader.node.changes).toEqual([]);
});

test("there is nothing to tell where the log says it already, or does not name the node", () => {
  const node = new FakeNode();
  expect(relocate(node, "127.0.0.1:1").relocation).toBeUndefined();
  node.membership = membershipOf([{ id: "n2", address: "h2:2" }]);
  expect(relocate(node, "h9:9").relocation).toBeUndefined();
});
