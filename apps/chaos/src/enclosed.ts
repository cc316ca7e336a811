import { NoClusterError, run } from "./run/run.ts";
import type { RunOptions } from "./run/run.ts";

/** What the first process of an enclosure is told, as its one argument. */
export type Job = Omit<RunOptions, "print">;

const exitNoCluster = 3;

/** Beyond the time of the faults; whatever takes longer hangs. */
const moreMsMax = 240_000;

// With this process everything ends that it has made: nothing need be done in order. Whoever started this has ended, or
// does not want it any more.
process.on("disconnect", () => process.exit(1)).on("message", () => process.exit(1));

try {
  const job = JSON.parse(process.argv[2] ?? "") as Job;
  const timer = setTimeout(
    () => {
      process.stderr.write("chaos: the run does not come to its end: it is given up\n");
      process.exit(1);
    },
    job.plan.seconds * 1000 + moreMsMax,
  );
  await run({ ...job, print: (line) => void process.stdout.write(`${line}\n`) });
  clearTimeout(timer);
  process.exit(0);
} catch (error) {
  const isExpected = error instanceof NoClusterError;
  process.stderr.write(`chaos: ${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(isExpected ? exitNoCluster : 1);
}
