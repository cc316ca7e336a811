import { expect, test } from "vitest";
import { openFakeServer } from "../http/fake-node.ts";
import { freePorts } from "../processes/ports.ts";
import { until } from "../processes/until.ts";
import { Listening } from "./event-source.ts";
import { fakeCluster } from "./fake-cluster.ts";

test("who came back while nobody listened is not said to come back when somebody does", async () => {
  const [nobody = 0] = await freePorts(1);
  const n1 = fakeCluster({ others: [{ id: "n2", address: `127.0.0.1:${nobody}` }] });
  await using server = await openFakeServer({ cluster: n1 });
  const url = `${server.origin}/v1/events`;
  const sightsOf = ({ events }: Listening): readonly string[] =>
    events.filter(({ node }) => node === "n2").map(({ kind }) => kind);
  const listenUntil = async (what: string, holds: (all: Listening) => boolean): Promise<readonly string[]> => {
    await using page = await Listening.to(url);
    await page.wait(what, holds);
    await page[Symbol.asyncDispose]();
    await until("nobody to listen", () => n1.wanted() === 0);
    return sightsOf(page);
  };
  expect(await listenUntil("a loss", ({ losses }) => losses.length > 0)).toEqual(["unreachable"]);
  // It is still away: that was told.
  expect(await listenUntil("a loss", ({ losses }) => losses.length > 0)).toEqual(["unreachable"]);

  await using n2 = await openFakeServer({ cluster: fakeCluster({ id: "n2" }), origin: "peer" });
  const there = { id: "n2", address: `127.0.0.1:${n2.port}` };
  n1.moveTo([there]);
  const isHeard = (all: Listening): boolean => all.reportsOf("n2").length > 0;
  expect(await listenUntil("a report", isHeard)).toEqual(["unreachable"]);

  await using page = await Listening.to(url);
  await page.wait("a report", isHeard);
  n1.moveTo([{ id: "n2", address: `127.0.0.1:${nobody}` }]);
  await page.wait("a loss", ({ losses }) => losses.length > 0);
  n1.moveTo([there]);
  await page.wait("its return", (all) => sightsOf(all).includes("reachable"));
  expect(sightsOf(page)).toEqual(["unreachable", "unreachable", "reachable"]);
});
