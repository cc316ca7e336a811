import { describe, expect, test } from "vitest";
import { readCorpus } from "../src/cli/corpus.ts";
import { simulate } from "../src/index.ts";

const corpus = readCorpus().map(({ file, plan }) => ({ name: file.slice(file.lastIndexOf("/") + 1), plan }));

describe("plans that have failed before", () => {
  test("are there, and each says what it found", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(3);
    for (const { plan } of corpus)
      expect(plan.found).toMatchObject({
        fault: expect.stringMatching(/./),
        file: expect.stringMatching(/^packages\/.+\.ts$/),
      });
  });

  test.each(corpus)("$name leads to no failure", async ({ plan }) => {
    expect((await simulate(plan)).violation).toBeUndefined();
  });
});
