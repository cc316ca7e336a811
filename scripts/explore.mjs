import { run } from "./run.mjs";

await run("packages/raft-core/test/explore/main.ts", process.argv.slice(2));
