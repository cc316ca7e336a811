import { run } from "./run.mjs";

await run("apps/chaos/src/main.ts", process.argv.slice(2));
