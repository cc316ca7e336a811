import { RaftError } from "@quorate/raft-core";
import { type DiskImage, MemoryFileSystem } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { LogDamage } from "../src/failures.ts";
import { type LogReport, inspectLog } from "../src/index.ts";
import { SEGMENT_BYTES, blockDamages, bytesIn, imageOf, pathsIn, smallDamages } from "./damages.ts";
import { recordsIn } from "./records-in.ts";
import { listeningLogger, openLog } from "./temporary-directory.ts";

/** What the verifier says of a directory, which it must not touch. */
async function reportOf(image: DiskImage): Promise<LogReport> {
  const fileSystem = new MemoryFileSystem(image);
  const report = await inspectLog({ directory: "log", fileSystem });
  expect(fileSystem.calls).toEqual([]);
  expect(fileSystem.held).toBe(0);
  return report;
}

/** What opening the directory does: whether it warns, or where it says that the damage is. */
async function openedFrom(image: DiskImage): Promise<string> {
  const logger = listeningLogger();
  try {
    const fileSystem = new MemoryFileSystem(image);
    await (await openLog("log", { fileSystem, segmentBytes: SEGMENT_BYTES, logger })).close();
    return logger.warnings.length > 0 ? "mended" : "opened";
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    const { cause } = error;
    return cause instanceof LogDamage ? `${cause.path} is damaged at offset ${cause.offsetBytes}` : error.code;
  }
}

function verdictOf({ findings }: LogReport): string {
  const damage = findings.find(({ severity }) => severity === "damage");
  if (damage !== undefined) return `${damage.file} is damaged at offset ${damage.offsetBytes}`;
  return findings.length > 0 ? "mended" : "opened";
}

describe("F28: the verifier", () => {
  test("explains a healthy log", async () => {
    const image = await imageOf("n1");
    const { identity, segments, state, findings } = await reportOf(image);
    expect(findings).toEqual([]);
    expect(identity).toEqual({ clusterId: "c1", nodeId: "n1" });
    expect(state).toMatchObject({ hardState: { term: 5, votedFor: "n1" }, base: { index: 0, term: 0 }, lastIndex: 27 });
    expect(segments.map(({ file }) => file)).toEqual(pathsIn(image));
    for (const { file, sizeBytes, recordsEndBytes, provenBytes } of segments) {
      const last = recordsIn(bytesIn(image, file)).at(-1);
      expect(sizeBytes).toBe(bytesIn(image, file).length);
      expect(recordsEndBytes).toBe(last?.end);
      expect(provenBytes).toBe(file === segments.at(-1)?.file ? last?.at : last?.end);
    }
    const ranges = segments.map(({ entries, firstIndex, lastIndex }) => [entries, firstIndex, lastIndex]);
    expect(ranges).toEqual([
      [12, 1, 12],
      [12, 11, 22],
      [5, 23, 27],
    ]);
  });

  test("says of every damage what opening the log says, at the same place, and mends nothing", async () => {
    const image = await imageOf("n1");
    let count = 0;
    const verdicts = new Set<string>();
    for (const path of pathsIn(image)) {
      const bytes = bytesIn(image, path);
      for (const damaged of [...blockDamages(bytes, []), ...smallDamages(bytes)]) {
        count += 1;
        if (count % 7 > 0) continue;
        const damagedImage = new Map([...image, [path, damaged]]);
        const verdict = verdictOf(await reportOf(damagedImage));
        expect(verdict).toBe(await openedFrom(damagedImage));
        verdicts.add(verdict);
      }
    }
    expect(verdicts.size).toBeGreaterThan(20);
  });

  test("tells every damaged segment, not only the first", async () => {
    const image = new Map(await imageOf("n1"));
    const [first = "", second = ""] = pathsIn(image);
    for (const path of [first, second]) image.set(path, bytesIn(image, path).with(300, 0xee));
    const { findings, identity } = await reportOf(image);
    expect(findings.map(({ severity, file }) => [severity, file])).toEqual([
      ["damage", first],
      ["damage", second],
    ]);
    expect(identity?.nodeId).toBe("n1");
  });

  test("tells a segment that is missing, one that came back, and a directory without a log", async () => {
    const image = await imageOf("n1");
    const [, second = ""] = pathsIn(image);
    const gap = await reportOf(new Map([...image].filter(([path]) => path !== second)));
    expect(gap.findings).toMatchObject([{ severity: "damage", reason: expect.stringContaining("missing") }]);
    expect(await reportOf(new Map([["log", undefined]]))).toMatchObject({
      segments: [],
      state: undefined,
      findings: [],
    });
    await expect(reportOf(new Map())).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });
});
