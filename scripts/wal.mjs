import { run } from "./run.mjs";

await run("apps/wal/src/main.ts", process.argv.slice(2));
