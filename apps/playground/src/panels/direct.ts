import type { AppState } from "../state/app-state.ts";
import { makeMoves } from "../state/moves.ts";
import { speeds } from "../state/player.ts";
import { World } from "../state/world.ts";
import type { Scenario } from "./break-scenarios.ts";

/** Shows a cluster to which things happen by themselves, at the scenario's speed. */
export async function direct(app: AppState, { moves, speed, start }: Scenario): Promise<void> {
  const world = await World.open(start);
  app.replace(world);
  app.player.speed.value = speeds.indexOf(speed);
  app.player.play();
  const isOver = (): boolean => app.world.peek() !== world || world.violation.peek() !== undefined;
  await makeMoves(world, moves, isOver);
}
