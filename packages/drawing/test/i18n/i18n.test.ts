import { describe, expect, test } from "vitest";
import { chineseDrawing } from "../../src/i18n/chinese.ts";
import { englishDrawing } from "../../src/i18n/english.ts";
import { type Translation, preferredLanguage } from "../../src/i18n/language.ts";

const CHINESE = /\p{Script=Han}/u;

function textsOf(table: object): readonly string[] {
  return Object.values(table).flatMap((value: unknown) => {
    if (typeof value === "string") return [value];
    if (typeof value === "function") return [String(value(1, 2, 3))];
    return typeof value === "object" && value !== null ? textsOf(value) : [];
  });
}

describe("the tables", () => {
  test("English has no Chinese, and Chinese is Chinese", () => {
    expect(textsOf(englishDrawing).filter((text) => CHINESE.test(text))).toEqual([]);
    const withoutWords = textsOf(chineseDrawing).filter((text) => /\p{Letter}/u.test(text) && !CHINESE.test(text));
    expect(withoutWords).toEqual([]);
  });

  test("no Chinese text has a comma, a colon or a semicolon of another script", () => {
    expect(textsOf(chineseDrawing).filter((text) => /[,;:](?!\/)/.test(text))).toEqual([]);
  });
});

describe("preferredLanguage", () => {
  test.each([
    [["zh-CN", "en"], "zh"],
    [["de", "en-GB", "zh"], "en"],
    [["fr"], "en"],
    [[], "en"],
  ])("%j is %s", (tags, language) => {
    expect(preferredLanguage(tags)).toBe(language);
  });
});

test("a translation has the parameters of the original", () => {
  const original = { a: "b", c: { d: (count: number): string => `${count}` } };
  const translation: Translation<typeof original> = { a: "x", c: { d: (count) => count.toFixed(1) } };
  expect(translation.c.d(2)).toBe("2.0");
});
