// @vitest-environment happy-dom
import { chineseDrawing, englishDrawing, Legend } from "@quorate/drawing";
import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { messageTypes } from "../src/look/message-look.ts";
import { follow, show } from "./support/page.ts";

test("the legend explains every message and every mark, in the reader's language", () => {
  const texts = signal(englishDrawing);
  const frame = show(<Legend texts={texts} />);
  const words = () => [...frame.querySelectorAll("li")].map((item) => item.textContent.trim());
  for (const type of messageTypes) expect(words()).toContain(englishDrawing.messages[type]);
  for (const mark of Object.values(englishDrawing.marks)) expect(words()).toContain(mark);
  follow(() => (texts.value = chineseDrawing));
  expect(words()).toContain(chineseDrawing.messages["request-vote"]);
});
