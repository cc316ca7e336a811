import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lookOf, lookOfType, messageTypes } from "../../src/look/message-look.ts";
import { appearanceOf, roleLooks } from "../../src/look/role-look.ts";
import { TERM_COLORS, termClass } from "../../src/look/term-look.ts";
import { flightOf, nodeOf } from "../support/views.ts";

const theme = readFileSync(join(import.meta.dirname, "../../src/theme.css"), "utf8");

describe("messages", () => {
  test("no two look the same, even without colour", () => {
    const forms = messageTypes.map((type) => {
      const { shape, hollow, color } = lookOfType(type);
      return `${shape} ${hollow} ${shape === "star" ? color : ""}`;
    });
    expect(new Set(forms).size).toBe(messageTypes.length);
  });

  test.each(messageTypes)("the colour of %s is one of the theme", (type) => {
    expect(theme).toContain(`${lookOfType(type).color}: light-dark(`);
  });

  test("a refusal is seen as one", () => {
    const reply = (granted: string) => flightOf({ type: "request-vote-reply", fields: [["granted", granted]] });
    expect(lookOf(reply("false")).refused).toBe(true);
    expect(lookOf(reply("true")).refused).toBe(false);
  });
});

describe("roles", () => {
  test("a node that is not up appears as what it is, whatever its role was", () => {
    expect(appearanceOf(nodeOf("n1", { role: "leader" }))).toBe("leader");
    expect(appearanceOf(nodeOf("n1", { role: "leader", condition: "paused" }))).toBe("paused");
    expect(appearanceOf(nodeOf("n1", { role: undefined }))).toBe("unknown");
    expect(appearanceOf(nodeOf("n1", { standing: "learner" }))).toBe("learner");
  });

  test("each has a letter of its own", () => {
    const letters = Object.values(roleLooks).map(({ letter }) => letter);
    expect(new Set(letters).size).toBe(letters.length);
  });
});

describe("terms", () => {
  test("neighbours have different colours, and the theme has all of them", () => {
    const classes = Array.from({ length: TERM_COLORS + 1 }, (_, term) => termClass(term + 1));
    expect(new Set(classes).size).toBe(TERM_COLORS);
    for (const name of [...classes, termClass(0)]) expect(theme).toContain(`.${name} {`);
  });
});
