import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { SHOWN_BYTES_MAX, shownValue } from "../../../src/page/keys/value-text.ts";

const base64 = (value: string | readonly number[]): string => Buffer.from(value as string).toString("base64");

test("a value is text in UTF-8, or bytes", () => {
  expect(shownValue(base64("héllo 世界"), "text")).toEqual({ text: "héllo 世界", bytes: 13, isCut: false });
  expect(shownValue(base64("hé"), "hex").text).toBe("68 c3 a9");
  expect(shownValue("", "text")).toEqual({ text: "", bytes: 0, isCut: false });
});

test("bytes that are no text show as such, and none is lost", () => {
  expect(shownValue(base64([0xff, 0x41]), "text").text).toBe("\ufffdA");
  expect(shownValue(base64([0xff, 0x00]), "hex").text).toBe("ff 00");
});

test("of a long value only the beginning is shown", () => {
  const long = shownValue(base64("x".repeat(100_000)), "text");
  expect(long).toEqual({ text: "x".repeat(SHOWN_BYTES_MAX), bytes: 100_000, isCut: true });
  expect(shownValue(base64("x".repeat(SHOWN_BYTES_MAX)), "text").isCut).toBe(false);
});
