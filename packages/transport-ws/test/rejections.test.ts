import { LimitedLog, type LogFields, silentLogger } from "@quorate/raft-core";
import { expect, test } from "vitest";
import { Rejections } from "../src/rejections.ts";
import { newCounters } from "../src/stats.ts";
import { ManualClock } from "./manual-clock.ts";

test("a node has its own turn in the log, so has a place; of too many places all further ones share one", () => {
  const logged: LogFields[] = [];
  const clock = new ManualClock();
  const limitedLog = new LimitedLog({ ...silentLogger, warn: (_, fields = {}) => void logged.push(fields) }, clock);
  const counters = newCounters();
  const rejections = new Rejections({ clock, counters, limitedLog, remedies: {} }, (id) => id.startsWith("n"));
  const refuse = (from: string, peer?: string): void =>
    rejections.add({ kind: "unauthenticated", from, peer, reason: "no" });
  for (let time = 0; time < 3; time += 1) {
    refuse("10.0.0.1:1", "n1");
    refuse("10.0.0.1:2", "n2");
    refuse("10.0.0.1:3", "somebody");
  }
  expect(logged.map((fields) => fields["peer"])).toEqual(["n1", "n2", "somebody"]);
  for (let place = 0; place < 1000; place += 1) refuse(`10.0.1.${place}:1`, `stranger ${place}`);
  // Fifteen more places, and one line for all the others.
  expect(logged).toHaveLength(3 + 15 + 1);
  expect(counters.refusals.unauthenticated).toBe(1009);
  clock.advance(500);
  expect(rejections.last).toEqual({
    ...{ kind: "unauthenticated", reason: "no", from: "10.0.1.999:1", peer: "stranger 999", agoMs: 500 },
  });
});
