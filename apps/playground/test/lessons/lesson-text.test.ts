import { expect, test } from "vitest";
import { paragraphsOf } from "../../src/lessons/lesson-text.tsx";

test("paragraphs, strong words, code and names are all the markup there is", () => {
  expect(paragraphsOf("`{leader}` **leads** now.\n\nTerm {term}, {other}.", { leader: "n2", term: 3 })).toEqual([
    [
      { type: "code", text: "n2" },
      { type: "plain", text: " " },
      { type: "strong", text: "leads" },
      { type: "plain", text: " now." },
    ],
    [{ type: "plain", text: "Term 3, {other}." }],
  ]);
});

test("what looks like HTML is text", () => {
  expect(paragraphsOf("<b>a</b> * b", {})).toEqual([[{ type: "plain", text: "<b>a</b> * b" }]]);
});
