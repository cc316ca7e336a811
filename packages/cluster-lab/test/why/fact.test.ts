import { expect, test } from "vitest";
import { whySections } from "../../src/index.ts";

test("every fact names its section", () => {
  for (const section of Object.values(whySections)) expect(section).toMatch(/^(?:§\d|diss\. §\d|fig\. \d)/);
});
