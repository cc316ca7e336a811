// `npm test`: every check that a change must pass, in turn, from the quickest to answer to the slowest.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideMachineTools } from "./machine-tools.mjs";
import { capture, install, stream } from "./install.mjs";

const steps = [
  { name: "format", command: "oxfmt", args: ["--check"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "types", command: "tsc", args: ["-b"] },
  { name: "boundaries", command: "turbo", args: ["boundaries"] },
];

await install();
for (const { name, command, args } of steps) {
  const begun = performance.now();
  const { code, output } = await capture(command, args, { TURBO_TELEMETRY_DISABLED: "1" });
  report(name, code, begun);
  if (code === 0) continue;
  process.stdout.write(output);
  console.log(`stopped at ${name}: the tests were not run`);
  process.exit(1);
}
provideMachineTools();
process.exit(await runTests(process.argv.slice(2)));

/** Shows the tests that fail, and vitest's summary; the counts come from a file that vitest.config.ts has written. */
async function runTests(filters) {
  const begun = performance.now();
  const directory = mkdtempSync(join(tmpdir(), "quorate-test-"));
  const countsPath = join(directory, "counts.json");
  const code = await stream("vitest", ["run", ...filters], { environment: { QUORATE_TEST_COUNTS: countsPath } });
  report("tests", code, begun);
  try {
    const counts = JSON.parse(readFileSync(countsPath, "utf8"));
    // An error outside of any test fails the run without failing a test.
    const failed = Math.max(counts.failed, code === 0 ? 0 : 1);
    console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
  } catch (error) {
    console.log(`the tests ended without a report: ${error.message}`);
    return 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return code;
}

function report(name, code, begun) {
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "failed"} ${name.padEnd(10)} ${seconds.padStart(6)} s`);
}
