import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Plan } from "../../packages/simulator/src/index.ts";
import { root } from "../tidy/workspace.ts";
import { mutations } from "./list.ts";
import type { Mutation } from "./mutation.ts";
import { runNode } from "./run-process.ts";
import { WorkspaceCopy } from "./workspace-copy.ts";

const FOLDER = "packages/simulator/corpus";
const TIMEOUT_MS = 120_000;

function planOf(name: string): Plan {
  return JSON.parse(readFileSync(join(root, FOLDER, name), "utf8")) as Plan;
}

function faultOf({ found }: Plan): Mutation | undefined {
  return mutations.find(({ breaks, file }) => breaks === found?.fault && file === found.file);
}

test("what a plan of the corpus has found is a fault of this list", () => {
  for (const name of readdirSync(join(root, FOLDER))) expect(faultOf(planOf(name)), name).toBeDefined();
});

test.each(readdirSync(join(root, FOLDER)))(
  "%s still finds what it has found before",
  { timeout: TIMEOUT_MS },
  async (name) => {
    const plan = planOf(name);
    const fault = faultOf(plan);
    if (fault === undefined) throw new TypeError(`${name} does not say what it found`);
    await using copy = await WorkspaceCopy.make();
    const args = ["packages/simulator/src/cli/main.ts", "--plan", join(FOLDER, name)];
    const line = /SIM FAIL .*\n/;
    const { output } = await copy.with(fault, () =>
      runNode({ args, folder: copy.folder, until: line, timeoutMs: TIMEOUT_MS }),
    );
    expect(line.exec(output)?.[0]).toContain(`invariant=${plan.found?.invariant} `);
  },
);
