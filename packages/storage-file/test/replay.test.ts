import { crc32 } from "node:zlib";
import { nodeFileSystem } from "@quorate/file-system";
import { decodeRecord } from "@quorate/raft-core";
import { describe, expect, test } from "vitest";
import type { SegmentHeader } from "../src/format.ts";
import { Replay } from "../src/replay.ts";
import { Segment } from "../src/segment.ts";
import { entriesOf } from "./temporary-directory.ts";

const identity = { clusterId: "c1", nodeId: "n1" };
const nowhere = { index: 0, term: 0 };
const hardState = { term: 1, votedFor: undefined };
const first: SegmentHeader = {
  ...identity,
  sequence: 1,
  previousSequence: 0,
  hardState,
  base: nowhere,
  last: nowhere,
};

/** Has read a segment that holds entries 1 to 3. */
function replayed(): Replay {
  const replay = new Replay();
  const segment = new Segment(nodeFileSystem, { path: "1.log", sequence: 1 }, 0);
  replay.enter(first, 0);
  for (const entry of entriesOf(1, 3, 1)) {
    const bytes = entry.record(crc32);
    const decoded = decodeRecord(bytes, 0, crc32);
    if (decoded.type !== "record") throw new Error(`entry ${entry.index} is ${decoded.type}`);
    expect(replay.apply(segment, decoded.record, { offsetBytes: 0, bytes })).toBeUndefined();
  }
  return replay;
}

describe("P45 whole records that are missing at the end of a segment", () => {
  const next: SegmentHeader = { ...first, sequence: 2, previousSequence: 1, last: { index: 3, term: 1 } };

  test("are noticed by the next segment's header, though no entry follows that would not fit", () => {
    expect(replayed().enter(next, 0)).toBeUndefined();
    expect(replayed().enter({ ...next, last: { index: 4, term: 1 } }, 0)).toMatch(
      "begins behind entry 4 of term 1, but the segment before it ends with entry 3",
    );
    expect(replayed().enter({ ...next, last: { index: 3, term: 2 } }, 0)).toMatch("behind entry 3 of term 2");
  });

  test("are noticed by a vote, or a base, that they had brought", () => {
    expect(replayed().enter({ ...next, hardState: { term: 1, votedFor: "n2" } }, 0)).toMatch(
      "its hard state of term 1",
    );
    expect(replayed().enter({ ...next, base: { index: 2, term: 1 } }, 0)).toMatch("its base is entry 2");
  });
});
