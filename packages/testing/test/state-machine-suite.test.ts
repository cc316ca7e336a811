import { describe, expect, test } from "vitest";
import { stateMachineSuite } from "../src/state-machine-suite.ts";
import { failedNumbers, foundAtFault, runSuite } from "./run-suite.ts";
import { type ToyFlaw, toySubject } from "./toy-machine.ts";

describe("a toy machine without flaws", () => {
  stateMachineSuite(test, toySubject());
});

describe("negative controls: each flaw is found by the case that is there for it", () => {
  const caught: readonly (readonly [ToyFlaw, string])[] = [
    ["random", "M01"],
    ["forgets the counter", "M03"],
    ["needs whole chunks", "M04"],
    ["late snapshot", "M05"],
    ["snapshot shares memory", "M05"],
    ["restore merges", "M06"],
    ["reading counts", "M09"],
    ["aliased answers", "M10"],
    ["changes commands", "M10"],
    ["counts indexes", "M12"],
    ["blind digest", "M16"],
    ["snapshot locks", "M17"],
    ["swallows failed chunks", "M06"],
  ];

  test.each(caught)("%s: %s", async (flaw, number) => {
    expect(foundAtFault(await runSuite((t) => stateMachineSuite(t, toySubject(flaw))))).toContain(number);
  });

  test("throws on invalid: M07, and no other", async () => {
    const outcomes = await runSuite((t) => stateMachineSuite(t, toySubject("throws on invalid")));
    expect(failedNumbers(outcomes)).toEqual(["M07"]);
  });
});
