import { run } from "./run.mjs";

await run("apps/playground/serve.ts", process.argv.slice(2));
