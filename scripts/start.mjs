import { run } from "./run.mjs";

await run("apps/kv-server/src/demo/main.ts", process.argv.slice(2));
