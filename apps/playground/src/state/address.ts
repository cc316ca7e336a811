import { World } from "./world.ts";

/** What a cluster begins with where the address says nothing else: paced for watching. */
export const startOptions = { seed: "1", nodes: 5, options: { delayMinMs: 15, delayMaxMs: 35 } } as const;

export function openWorld(): Promise<World> {
  return World.open(startOptions);
}
