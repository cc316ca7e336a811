import { describe, expect, test } from "vitest";
import { Outline } from "../src/outline.ts";

describe("P10 what a node has promised", () => {
  test("is not taken back: a term below the stored one is refused by both, and nothing changes", () => {
    const outline = new Outline();
    outline.apply({ hardState: { term: 7, votedFor: "n2" }, entries: [] });
    const write = { hardState: { term: 6, votedFor: undefined }, entries: [] };
    expect(() => outline.check(write)).toThrow("hardState.term 6 is below the stored term 7");
    expect(outline.hardState).toEqual({ term: 7, votedFor: "n2" });
  });
});
