import { expect, test } from "vitest";
import { standardBounds } from "./bounds.ts";
import { boundsInWords } from "./bounds-in-words.ts";

test("bounds are told in words", () => {
  expect(boundsInWords(standardBounds)).toBe(
    "3 nodes, 2 terms beyond the first, 3 entries in a log before its leader takes no more, 2 crashes, 1 duplicate, " +
      "no reported losses, no rounds of heartbeats; without pre-votes, all entries in one message, writes that a crash may " +
      "lose, stale answers left out, from where all hold n1's first entry",
  );
  expect(boundsInWords({ ...standardBounds, crashes: 0, entries: 1, preVote: true })).toMatch(
    /1 entry in a log .*, no crashes, .*; with pre-votes, /,
  );
});
