/** A fault as docs/FAULTS.md tells it. */
export interface Fault {
  readonly number: number;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

export const FAULT_COUNT = 28;

const FAULT = /^\*\*F(\d\d)\*\* /;
const TEST = /^- `([^`]+)`: (.+)$/;

export function faultsOf(text: string): readonly Fault[] {
  const paragraphs = text.split(/^(?=\*\*F\d\d\*\* |## )/m).filter((paragraph) => FAULT.test(paragraph));
  return paragraphs.map((paragraph) => ({
    number: Number(FAULT.exec(paragraph)?.[1]),
    tests: paragraph.split("\n").flatMap((line) => {
      const [, file, name] = TEST.exec(line) ?? [];
      return file === undefined || name === undefined ? [] : [{ file, name }];
    }),
  }));
}

/** The numbers that the titles of a test file carry, with the titles. */
export function titlesWithNumbers(text: string): readonly { readonly name: string; readonly number: number }[] {
  const titles = text.matchAll(/\b(?:test|describe)(?:\.each\([^)]*\))?\(\s*"([^"]*)"/g);
  return [...titles].flatMap(([, name = ""]) => {
    return [...name.matchAll(/\bF(\d\d)\b/g)].map(([, number]) => ({ name, number: Number(number) }));
  });
}

/** Where the page and the tests differ; `files` are all test files with their texts. */
export function faultViolations(faults: readonly Fault[], files: ReadonlyMap<string, string>): readonly string[] {
  const label = (number: number): string => `F${String(number).padStart(2, "0")}`;
  const violations: string[] = [];
  for (let number = 1; number <= FAULT_COUNT; number += 1) {
    const count = faults.filter((fault) => fault.number === number).length;
    if (count !== 1) violations.push(`${label(number)} is told ${count} times`);
  }
  for (const { number, tests } of faults) {
    if (number < 1 || number > FAULT_COUNT) violations.push(`${label(number)} is no fault`);
    if (tests.length === 0) violations.push(`${label(number)} has no test`);
    for (const { file, name } of tests) {
      if (files.get(file)?.includes(`"${name}"`) !== true)
        violations.push(`${label(number)}: ${file} has no test "${name}"`);
      if (!name.includes(label(number))) violations.push(`${label(number)}: "${name}" does not carry the number`);
    }
  }
  for (const [file, text] of files) {
    for (const { name, number } of titlesWithNumbers(text)) {
      const isTold = faults.some((fault) => fault.number === number && fault.tests.some((each) => each.name === name));
      if (!isTold) violations.push(`${label(number)} does not name "${name}" of ${file}`);
    }
  }
  return violations;
}
