import { type SourceText, lineOf } from "./source-text.ts";

export interface Violation {
  readonly line: number;
  readonly rule: string;
}

const LINES_MAX = 400;

interface Pattern {
  readonly rule: string;
  readonly where: "code" | "comments";
  readonly pattern: RegExp;
}

const EVERYWHERE: readonly Pattern[] = [
  { rule: "open work noted in a comment", where: "comments", pattern: /\b(?:TODO|FIXME|XXX)\b/g },
  { rule: "a check switched off", where: "comments", pattern: /@ts-\w+|\b(?:ox|es|ts)lint-(?:dis|en)able\b/g },
  { rule: "a formatter switched off", where: "comments", pattern: /\b(?:prettier|oxfmt)-ignore\b/g },
  { rule: "boundaries switched off", where: "comments", pattern: /@boundaries-ignore\b/g },
  { rule: "the type any", where: "code", pattern: /(?:[:<,|&]|=>|\bas|\bextends)\s*any\b(?!\s*[:?(])|\bany\[\]/g },
  { rule: "a cast through unknown", where: "code", pattern: /\bas\s+unknown\s+as\b/g },
];

const IN_TESTS: readonly Pattern[] = [
  { rule: "a test left out or run alone", where: "code", pattern: /\.(?:skip|only|todo)\b/g },
  { rule: "a test left out", where: "code", pattern: /\bx(?:it|test|describe)\s*\(/g },
];

/** What the rules for every source file find in one. */
export function sourceViolations(source: SourceText, kind: "source" | "test"): readonly Violation[] {
  const patterns = kind === "test" ? [...EVERYWHERE, ...IN_TESTS] : EVERYWHERE;
  const found = patterns.flatMap(({ rule, where, pattern }) =>
    [...source[where].matchAll(pattern)].map((match) => ({ line: lineOf(source.text, match.index), rule })),
  );
  return [...found, ...lengthViolations(source.text)].toSorted((a, b) => a.line - b.line);
}

/** Whether a file is too long to be read in one go. */
export function lengthViolations(text: string): readonly Violation[] {
  const lines = text.trimEnd().split("\n").length;
  return lines > LINES_MAX ? [{ line: lines, rule: `more than ${LINES_MAX} lines` }] : [];
}

const NAMED_REEXPORT = /\bexport\s+(?:type\s+)?\{[^{}]+\}\s*from\s*" *"\s*;/g;

/** What stands in an `index.ts` besides exports that name one by one what other files define. */
export function indexViolations(source: SourceText): readonly Violation[] {
  const rest = source.code.replaceAll(NAMED_REEXPORT, (statement) => statement.replaceAll(/[^\n]/g, " "));
  const offset = rest.search(/\S/);
  return offset < 0 ? [] : [{ line: lineOf(rest, offset), rule: "more than named exports from other files" }];
}
