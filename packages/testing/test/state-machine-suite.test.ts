import { describe, expect, test } from "vitest";
import { stateMachineCaseNames, stateMachineSuite } from "../src/index.ts";
import { Controls } from "./controls.ts";
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
