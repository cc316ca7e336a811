/** A kind of input as docs/HOSTILE.md tells it. */
export interface HostileInput {
  readonly number: number;
  /** It concerns what is not built; then it may have no tests. */
  readonly isLater: boolean;
  /** What comes of it; empty where that is not said. */
  readonly expected: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

export const HOSTILE_COUNT = 25;

const NUMBER = /^\*\*W(\d\d)\*\*/;
const EXPECTED = /^Expected: (.+)$/m;
const TEST = /^- `([^`]+)`: (.+)$/gm;

export function hostileInputsOf(text: string): readonly HostileInput[] {
  const paragraphs = text.split(/^(?=\*\*W\d)/m).filter((paragraph) => NUMBER.test(paragraph));
  return paragraphs.map((paragraph) => ({
    number: Number(NUMBER.exec(paragraph)?.[1]),
    isLater: /\bComes with\b/.test(paragraph),
    expected: EXPECTED.exec(paragraph)?.[1] ?? "",
    tests: [...paragraph.matchAll(TEST)].map(([, file = "", name = ""]) => ({ file, name })),
  }));
}

/**
 * Where the page and the tests differ. `textOf` gives a test file's text, undefined where there is no such file; a name
 * must stand in it as a string, as a test's or a group's title does.
 */
export function hostileViolations(
  inputs: readonly HostileInput[],
  textOf: (file: string) => string | undefined,
): readonly string[] {
  const expectedNumbers = Array.from({ length: HOSTILE_COUNT }, (_, i) => i + 1);
  const told = inputs.map(({ number }) => number);
  const violations = told.join() === expectedNumbers.join() ? [] : [`the numbers are ${told.join()}`];
  for (const { number, isLater, expected, tests } of inputs) {
    const label = `W${String(number).padStart(2, "0")}`;
    for (const { file, name } of tests) {
      const text = textOf(file);
      if (text === undefined) violations.push(`${label}: there is no ${file}`);
      else if (!text.includes(`"${name}"`)) violations.push(`${label}: ${file} has no test "${name}"`);
    }
    if ((expected === "") !== (tests.length === 0))
      violations.push(`${label} has tests, or says what comes of it, not both`);
    if (!isLater && !tests.some(({ name }) => new RegExp(`\\b${label}\\b`).test(name))) {
      violations.push(`${label} is said to be covered, but no test of it carries its number`);
    }
  }
  return violations;
}
