import { describe, expect, test } from "vitest";
import { TraceReader } from "../../src/world/trace-reader.ts";

const failed = "= -1 EIO (Input/output error) (INJECTED)";
const log = "/run/n1/data/log/000001.log";

const told = [
  `[pid  1234] pwritev(21<${log}>, [{iov_base="\\0)\\1"..., iov_len=9}], 1, 4096) = 9`,
  `[pid  1234] fdatasync(21<${log}>) ${failed}`,
  `[pid  1235] fsync(7</run/n1/data/snapshots>(deleted) <unfinished ...>`,
  `[pid  1236] fdatasync(9</run/n1/other> <unfinished ...>`,
  `[pid  1236] <... fdatasync resumed>) = 0`,
  `[pid  1235] <... fsync resumed>) ${failed}`,
  `fdatasync(3</run/alone>) = 0 (DELAYED)`,
  `fdatasync(3) ${failed}`,
  "strace: Process 1234 attached",
  "",
].join("\n");

const hits = [
  { call: "fdatasync", path: log },
  { call: "fsync", path: "/run/n1/data/snapshots" },
  { call: "fdatasync", path: "/run/alone" },
  { call: "fdatasync", path: "" },
];

describe("what strace tells", () => {
  test("of tampered calls is read with their files, those as well that others came between", () => {
    const reader = new TraceReader();
    expect(reader.read(told)).toEqual(hits);
    expect(reader.complaint).toBe("strace: Process 1234 attached");
  });

  test("may come in any pieces", () => {
    const reader = new TraceReader();
    expect(told.split(/(?<=.)/s).flatMap((piece) => reader.read(piece))).toEqual(hits);
  });
});
