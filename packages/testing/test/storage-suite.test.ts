import { describe, expect, test } from "vitest";
import { storageCaseNames, storageSuite } from "../src/index.ts";
import { Controls } from "./controls.ts";
import { runSuite } from "./run-suite.ts";
import { toyStorageFlaws, toyStorageMedium } from "./toy-storage.ts";

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
