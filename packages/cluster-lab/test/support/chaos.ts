import { type Dice, streamsOf } from "@quorate/virtual-time";
import type { Action, ActionType, Lab } from "../../src/index.ts";

/** How often each kind of action is drawn, against the others. */
export type Weights = { readonly [Type in ActionType]?: number };

export const everything: Weights = {
  put: 12,
  get: 4,
  cas: 4,
  kill: 4,
  restart: 6,
  pause: 2,
  resume: 3,
  cut: 3,
  heal: 2,
  "heal-all": 2,
  partition: 2,
  link: 1,
  "force-election": 3,
  compact: 2,
  "start-spare": 1,
  "change-members": 3,
  transfer: 2,
};

/** An action of the kind, at random. It may be refused. */
function draw(type: ActionType, lab: Lab, dice: Dice): Action {
  const node = (): string => dice.pick(lab.nodes);
  const key = dice.pick(["x", "y"]);
  switch (type) {
    case "put":
      return { type, via: node(), key, value: String(lab.step), client: dice.integer(1, 4) };
    case "get":
      return {
        type,
        via: node(),
        key,
        consistency: dice.chance(0.5) ? "linearizable" : "stale",
        client: dice.integer(1, 4),
      };
    case "cas":
      return { type, via: node(), key, expected: dice.chance(0.5) ? null : "1", value: String(lab.step) };
    case "cut":
    case "heal":
      return { type, from: node(), to: node(), both: dice.chance(0.5) };
    case "heal-all":
    case "start-spare":
      return { type };
    case "partition":
      return { type, groups: [dice.sample(lab.nodes, dice.integer(1, 3))] };
    case "link": {
      const delayMinMs = dice.integer(1, 30);
      return { type, delayMinMs, delayMaxMs: delayMinMs + dice.integer(0, 40), dropRate: dice.chance(0.3) ? 0.1 : 0 };
    }
    case "clock":
      return { type, node: node(), rate: dice.pick([0.5, 1, 1, 2]) };
    case "change-members":
      return dice.pick<Action>([
        { type, add: [{ id: node() }] },
        { type, add: [{ id: node(), learner: true }] },
        { type, remove: [node()] },
        { type, promote: [node()] },
        { type, demote: [node()] },
      ]);
    case "transfer":
      return dice.chance(0.5) ? { type } : { type, to: node() };
    default:
      return { type, node: node() };
  }
}

export interface ChaosOptions {
  readonly seed: bigint;
  readonly actions: number;
  readonly weights?: Weights;
  /** Virtual time between two actions, at most. */
  readonly pauseMsMax?: number;
}

/** Lets everything happen to a lab that can, until so many actions are done or an invariant is broken. */
export async function chaos(
  lab: Lab,
  { seed, actions, weights = everything, pauseMsMax = 300 }: ChaosOptions,
): Promise<void> {
  const dice = streamsOf(seed)("chaos");
  const bag = Object.entries(weights).flatMap(([type, weight]) =>
    Array.from({ length: weight }, () => type as ActionType),
  );
  for (let done = 0; done < actions && lab.violation === undefined; done += 1) {
    await lab.runUntil(lab.nowMs + dice.between(0, pauseMsMax));
    await lab.act(draw(dice.pick(bag), lab, dice));
  }
}
