import { writeSync } from "node:fs";
import { probeCapabilities } from "../src/world/capabilities.ts";

/**
 * Why real runs are not possible on this machine, which is printed; undefined where they are. Where one kind of fault is
 * not possible, that is no reason.
 */
export async function obstacleToRuns(): Promise<string | undefined> {
  const { obstacle } = await probeCapabilities();
  // Not by way of the console, whose output the runner keeps to itself.
  if (obstacle !== undefined) writeSync(1, `real processes under real faults are not tested: ${obstacle}\n`);
  return obstacle;
}
