import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressOf, silentLogger } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { resolveConfig } from "../../src/config/config.ts";
import { KvServer } from "../../src/server.ts";
import { call } from "../http/client.ts";
import { freePorts } from "../processes/ports.ts";
import { until } from "../processes/until.ts";

test("a majority that moves to other addresses at once finds together through the one that stays", async () => {
  const directory = await mkdtemp(join(tmpdir(), "quorate-moved-"));
  const ids = ["n1", "n2", "n3"];
  const ports = await freePorts(5);
  const members = ids.map((id, at) => `${id}=127.0.0.1:${ports[at]}`).join(",");
  const open = (id: string, flags: Readonly<Record<string, unknown>>): Promise<KvServer> => {
    const place = { id, data: join(directory, id), clientListen: "127.0.0.1:0", ...flags };
    return KvServer.open(resolveConfig({ flags: place, environment: {} }), silentLogger);
  };
  const [stayer, ...movers] = await Promise.all(ids.map((id) => open(id, { bootstrap: true, members })));
  if (stayer === undefined) throw new Error("nobody stays");
  await until("a put", async () => {
    const origin = `http://127.0.0.1:${stayer.clients.port}`;
    return (await call(origin, "PUT", "/v1/kv/a", { body: "1" })).status === 200;
  });
  await Promise.all(movers.map((server) => server.close()));
  const moved = await Promise.all(["n2", "n3"].map((id, at) => open(id, { address: `127.0.0.1:${ports[3 + at]}` })));
  const all = [stayer, ...moved];
  await until("a leader whom all know, and new addresses that all know", () =>
    all.every(
      ({ node }) =>
        node.status().leader !== undefined &&
        ["n2", "n3"].every((id, at) => addressOf(node.status().membership, id) === `127.0.0.1:${ports[3 + at]}`),
    ),
  );
  for (const { clients } of all) {
    expect((await call(`http://127.0.0.1:${clients.port}`, "GET", "/v1/kv/a")).text).toBe("1");
  }
  await Promise.all(all.map((server) => server.close()));
  await rm(directory, { recursive: true });
});
