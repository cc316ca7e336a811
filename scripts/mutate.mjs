import { run } from "./run.mjs";

await run("test/mutations/main.ts", process.argv.slice(2));
