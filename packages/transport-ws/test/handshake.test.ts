import { describe, expect, test } from "vitest";
import { encodeEnvelope } from "../src/envelope.ts";
import { closeReason, decodeAnswer, decodeHello, mistakeIn, refusalOf, versionFor } from "../src/handshake.ts";
import { Malformed } from "../src/malformed.ts";
import type { Hello, Welcome } from "../src/schema.ts";
import { helloOf, welcomeOf } from "./live.ts";

const self = { id: "b", clusterId: "shop" };
const hello: Hello = {
  ...{ type: "hello", minVersion: 1, maxVersion: 1, clusterId: "shop", from: "a", to: "b" },
  ...{ instance: "process of a", epoch: 1 },
};
const welcome: Welcome = { type: "welcome", version: 1, clusterId: "shop", from: "a", standing: "member" };

describe("hello", () => {
  test("is what was said", () => {
    expect(decodeHello(helloOf({ id: "a", clusterId: "shop" }, "b"))).toEqual(hello);
  });

  test("§6: whoever is of this cluster and means this node is let in", () => {
    expect(refusalOf(hello, self)).toBeUndefined();
  });

  test.each([
    ["W08: another cluster", { clusterId: "bank" }, 4002, /cluster "shop"/],
    ["W11: addressed to another node", { to: "c" }, 4003, /this is node "b"/],
    ["W11: with this node's own id", { from: "b" }, 4003, /another uses its id/],
  ] as const)("%s", (_name, change, code, reason) => {
    const refusal = refusalOf({ ...hello, ...change }, self);
    expect(refusal?.code).toBe(code);
    expect(refusal?.reason).toMatch(reason);
  });

  test.each([
    ["W09: only newer versions", { minVersion: 2, maxVersion: 3 }, "2 to 3"],
    ["W09: only older versions", { minVersion: 0, maxVersion: 0 }, "0 to 0"],
    [
      "W09: a newer version, which says other things",
      { minVersion: 2, maxVersion: 2, epoch: undefined, mood: 1 },
      "2 to 2",
    ],
  ] as const)("%s: both are named", (_name, change, versions) => {
    const reason = `protocol versions ${versions} are not spoken here, only 1 to 1`;
    expect(decodeHello(encodeEnvelope({ ...hello, ...change }))).toEqual({ code: 4001, reason });
  });

  test("W09: the latest version that both speak is taken; none at all is malformed", () => {
    expect(versionFor({ ...hello, minVersion: 0, maxVersion: 9 })).toBe(1);
    const { minVersion: _, ...rest } = hello;
    expect(() => decodeHello(encodeEnvelope(rest))).toThrow(Malformed);
    expect(() => decodeHello(welcomeOf(self))).toThrow(Malformed);
  });
});

describe("welcome", () => {
  test("the node that was dialled is believed", () => {
    expect(decodeAnswer(welcomeOf({ id: "a", clusterId: "shop" }))).toEqual(welcome);
    expect(mistakeIn(welcome, self, "a")).toBeUndefined();
  });

  test.each([
    ["another cluster", { clusterId: "bank" }, 4002],
    ["another node", { from: "c" }, 4003],
    ["a version that was not offered", { version: 2 }, 4001],
  ] as const)("%s", (_name, change, code) => {
    expect(mistakeIn({ ...welcome, ...change }, self, "a")?.code).toBe(code);
  });
});

test("a close reason fits in its frame and is never cut within a character", () => {
  expect(closeReason("short").toString()).toBe("short");
  for (let shift = 0; shift < 4; shift += 1) {
    const cut = closeReason(`${"x".repeat(shift)}${"節".repeat(60)}`);
    expect(cut.length).toBeLessThanOrEqual(123);
    expect(cut.length).toBeGreaterThan(119);
    expect(cut.toString()).not.toContain("\uFFFD");
  }
});
