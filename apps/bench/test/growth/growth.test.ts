import { expect, test } from "vitest";
import { documentOf, figureLabel, tableOf } from "../../src/growth/document.ts";
import { type GrowthPart, MIB, bytesLabel } from "../../src/growth/part.ts";
import { courseOf, figuresOf } from "../../src/growth/phases.ts";
import { pictureOf, shortLabel } from "../../src/growth/picture.ts";
import { loadForValues } from "../../src/growth/sweeps.ts";

const part: GrowthPart = {
  ...{ name: "values", title: "Values that grow", method: "Puts.", xTitle: "bytes", xScale: "logarithmic" },
  figures: [
    { key: "opsPerSecond", title: "puts/s" },
    { key: "p50Ms", title: "p50, ms" },
  ],
  plots: [
    { title: "puts per second", keys: ["opsPerSecond"] },
    { title: "latency", keys: ["p50Ms"] },
  ],
  rows: [
    { label: "16 B", x: 16, figures: { opsPerSecond: 12_345.6, p50Ms: 1.2345 } },
    { label: "1 KiB", x: 1024, figures: { opsPerSecond: 99, p50Ms: 10 } },
  ],
};

test("large values are fewer, so that what is under way, kept and written stays bounded", () => {
  for (const valueBytes of [16, 256, 65_536, MIB]) {
    const { clients, keys, total } = loadForValues(valueBytes, false);
    expect(clients * valueBytes, `under way with ${valueBytes} B`).toBeLessThanOrEqual(32 * MIB);
    expect(keys * valueBytes, `kept with ${valueBytes} B`).toBeLessThanOrEqual(256 * MIB);
    expect(total * valueBytes, `written with ${valueBytes} B`).toBeLessThanOrEqual(512 * MIB);
  }
  expect(loadForValues(16, false)).toMatchObject({ clients: 256, keys: 10_000, total: 100_000 });
});

test("figures of a phase are of the operations that began in it", () => {
  const sample = (begunUs: number, tookUs: number, isAcknowledged = true) => ({ begunUs, tookUs, isAcknowledged });
  const samples = [sample(0, 5000), sample(999_999, 1000), sample(1_000_000, 9000), sample(1_500_000, 1, false)];
  const first = figuresOf(samples, { label: "first", fromUs: 0, toUs: 1_000_000 });
  expect(first).toMatchObject({ opsPerSecond: 2, errors: 0, seconds: 1 });
  expect(first.maxMs).toBeCloseTo(5, 1);
  expect(figuresOf(samples, { label: "second", fromUs: 1_000_000, toUs: 3_000_000 })).toMatchObject({
    ...{ opsPerSecond: 0.5, errors: 1, seconds: 2 },
  });
  const skipped = { begunUs: 0, tookUs: 0, isAcknowledged: false, isSkipped: true } as const;
  expect(figuresOf([...samples, skipped], { label: "first", fromUs: 0, toUs: 1_000_000 })).toEqual({
    ...first,
    skipped: 1,
  });
  const course = courseOf(samples, { fromUs: 0, toUs: 1_600_000 });
  expect(course.map(({ x, figures }) => [x, Math.round(figures["p99Ms"] ?? 0)])).toEqual([
    [0, 5],
    [1, 9],
  ]);
});

test("a table has a line for each row, with three figures that count", () => {
  expect(tableOf(part).split("\n")).toEqual([
    "| bytes | puts/s | p50, ms |",
    "| ----- | -----: | ------: |",
    "| 16 B  | 12,346 |    1.23 |",
    "| 1 KiB |     99 |      10 |",
  ]);
  expect([0.012_34, 7, 250.4, undefined].map(figureLabel)).toEqual(["0.0123", "7", "250", ""]);
});

test("sizes and axes are labelled by their largest unit", () => {
  expect([16, 1024, 1536, MIB, 1024 * MIB].map(bytesLabel)).toEqual(["16 B", "1 KiB", "1536 B", "1 MiB", "1 GiB"]);
  expect([7, 1000, 65_536, 1e6].map(shortLabel)).toEqual(["7", "1k", "65.5k", "1M"]);
});

test("the document shows every part with its picture, and the picture stands for itself", () => {
  const machine = {
    ...{
      processor: "some processor",
      cores: 2,
      memoryBytes: 2 ** 34,
      system: "Linux",
      node: "v24",
      fileSystem: "ext4",
    },
    ...{ fdatasyncMs: { p50: 0.2, p99: 0.4 }, loadAverage: 0 },
  };
  const text = documentOf(machine, [part]);
  expect(text).toContain("## Values that grow");
  expect(text).toContain("(growth-values.svg)");
  expect(text).toContain("some processor");
  const svg = pictureOf(part);
  expect(svg).toMatch(/^<svg [^>]*width="880"/);
  expect(svg).toContain("puts per second");
  // One curve for each plot, with a circle for each row.
  expect(
    svg.match(
      /<path[^>]*stroke="#(0072b2|d55e00)"[^>]*fill="none"|<path[^>]*fill="none"[^>]*stroke="#(0072b2|d55e00)"/g,
    ),
  ).toHaveLength(2);
});
