import { describe, expect, test } from "vitest";
import { addressOf, fragmentOf, startOptions } from "../../src/state/address.ts";

describe("addressOf", () => {
  test("an empty fragment is the usual cluster", () => {
    expect(addressOf("")).toEqual({
      start: startOptions,
      session: undefined,
      lesson: undefined,
      language: undefined,
      theme: undefined,
    });
  });

  test("reads what it says", () => {
    expect(addressOf("#seed=2A&nodes=7&lang=zh&theme=dark&lesson=replication")).toMatchObject({
      start: { seed: "2a", nodes: 7, options: startOptions.options },
      lesson: "replication",
      language: "zh",
      theme: "dark",
    });
  });

  test.each(["#seed=xyz&nodes=99", "#seed=&nodes=0", "#nodes=2.5&lang=fr&theme=pink", "#&&=&%"])(
    "what means nothing is passed over: %s",
    (fragment) => {
      expect(addressOf(fragment)).toMatchObject({ start: startOptions, language: undefined, theme: undefined });
    },
  );

  test("a link's session is found again", () => {
    expect(addressOf(fragmentOf("1.q1ZK_L-x")).session).toBe("1.q1ZK_L-x");
  });
});
