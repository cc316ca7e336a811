import { describe, expect, test } from "vitest";
import { breakTexts } from "../src/panels/break-texts.ts";
import { clientsTexts } from "../src/panels/clients-texts.ts";
import { clusterTexts } from "../src/panels/cluster-texts.ts";
import { nodeTexts } from "../src/panels/node-texts.ts";
import { rulesTexts } from "../src/panels/rules-texts.ts";
import { chinese } from "../src/i18n/chinese.ts";
import { answerTexts } from "../src/i18n/answers.ts";
import { english } from "../src/i18n/english.ts";
import { refusalTexts } from "../src/i18n/refusals.ts";

const tables: readonly (readonly [string, { readonly en: object; readonly zh: object }])[] = [
  ["the page", { en: english, zh: chinese }],
  ["what is refused", refusalTexts],
  ["what comes of a proposal", answerTexts],
  ["break it", breakTexts],
  ["clients", clientsTexts],
  ["the cluster", clusterTexts],
  ["a node", nodeTexts],
  ["invariants", rulesTexts],
];

function textsOf(table: object): readonly string[] {
  return Object.values(table).flatMap((value: unknown) => {
    if (typeof value === "string") return [value];
    if (typeof value === "function") return [String(value("a", "b", "c"))];
    return typeof value === "object" && value !== null ? textsOf(value) : [];
  });
}

/** Names, and what is written the same everywhere. */
const withoutWords = (text: string): boolean => !/\p{Letter}{3,}/u.test(text.replaceAll(/\b(?:cas|English)\b/g, ""));

describe.each(tables)("%s", (_, { en, zh }) => {
  test("speaks Chinese where it should, and English where it should", () => {
    expect(textsOf(en).filter((text) => /\p{Script=Han}/u.test(text) && !/^(?:中文|以中文显示)$/.test(text))).toEqual(
      [],
    );
    const foreign = textsOf(zh).filter((text) => !/\p{Script=Han}/u.test(text) && !withoutWords(text));
    expect(foreign).toEqual(textsOf(zh).includes("English") ? ["Show in English"] : []);
  });

  test("Chinese is punctuated as Chinese", () => {
    const wrong = textsOf(zh).filter((text) => /\p{Script=Han}[,;:!?.](?!\d)/u.test(text));
    expect(wrong).toEqual([]);
  });
});
