import { describe, expect, test } from "vitest";
import { snapshotStoreCaseNames, snapshotStoreSuite } from "../src/index.ts";
import { Controls } from "./controls.ts";
import { runSuite } from "./run-suite.ts";
import { toySnapshotFlaws } from "./toy-snapshot-flaws.ts";
import { toyMedium } from "./toy-snapshot-store.ts";

describe("a toy store without flaws", () => {
  snapshotStoreSuite(test, toyMedium());
});

describe("negative controls: each flaw is found by the cases that are there for it, and by no other", () => {
  const controls = new Controls(toySnapshotFlaws, (flaw) => (t) => snapshotStoreSuite(t, toyMedium(flaw)));

  test.each([...toySnapshotFlaws])("%s: %s", async (flaw, numbers) => {
    expect(await controls.numbers(flaw)).toEqual(numbers);
  });

  test("each case fails for some flaw", async () => {
    expect(await controls.unfailed(snapshotStoreCaseNames)).toEqual([]);
  });
});

test("a case that does not apply is listed with the reason", async () => {
  const outcomes = await runSuite((t) => snapshotStoreSuite(t, { ...toyMedium(), offers: [] }), "N09");
  expect(outcomes.map(({ name }) => name)).toContain(
    "N09 any changed byte is CORRUPT, never other data (does not apply: the medium has no damage)",
  );
});
