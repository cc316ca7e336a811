import { expect, test } from "vitest";
import { openProgress } from "../../src/cli/progress.ts";
import { bytesText, columns, countText } from "../../src/report/columns.ts";
import { histogramText, msText } from "../../src/report/histogram.ts";

test("figures are told with as many digits as they have a meaning", () => {
  expect([0.0123, 1.2345, 99.96, 123.4, 1234].map(msText)).toEqual([
    "0.0123 ms",
    "1.23 ms",
    "100 ms",
    "123 ms",
    "1.23 s",
  ]);
  expect([countText(1234567.8), bytesText(2 ** 20), bytesText(1.5 * 2 ** 30)]).toEqual([
    "1,234,568",
    "1 MiB",
    "1.50 GiB",
  ]);
});

test("columns stand below each other", () => {
  expect(columns([["a", "1"], ["bcd", "234"], ["e"]])).toBe("  a      1\n  bcd  234\n  e");
});

test("the longest bar is that of the fullest bucket", () => {
  const text = histogramText([
    { fromMs: 1, toMs: 2, count: 10 },
    { fromMs: 2, toMs: 4, count: 30 },
  ]);
  expect(text.split("\n").map((line) => [line.includes("25.00 %"), line.split("█").length - 1])).toEqual([
    [true, 13],
    [false, 40],
  ]);
});

test("progress takes one line of a terminal, and none of what a program reads", () => {
  const written: string[] = [];
  const terminal = { isTTY: true, columns: 10, write: (text: string) => written.push(text) > 0 };
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const progress = openProgress({ isJson: false, print, terminal });
  progress.say("a long line of words");
  progress.end();
  expect(written).toEqual(["\r\u001B[Ka long li", "\r\u001B[K"]);
  openProgress({ isJson: true, print, terminal }).say("x");
  expect([written.length, printed]).toEqual([2, []]);
  const elsewhere = openProgress({ isJson: false, print, terminal: { ...terminal, isTTY: false } });
  elsewhere.say("once");
  elsewhere.say("again at once");
  expect(printed).toEqual(["once"]);
  elsewhere.say("the next step", "step");
  expect(printed).toEqual(["once", "the next step"]);
});
