import { describe, expect, test } from "vitest";
import { transportCaseNames, transportSuite } from "../src/index.ts";
import { Controls } from "./controls.ts";
import { runSuite } from "./run-suite.ts";
import { toyTransportFlaws } from "./toy-transport-flaws.ts";
import { toyTransportMedium } from "./toy-transport-medium.ts";

describe("a toy transport without flaws", () => {
  transportSuite(test, toyTransportMedium());
});

describe("negative controls: each flaw is found by the cases that are there for it, and by no other", () => {
  const controls = new Controls(toyTransportFlaws, (flaw) => (t) => transportSuite(t, toyTransportMedium(flaw)));

  test.each([...toyTransportFlaws])("%s: %s", async (flaw, numbers) => {
    expect(await controls.numbers(flaw)).toEqual(numbers);
  });

  test("each case fails for some flaw", async () => {
    expect(await controls.unfailed(transportCaseNames)).toEqual([]);
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
