import { buildDashboard } from "./dashboard.mjs";
import { run } from "./run.mjs";

await buildDashboard();
await run("apps/kv-server/src/demo/main.ts", process.argv.slice(2));
