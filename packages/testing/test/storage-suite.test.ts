import { describe, expect, test } from "vitest";
import { type Test, storageCaseNames, storageSuite } from "../src/index.ts";
import { Controls } from "./controls.ts";
import { runSuite } from "./run-suite.ts";
import { type ToyStorageFlaw, toyStorageFlaws } from "./toy-storage-flaws.ts";
import { toyStorageMedium } from "./toy-storage-medium.ts";

describe("a toy storage without flaws", () => {
  storageSuite(test, toyStorageMedium());
});

describe("negative controls: each flaw is found by the cases that are there for it, and by no other", () => {
  const controls = new Controls(toyStorageFlaws, (flaw) => (t) => storageSuite(t, toyStorageMedium(flaw)));
  const isRandom = (number: string): boolean => number === "S26";

  test.each([...toyStorageFlaws])("%s: %s", async (flaw, numbers) => {
    const failed = await controls.numbers(flaw);
    // It has to see nearly everything for what it alone sees.
    expect(failed.every(isRandom) ? failed : failed.filter((number) => !isRandom(number))).toEqual(numbers);
  });

  test("each case fails for some flaw", async () => {
    expect(await controls.unfailed(storageCaseNames)).toEqual([]);
  });
});

test("a case that does not apply is listed with the reason, and nothing is reopened where nothing lasts", async () => {
  const { spareBytesMax: _, ...toy } = toyStorageMedium("believes the cache");
  const lacking = { ...toy, durable: false, locks: false, identifies: false, fails: false };
  const outcomes = await runSuite((t) => storageSuite(t, lacking));
  expect(outcomes.length).toBe(storageCaseNames.length);
  const left = outcomes.filter(({ name }) => name.includes("does not apply")).map(({ name }) => name.slice(0, 3));
  expect(left).toEqual(["S12", "S13", "S15", "S16", "S18", "S19", "S20", "S22", "S23", "S24", "S27"]);
});

test("S26 names the operation that went wrong, and the last ones before it", async () => {
  const suite = (flaw: ToyStorageFlaw) => (t: Test) => storageSuite(t, toyStorageMedium(flaw));
  const [bytes] = await runSuite(suite("no byte limit"), "S26");
  expect(String(bytes?.error)).toMatch(
    /^CheckError: operation \d+ of \d+: entries \d+ to \d+ in \d+ bytes: \d+ entries instead of \d+: number \d+ is too many: \{index: \d+, .*\. The last operations: (.*; ){5}read \d+ to \d+ in \d+ bytes$/,
  );
});
