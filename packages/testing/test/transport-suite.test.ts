import { describe, expect, test } from "vitest";
import { transportCaseNames, transportSuite } from "../src/index.ts";
import { failedNumbers, runSuite } from "./run-suite.ts";
import { type ToyTransportFlaw, toyTransportMedium } from "./toy-transport.ts";

describe("a toy transport without flaws", () => {
  transportSuite(test, toyTransportMedium());
});

describe("negative controls: each flaw is found by the cases that are there for it, and by no other", () => {
  const caught: readonly (readonly [flaw: ToyTransportFlaw, numbers: readonly string[]])[] = [
    ["tells a third", ["T01"]],
    ["ids in ASCII", ["T02"]],
    ["32-bit numbers", ["T03"]],
    ["shares memory", ["T04"]],
    ["silent to itself", ["T05"]],
    ["repeats itself to the restarted", ["T06"]],
    ["heartbeats overtake", ["T07"]],
    ["unbounded queue", ["T08"]],
    ["keeps everything for the dead", ["T08"]],
    ["one stall stops all", ["T10"]],
    ["address fixed for good", ["T11", "T14", "T21"]],
    ["hears strangers", ["T15"]],
    ["stops when a handler throws", ["T16"]],
    ["delivers after close", ["T17"]],
    ["leaves a timer", ["T18"]],
    ["throws before start", ["T19"]],
    ["sends any size", ["T20"]],
    ["takes in every cluster", ["T21"]],
    ["mixes up senders", ["T22"]],
    ["one network for all", ["T25"]],
    ["reports everybody", ["T26"]],
  ];

  test.each(caught)("%s: %s", async (flaw, numbers) => {
    const failed = failedNumbers(await runSuite((t) => transportSuite(t, toyTransportMedium(flaw))));
    expect(failed).toEqual(numbers);
  });
});

test("a case that does not apply is listed with the reason", async () => {
  const medium = { ...toyTransportMedium(), ordered: false, clusters: false };
  const outcomes = await runSuite((t) => transportSuite(t, medium));
  expect(outcomes.length).toBe(transportCaseNames.length);
  const left = outcomes.filter(({ name }) => name.includes("does not apply")).map(({ name }) => name);
  expect(left).toEqual([
    "T07 messages from one node to another keep their order (does not apply: the order is not kept)",
    "T21 a node of another cluster never reaches this one (does not apply: there are no clusters)",
  ]);
});
