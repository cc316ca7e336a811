// @vitest-environment happy-dom
import { englishDrawing, TimeLine, type TimeMark } from "@quorate/drawing";
import { signal } from "@preact/signals";
import { beforeEach, describe, expect, test } from "vitest";
import { find, follow, point, press, show } from "../support/page.ts";

const marks: readonly TimeMark[] = [
  { atMs: 200, kind: "election", node: "n1", text: "", term: 1 },
  { atMs: 210, kind: "leader", node: "n1", text: "", term: 1 },
  { atMs: 300, kind: "commit", node: undefined, text: "" },
  { atMs: 700, kind: "crash", node: "n1", text: "" },
];

function drawn() {
  const nowMs = signal(500);
  const seeks: number[] = [];
  const onSeek = (atMs: number): void => {
    seeks.push(atMs);
    nowMs.value = atMs;
  };
  const props = { nowMs, presentMs: signal(1_000), marks: signal(marks), texts: signal(englishDrawing), onSeek };
  const frame = show(<TimeLine {...props} />);
  return { frame, line: find(frame, ".time-line"), seeks, nowMs };
}

describe("TimeLine", () => {
  beforeEach(() => {
    Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 800, 60);
    Element.prototype.setPointerCapture = () => undefined;
  });

  test("marks what happened, and who led", () => {
    const { frame } = drawn();
    const kinds = [...frame.querySelectorAll(".time-mark")].map((mark) => mark.getAttribute("data-kind"));
    expect(kinds).toEqual(["election", "leader", "crash"]);
    expect(frame.querySelectorAll(".time-band")).toHaveLength(1);
    expect(find(frame, ".time-commits").getAttribute("d")).toMatch(/^M120\.5 /);
  });

  test("is a slider that says the time in words", () => {
    const { line, nowMs } = drawn();
    expect(line.getAttribute("role")).toBe("slider");
    expect(line.getAttribute("aria-valuetext")).toBe("0.500 s");
    follow(() => (nowMs.value = 250));
    expect(line.getAttribute("aria-valuetext")).toBe("0.250 s");
  });

  test.each([
    ["ArrowLeft", {}, 490],
    ["ArrowRight", { shiftKey: true }, 600],
    ["Home", {}, 0],
    ["End", {}, 1_000],
    ["PageUp", {}, 210],
    ["PageDown", {}, 700],
  ])("%s %j goes to %i ms", (key, options, to) => {
    const { line, seeks } = drawn();
    press(line, key, options);
    expect(seeks).toEqual([to]);
  });

  test("does not go where nothing has happened yet, nor before the start", () => {
    const { line, seeks } = drawn();
    press(line, "End");
    press(line, "ArrowRight");
    press(line, "Home");
    press(line, "ArrowLeft");
    expect(seeks).toEqual([1_000, 1_000, 0, 0]);
  });

  test("a pointer goes to the moment that it points at", () => {
    const { line, seeks } = drawn();
    point(line, "pointerdown", 200, 20);
    point(line, "pointermove", 240, 20);
    expect(seeks).toEqual([500, 600]);
  });

  test("what is under the pointer is told in words", () => {
    const { line, frame } = drawn();
    point(line, "pointermove", 280, 20);
    expect(find(frame, ".time-bubble").textContent).toBe("0.700 scrash n1");
    point(line, "pointerleave", 0, 0);
    expect(frame.querySelector(".time-bubble")).toBeNull();
  });
});
