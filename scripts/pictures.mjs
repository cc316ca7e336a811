import { run } from "./run.mjs";

await run("test/browser/take-pictures.ts", process.argv.slice(2));
