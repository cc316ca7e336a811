import { describe, expect, test } from "vitest";
import { storageCases, storageSuite } from "../src/index.ts";
import { failedNumbers, runSuite } from "./run-suite.ts";
import { type ToyStorageFlaw, toyStorageMedium } from "./toy-storage.ts";

describe("a toy storage without flaws", () => {
  storageSuite(test, toyStorageMedium());
});

/** The random comparison sees nearly everything; it has to for what it alone sees. */
const exceptRandom = (numbers: readonly string[]): readonly string[] => {
  const others = numbers.filter((number) => number !== "S26");
  return others.length > 0 ? [...new Set(others)] : [...new Set(numbers)];
};

describe("negative controls: each flaw is found by the cases that are there for it, and by no other", () => {
  const caught: readonly (readonly [ToyStorageFlaw, ...string[]])[] = [
    ["votes in ASCII", "S02"],
    ["no byte limit", "S03"],
    ["writes over the base", "S04"],
    ["keeps the old end", "S05", "S06", "S11", "S15"],
    ["base at the last entry lost", "S07"],
    ["base goes back", "S07"],
    ["reads from below the base", "S08"],
    ["short lengths", "S09"],
    ["hands out its buffers", "S10"],
    ["terms fall", "S11"],
    ["believes the cache", "S12", "S15", "S18", "S22", "S23", "S24"],
    ["hard state last", "S13"],
    ["answers empty writes at once", "S14"],
    ["writes over before cutting", "S15"],
    ["notes every opening", "S16"],
    ["reset keeps a longer log", "S17"],
    ["reset in two steps", "S18"],
    ["no lock", "S19"],
    ["no owner", "S20"],
    ["goes on after write", "S22"],
    ["goes on after sync", "S23"],
    ["goes on after space", "S24"],
    ["closes on writes", "S25"],
    ["memberships lost in compaction", "S26"],
    ["no reading while writing", "S30"],
  ];

  for (const [flaw, ...numbers] of caught) {
    test(`${flaw}: ${numbers.join(", ")}`, async () => {
      const failed = failedNumbers(await runSuite((t) => storageSuite(t, toyStorageMedium(flaw))));
      expect(exceptRandom(failed)).toEqual(numbers);
    });
  }
});

test("a case that does not apply is listed with the reason, and nothing is reopened where nothing lasts", async () => {
  const lacking = {
    ...toyStorageMedium("believes the cache"),
    durable: false,
    locks: false,
    identifies: false,
    fails: false,
  };
  const outcomes = await runSuite((t) => storageSuite(t, lacking));
  expect(outcomes.length).toBe(storageCases.length);
  const left = outcomes.filter(({ name }) => name.includes("does not apply")).map(({ name }) => name.slice(0, 3));
  expect(left).toEqual(["S12", "S13", "S15", "S16", "S18", "S19", "S20", "S22", "S23", "S24"]);
});
