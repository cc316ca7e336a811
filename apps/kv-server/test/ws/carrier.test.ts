import { connect } from "node:net";
import { encodeCommand } from "@quorate/statemachine-kv";
import { expect, test } from "vitest";
import { AddressBook } from "../../src/cluster/address-book.ts";
import { Deadline } from "../../src/cluster/deadline.ts";
import { Carrier } from "../../src/ws/carrier.ts";
import type { CarrierOptions } from "../../src/ws/carrier.ts";
import { FakeNode, openFakeServer } from "../http/fake-node.ts";
import type { FakeServer } from "../http/fake-node.ts";
import { until } from "../processes/until.ts";

const command = encodeCommand({ type: "put", key: Buffer.from("k"), value: Buffer.from("v") });
const options: CarrierOptions = {
  nodeId: "n3",
  clusterId: "c1",
  addresses: new AddressBook([]),
  clientUrl: () => "http://n3.example",
  learned: () => undefined,
};
const memberAt = (id: string, { port }: FakeServer) => ({ id, address: `127.0.0.1:${port}` });

test("who leads again is asked on another connection, while the old one is waited for", async () => {
  const node = new FakeNode();
  await using first = await openFakeServer({ origin: "peer", node });
  await using second = await openFakeServer({ origin: "peer" });
  const carrier = new Carrier(options);
  const send = (id: string, server: FakeServer) => carrier.send(memberAt(id, server), new Deadline(10_000), command);
  const gate = Promise.withResolvers<void>();
  node.gate = gate.promise;
  const early = send("a", first);
  await until("the write to be under way", () => node.held === 1);
  await send("b", second);
  node.gate = undefined;
  expect(await send("a", first)).toMatchObject({ result: { type: "put" } });
  gate.resolve();
  expect(await early).toMatchObject({ result: { type: "put" } });
  node.mute = true;
  const lost = expect(send("a", first)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  await until("the last write to be under way", () => node.proposals === 3);
  await send("b", second);
  carrier.close();
  await lost;
});

test("what has not left by its deadline was not done, and does not leave later", async () => {
  await using leader = await openFakeServer({ origin: "peer" });
  const connected = Promise.withResolvers<void>();
  const connectTo = async () => {
    await connected.promise;
    return connect(leader.port, "127.0.0.1");
  };
  const carrier = new Carrier({ ...options, connectTo });
  const peer = memberAt("a", leader);
  const late = carrier.send(peer, new Deadline(30), command);
  const patient = carrier.send(peer, new Deadline(10_000), command);
  await expect(late).rejects.toMatchObject({ code: "NO_LEADER" });
  connected.resolve();
  await patient;
  expect(leader.node.proposals).toBe(1);
  carrier.close();
});
