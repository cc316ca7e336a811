import { run } from "./run.mjs";

await run("apps/kv-server/src/main.ts", ["--exit-with-parent", ...process.argv.slice(2)], { rereads: true });
