import { expect, test } from "vitest";
import { preparersFor } from "../../src/load/job.ts";

test.each([
  [1, 256, 256],
  [1000, 256, 1000],
  [1, 1024 * 1024, 16],
  [128, 1024 * 1024, 128],
])("of %d callers with values of %d bytes, %d prepare", (clients, valueBytes, preparers) => {
  expect(preparersFor({ clients, valueBytes })).toBe(preparers);
});
