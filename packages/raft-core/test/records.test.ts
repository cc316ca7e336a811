import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { Entry, recordsOf } from "../src/index.ts";
import { bytesOf } from "./harness/stored.ts";

describe("recordsOf", () => {
  const entries = [1, 2, 3, 4].map((index) => new Entry(index, 1, "command", bytesOf(`data ${index}`)));
  const apart = entries.map(({ index, data }) => new Entry(index, 1, "command", data).record(crc32));

  function joined(pieces: readonly Uint8Array[]): Buffer {
    return Buffer.concat(pieces);
  }

  test("encodes into one piece what is not encoded yet, and the entries keep their parts of it", () => {
    const pieces = recordsOf(entries, crc32);
    expect(pieces).toHaveLength(1);
    expect(joined(pieces)).toEqual(joined(apart));
    expect(entries.map((entry) => entry.record(() => expect.fail("encoded again")))).toEqual(apart);
    expect(joined(recordsOf(entries.slice(1, 3), crc32))).toEqual(joined(apart.slice(1, 3)));
  });

  test("takes what lies side by side as one piece, and no more", () => {
    const frame = joined([...apart.slice(0, 2), bytesOf("between"), ...apart.slice(2)]);
    let at = 0;
    const received = apart.map((record, i) => {
      if (i === 2) at += "between".length;
      const bytes = frame.subarray(at, (at += record.length));
      return Entry.fromRecord({ kind: 0, term: 1, index: i + 1, data: bytes.subarray(28) }, bytes);
    });
    const pieces = recordsOf(
      received.filter((entry) => entry !== undefined),
      () => expect.fail("encoded again"),
    );
    expect(pieces.map(({ length }) => length)).toEqual([
      joined(apart.slice(0, 2)).length,
      joined(apart.slice(2)).length,
    ]);
    expect(joined(pieces)).toEqual(joined(apart));
  });

  test("is nothing for no entries", () => {
    expect(recordsOf([], crc32)).toEqual([]);
  });
});
