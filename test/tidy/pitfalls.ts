/** A pitfall as docs/PITFALLS.md tells it. */
export interface Pitfall {
  readonly number: number;
  /** It concerns what is not built; then it may have no tests. */
  readonly isLater: boolean;
  /** What its tests play, in short; empty where that is not said. */
  readonly played: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

export const PITFALL_COUNT = 54;

const PITFALL = /^\*\*P(\d+)\*\*/;
const PLAYED = /^Played: (.+)$/m;
const TEST = /^- `([^`]+)`: (.+)$/;

export function pitfallsOf(text: string): readonly Pitfall[] {
  const paragraphs = text.split(/^(?=\*\*P\d)/m).filter((paragraph) => PITFALL.test(paragraph));
  return paragraphs.map((paragraph) => {
    const sentence = paragraph.split("\n- ", 1)[0] ?? "";
    const tests = paragraph.split("\n").flatMap((line) => {
      const [, file, name] = TEST.exec(line) ?? [];
      return file === undefined || name === undefined ? [] : [{ file, name }];
    });
    const number = Number(PITFALL.exec(paragraph)?.[1]);
    const played = PLAYED.exec(paragraph)?.[1] ?? "";
    return { number, isLater: /\bComes with\b/.test(sentence), played, tests };
  });
}

/** Whether a test of this name says that it is about the pitfall. P54 has parts: P54a, P54b … */
export function cites(name: string, number: number): boolean {
  return new RegExp(`\\bP${number}[a-h]?\\b`).test(name);
}

/**
 * Where the page and the tests differ. `textOf` gives a test file's text, undefined where there is no such file; a name
 * must stand in it as a string, as a test's or a group's title does.
 */
export function pitfallViolations(
  pitfalls: readonly Pitfall[],
  textOf: (file: string) => string | undefined,
): readonly string[] {
  const expected = Array.from({ length: PITFALL_COUNT }, (_, i) => i + 1);
  const violations: string[] = [];
  for (const number of expected) {
    const count = pitfalls.filter((pitfall) => pitfall.number === number).length;
    if (count !== 1) violations.push(`P${number} is told ${count} times`);
  }
  for (const { number, isLater, played, tests } of pitfalls) {
    if (!expected.includes(number)) violations.push(`P${number} is no pitfall`);
    for (const { file, name } of tests) {
      const text = textOf(file);
      if (text === undefined) violations.push(`P${number}: there is no ${file}`);
      else if (!text.includes(`"${name}"`)) violations.push(`P${number}: ${file} has no test "${name}"`);
    }
    if ((played === "") !== (tests.length === 0))
      violations.push(`P${number} has tests, or says what they play, not both`);
    if (!isLater && !tests.some(({ name }) => cites(name, number))) {
      violations.push(`P${number} is said to be covered, but no test of it carries its number`);
    }
  }
  return violations;
}
