import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { snapshotStoreCaseNames, stateMachineCaseNames, storageCaseNames, transportCaseNames } from "../src/index.ts";
import { PageCheck, type Port } from "./compliance-page.ts";
import { toyMachineFlaws } from "./toy-machine.ts";
import { toySnapshotFlaws } from "./toy-snapshot-flaws.ts";
import { toyStorageFlaws } from "./toy-storage-flaws.ts";
import { toyTransportFlaws } from "./toy-transport-flaws.ts";

const root = resolve(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "docs/COMPLIANCE.md"), "utf8");

function textOf(path: string): string | undefined {
  const absolute = join(root, path);
  return existsSync(absolute) ? readFileSync(absolute, "utf8") : undefined;
}

const ports: readonly Port[] = [
  { letter: "S", count: 30, caseNames: storageCaseNames, flaws: toyStorageFlaws },
  { letter: "T", count: 27, caseNames: transportCaseNames, flaws: toyTransportFlaws },
  { letter: "N", count: 16, caseNames: snapshotStoreCaseNames, flaws: toySnapshotFlaws },
  { letter: "M", count: 17, caseNames: stateMachineCaseNames, flaws: toyMachineFlaws },
];

test("docs/COMPLIANCE.md tells every number, every case, and faults that they find", () => {
  expect(new PageCheck(page, textOf).run(ports)).toEqual([]);
});

test("what is wrong with it is found", () => {
  const port: Port = {
    letter: "S",
    count: 6,
    caseNames: ["S01 one", "S02 two", "S03 three"],
    flaws: new Map([
      ["own", ["S01"]],
      ["shared", ["S02", "S03"]],
    ]),
  };
  const wrong = `
| S01 | one | own; shared |
| S02 | to | |
| S03 | three | shared |
| S04 | [a.ts](../a.ts): S04 there | |
| S04 | [a.ts](../a.ts): not there | |
| S05 | [b.ts](../b.ts): S05 | |
| S07 | — comes later | |

- S01, S02: no reason.
`;
  const check = new PageCheck(wrong, (path) => (path === "a.ts" ? 'test("S04 there")' : undefined));
  expect(check.run([port])).toEqual([
    "the number S06 is missing",
    "there is no number S07",
    "the case S02 two is missing",
    "there is no case S02 to",
    'S01 does not find "shared"',
    "S02 to: no fault shows that it can fail",
    'S04: a.ts has no test "not there"',
    'S04 is not in the name of the test "not there"',
    "S05: there is no b.ts",
    "the number without a fault of its own S03 is missing",
    "there is no number without a fault of its own S01",
  ]);
});
