import { expect, test } from "vitest";
import { sampleIn, samplesIn } from "../../src/systems/ask.ts";

test("samples are read by name, those with labels left out", () => {
  const text = '# HELP a_total A.\n# TYPE a_total counter\na_total 12\nb_bucket{le="1"} 3\nc_seconds 1.5e-07\n';
  const samples = samplesIn(text);
  expect([...samples]).toEqual([
    ["a_total", 12],
    ["c_seconds", 1.5e-7],
  ]);
  expect(sampleIn(samples, "a_total")).toBe(12);
  expect(() => sampleIn(samples, "d_total")).toThrow("d_total");
});
