import { NoClusterError, run } from "./run/run.ts";
import type { RunOptions } from "./run/run.ts";

/** What the first process of an enclosure is told, as its one argument. */
export type Job = Omit<RunOptions, "print" | "signal">;

const exitNoCluster = 3;

const stopping = new AbortController();
// Whoever started this has ended: nobody waits for an answer. With this process everything ends that it has made.
process.on("disconnect", () => process.exit(1));
process.on("message", () => stopping.abort());

try {
  const job = JSON.parse(process.argv[2] ?? "") as Job;
  await run({ ...job, print: (line) => void process.stdout.write(`${line}\n`), signal: stopping.signal });
  process.exit(0);
} catch (error) {
  const isExpected = error instanceof NoClusterError;
  process.stderr.write(`chaos: ${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(isExpected ? exitNoCluster : 1);
}
