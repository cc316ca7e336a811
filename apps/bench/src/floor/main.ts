import { openFloorNode } from "./floor-node.ts";
import type { FloorOptions } from "./floor-options.ts";

/** `node main.ts OPTIONS`: one node of the bare pipeline. Runs until it is killed, or something has gone wrong. */
await openFloorNode(JSON.parse(process.argv[2] ?? "{}") as FloorOptions, (error) => {
  process.stderr.write(`floor: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
