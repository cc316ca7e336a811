import { KvClient } from "@quorate/client";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { openFakeServer } from "../http/fake-node.ts";

test("a client puts, gets, deletes, ranges and transacts", async () => {
  await using server = await openFakeServer();
  await using client = KvClient.open({ endpoints: [server.origin], webSocket: WebSocket });
  expect(await client.put("a", "1")).toEqual({ revision: 2, appliedIndex: 9 });
  const { kv } = await client.get("a");
  expect(new TextDecoder().decode(kv?.value)).toBe("1");
  expect(kv).toMatchObject({ modRevision: 2, version: 1 });
  expect((await client.get("none")).kv).toBeUndefined();
  await client.put("b", new Uint8Array([1, 2]));
  const range = await client.range({ prefix: "" }, { limit: 1 });
  expect(range).toMatchObject({ more: true, revision: 3 });
  const txn = await client.txn({
    compares: [{ target: "value", key: "a", operator: "=", value: "1" }],
    success: [
      { type: "delete", key: "b" },
      { type: "get", key: "b" },
    ],
  });
  expect(txn).toMatchObject({
    succeeded: true,
    responses: [
      { type: "delete", deleted: 1 },
      { type: "get", kv: undefined },
    ],
  });
  expect(await client.delete("a")).toMatchObject({ deleted: 1 });
  expect(await client.status()).toMatchObject({ id: "n1", role: "leader" });
});
