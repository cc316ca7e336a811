import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** What this process holds in memory. Buffers that are garbage go a little after what held them. */
export async function heldBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await wait(2);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
