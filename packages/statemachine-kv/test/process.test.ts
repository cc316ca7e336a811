import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { digestOfRun } from "./digest-in-process.ts";

const script = fileURLToPath(new URL("digest-in-process.ts", import.meta.url));

test.each([
  { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8" },
  { TZ: "America/St_Johns", LC_ALL: "C", NODE_ICU_DATA: "/none" },
])("M01 M02 another process gives the same digest: %o", async (env) => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, "print"], { env });
  expect(stdout).toBe(digestOfRun());
});
