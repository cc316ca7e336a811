import { describe, expect, test } from "vitest";
import { stateMachineCaseNames, stateMachineSuite } from "../src/index.ts";
import { Controls } from "./controls.ts";
import { runSuite } from "./run-suite.ts";
import { toyMachineFlaws, toySubject } from "./toy-machine.ts";

describe("a toy machine without flaws", () => {
  stateMachineSuite(test, toySubject());
});

describe("negative controls: each flaw is found by the cases that are there for it, and by no other", () => {
  const controls = new Controls(toyMachineFlaws, (flaw) => (t) => stateMachineSuite(t, toySubject(flaw)));

  test.each([...toyMachineFlaws])("%s: %s", async (flaw, numbers) => {
    expect(await controls.numbers(flaw)).toEqual(numbers);
  });

  test("each case fails for some flaw", async () => {
    expect(await controls.unfailed(stateMachineCaseNames)).toEqual([]);
  });
});

test("a case that does not apply is listed with the reason", async () => {
  const { digest: _, invalid: __, ...lacking } = toySubject();
  const outcomes = await runSuite((t) => stateMachineSuite(t, lacking), "M");
  expect(outcomes.length).toBe(stateMachineCaseNames.length);
  expect(outcomes.filter(({ name }) => name.includes("does not apply")).map(({ name }) => name)).toEqual([
    expect.stringMatching(/^M07 .* \(does not apply: the subject names no invalid bytes\)$/),
    expect.stringMatching(/^M16 .* \(does not apply: the subject has no digest\)$/),
  ]);
});

test("M07: an apply that throws is said to have thrown, on which bytes, and where", async () => {
  const [outcome] = await runSuite((t) => stateMachineSuite(t, toySubject("throws on invalid")), "M07");
  expect(String(outcome?.error)).toMatch(
    /^CheckError: apply of invalid bytes 0 \(0 bytes\) threw Error: what is this\? at Toy\.apply \(/,
  );
});
