import { describe, expect, test } from "vitest";
import { snapshotStoreSuite } from "../src/snapshot-store-suite.ts";
import { failedNumbers, runSuite } from "./run-suite.ts";
import { type StoreFlaw, toyMedium } from "./toy-snapshot-store.ts";

describe("a toy store without flaws", () => {
  snapshotStoreSuite(test, toyMedium());
});

describe("negative controls: each flaw is found by the case that is there for it", () => {
  const caught: readonly (readonly [StoreFlaw, string])[] = [
    ["no checksum", "N02"],
    ["not durable", "N02"],
    ["visible too early", "N03"],
    ["keeps what was aborted", "N03"],
    ["throws its own error", "N03"],
    ["takes older ones", "N04"],
    ["keeps the producer's buffer", "N05"],
    ["forgets who reads", "N06"],
    ["gives its own memory", "N07"],
    ["takes any offset", "N12"],
    ["takes any size", "N12"],
    ["takes any checksum", "N12"],
    ["mixes transfers", "N13"],
    ["takes names", "N15"],
    ["answers when closed", "N16"],
    ["does not wait at close", "N16"],
  ];

  test.each(caught)("%s: %s", async (flaw, number) => {
    expect(failedNumbers(await runSuite((t) => snapshotStoreSuite(t, toyMedium(flaw)), number))).toContain(number);
  });

  test("what a medium cannot do is listed as not applying", async () => {
    const outcomes = await runSuite((t) => snapshotStoreSuite(t, toyMedium()), "N09");
    expect(outcomes.map(({ name }) => name)).toContain(
      "N09 any changed byte is CORRUPT, never other data (does not apply: the medium has no damage)",
    );
  });
});
