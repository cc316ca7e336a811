import { run } from "./run.mjs";

await run("packages/simulator/src/cli/main.ts", process.argv.slice(2));
