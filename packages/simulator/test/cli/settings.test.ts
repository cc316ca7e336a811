import { describe, expect, test } from "vitest";
import { settingsOf } from "../../src/cli/settings.ts";

const randomSeed = (): bigint => 42n;

describe("the command line", () => {
  test("by default: a hundred seeds of the swarm, from a random one", () => {
    expect(settingsOf([], randomSeed)).toMatchObject({
      seeds: 100,
      from: 42n,
      profile: "swarm",
      jobs: 1,
      shrink: false,
    });
  });

  test("one seed is one seed", () => {
    const settings = settingsOf(
      ["--seed", "00000000000000ff", "--seeds", "9", "--profile", "disk", "--nodes", "5"],
      randomSeed,
    );
    expect(settings).toMatchObject({ seeds: 1, from: 255n, profile: "disk", choices: { nodes: 5 } });
  });

  test("a range of seeds has a first one", () => {
    expect(settingsOf(["--seeds", "9", "--from", "7", "--jobs", "2"], randomSeed)).toMatchObject({
      seeds: 9,
      from: 7n,
      jobs: 2,
    });
  });
});
