import { expect, test } from "vitest";
import type { Scenario } from "../../src/cli/settings.ts";
import type { LoadJob } from "../../src/load/job.ts";
import { endpointsFor } from "../../src/systems/etcd.ts";

const endpoints = ["http://n1", "http://n2", "http://n3"];
const job = (scenario: Scenario, leader?: string): LoadJob => ({
  ...{ endpoints, leader, scenario, clients: 1, connections: 1, total: 1, warmUp: 0, valueBytes: 1, keys: 1 },
  ...{ timeoutMs: 1, preparers: 1, samples: "none" },
});

test("etcd's client asks the leader for what only that can do, and any node for the rest", () => {
  for (const scenario of ["put", "get", "lease-get", "mixed"] as const) {
    expect(endpointsFor(job(scenario, "http://n2")), scenario).toEqual(["http://n2"]);
  }
  expect(endpointsFor(job("stale-get", "http://n2"))).toEqual(endpoints);
});

test("it knows all of them where the leader is to be killed", () => {
  expect(endpointsFor(job("put"))).toEqual(endpoints);
});
