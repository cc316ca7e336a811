import { foundedBy, membershipOf, silentLogger } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { silenceOf, watchStanding } from "../../src/cluster/standing.ts";
import { FakeNode } from "../http/fake-node.ts";

test("P26 the log says that a node has lost its data, once, as soon as the node learns of it", () => {
  const node = new FakeNode();
  const told: string[] = [];
  const logger = {
    ...silentLogger,
    error: (message: string, fields?: object) => told.push(message + JSON.stringify(fields)),
  };
  const end = watchStanding(node, logger);
  node.isForgotten = true;
  node.tell("leader");
  expect(told).toEqual([]);
  node.tell("forgotten");
  node.tell("membership");
  expect(told).toEqual([expect.stringMatching(/lost what it had stored.*remedy.*DELETE.*--join.*POST/)]);

  node.isForgotten = false;
  node.membership = { ...node.membership, voters: ["n2"], addresses: { n2: "h:1" } };
  node.tell("membership");
  expect(told.slice(1)).toEqual([expect.stringContaining("no member")]);
  end();
  expect(node.listeners).toBe(0);
});

test("what is wrong at the start is said at the start", () => {
  const node = new FakeNode();
  node.isForgotten = true;
  const told: string[] = [];
  watchStanding(node, { ...silentLogger, error: (message) => void told.push(message) })();
  expect(told).toHaveLength(1);
});

test("P26 while the cluster waits for its founders the log says for whom, unless that is this node alone", () => {
  const node = new FakeNode();
  const told: string[] = [];
  const logger = { ...silentLogger, info: (message: string) => void told.push(message) };
  node.membership = foundedBy([{ id: "n1", address: "h:1" }]);
  watchStanding(node, logger)();
  expect(told).toEqual([]);
  node.membership = foundedBy(["n2", "n1"].map((id) => ({ id, address: "h:1" })));
  watchStanding(node, logger)();
  expect(told).toEqual(["the cluster is founded as soon as all its founders are there: n1, n2"]);
});

test("who has not answered for a while is named, but not this node, and nobody who has just been heard", () => {
  const membership = membershipOf(["n1", "n2", "n3", "n4"].map((id) => ({ id, address: "" })));
  const told = (heardMs: Readonly<Record<string, number>>): string | undefined =>
    silenceOf({ id: "n1", membership }, (peer) => heardMs[peer] ?? 9999, 10_000);
  expect(told({ n1: 0 })).toBeUndefined();
  expect(told({ n2: 9500 })).toBeUndefined();
  expect(told({ n2: 5800 })).toBe("n2 has not answered for 4 s");
  expect(told({ n2: 5800, n4: 8000 })).toBe("n2 and n4 have not answered for 2 s");
  expect(told({ n2: 1, n3: 2, n4: 3 })).toBe("n2, n3 and n4 have not answered for 9 s");
});
