import { run } from "./run.mjs";

await run("apps/bench/src/main.ts", process.argv.slice(2));
