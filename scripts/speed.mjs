import { run } from "./run.mjs";

await run("packages/cluster-lab/test/speed/main.ts", process.argv.slice(2));
