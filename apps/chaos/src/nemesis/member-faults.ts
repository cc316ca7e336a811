import { bring } from "../nodes/members.ts";
import type { Mishap } from "../plan/fault.ts";
import { seconds } from "./stage.ts";
import type { Stage } from "./stage.ts";

type Of<Type extends Mishap["type"]> = Extract<Mishap, { readonly type: Type }>;

export async function members({ targets, change, forMs }: Of<"members">, stage: Stage): Promise<void> {
  const { healing, world } = stage;
  const { nodes } = world;
  const [node] = await stage.choose(targets, ({ isUp, isMoved }) => isUp && !isMoved);
  if (node === undefined) return stage.tell("no node is up whose standing could change");
  const [to, words] =
    change === "remove" ? (["outsider", "was removed"] as const) : (["learner", "became a learner"] as const);
  const name = stage.name([node]);
  const moved = node.move();
  try {
    if (!(await bring(nodes, node.id, to, healing))) {
      // What was asked for last may be done yet: in the end all are brought back.
      return stage.tell(`the cluster never agreed on it: ${name} ${words}`);
    }
    stage.installed(`${name} ${words}, for ${seconds(forMs)}`);
    await stage.last(forMs);
    const isBack = await bring(nodes, node.id, "voter", healing);
    return stage.tell(isBack ? `${node.id} is a voter again` : `${node.id} is to be a voter again when all heals`);
  } finally {
    moved();
  }
}
