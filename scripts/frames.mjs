import { run } from "./run.mjs";

await run("test/browser/measure-frames.ts", process.argv.slice(2));
