import { describe, expect, test } from "vitest";
import { encodeEnvelope } from "../src/envelope.ts";
import {
  closeReason,
  decodeHello,
  decodeWelcome,
  encodeHello,
  encodeWelcome,
  mistakeIn,
  refusalOf,
  versionFor,
} from "../src/handshake.ts";
import { Malformed } from "../src/malformed.ts";

const self = { id: "b", clusterId: "shop" };
const hello = decodeHello(encodeHello({ id: "a", clusterId: "shop" }, "b"));
const welcome = decodeWelcome(encodeWelcome({ id: "a", clusterId: "shop" }, 1));

describe("hello", () => {
  test("§6: whoever is of this cluster and means this node is let in", () => {
    expect(refusalOf(hello, self)).toBeUndefined();
  });

  test.each([
    ["W08: another cluster", { clusterId: "bank" }, 4002, /cluster "shop"/],
    ["W09: only newer versions", { minVersion: 2, maxVersion: 3 }, 4001, /versions 2 to 3 are not spoken here/],
    ["W09: only older versions", { minVersion: 0, maxVersion: 0 }, 4001, /versions 0 to 0/],
    ["W11: addressed to another node", { to: "c" }, 4003, /this is node "b"/],
    ["W11: with this node's own id", { from: "b" }, 4003, /another uses its id/],
  ] as const)("%s", (_name, change, code, reason) => {
    const refusal = refusalOf({ ...hello, ...change }, self);
    expect(refusal?.code).toBe(code);
    expect(refusal?.reason).toMatch(reason);
  });

  test("W09: the latest version that both speak is taken; none at all is malformed", () => {
    expect(versionFor({ ...hello, minVersion: 0, maxVersion: 9 })).toBe(1);
    const { minVersion: _, ...rest } = hello;
    expect(() => decodeHello(encodeEnvelope(rest))).toThrow(Malformed);
    expect(() => decodeHello(encodeWelcome(self, 1))).toThrow(Malformed);
  });
});

describe("welcome", () => {
  test("the node that was dialled is believed", () => {
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
