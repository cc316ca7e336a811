import { bring } from "../nodes/members.ts";
import type { Mishap } from "../plan/fault.ts";
import { seconds } from "./stage.ts";
import type { Stage } from "./stage.ts";

type Of<Type extends Mishap["type"]> = Extract<Mishap, { readonly type: Type }>;

/** How long a change is asked for, while everything else goes wrong as well. */
const patienceMs = 10_000;

export async function members({ targets, change, forMs }: Of<"members">, stage: Stage): Promise<void> {
  const { nodes } = stage.world;
  const [node] = await stage.choose(targets, ({ isUp, isMoved }) => isUp && !isMoved);
  if (node === undefined) return stage.tell("no node is up whose standing could change");
  const [to, words] =
    change === "remove" ? (["outsider", "was removed"] as const) : (["learner", "became a learner"] as const);
  const name = stage.name([node]);
  const moved = node.move();
  try {
    if (!(await bring(nodes, node.id, to, patience(stage)))) {
      // What was asked for last may be done yet: in the end all are brought back.
      return stage.tell(`the cluster did not agree on it in time: ${name} ${words}`);
    }
    stage.installed(`${name} ${words}, for ${seconds(forMs)}`);
    await stage.last(forMs);
    const isBack = await bring(nodes, node.id, "voter", patience(stage));
    return stage.tell(isBack ? `${node.id} is a voter again` : `${node.id} is to be a voter again when all heals`);
  } finally {
    moved();
  }
}

function patience({ healing }: Stage): AbortSignal {
  return AbortSignal.any([healing, AbortSignal.timeout(patienceMs)]);
}
