import type { Mishap } from "../plan/fault.ts";
import { seconds } from "./stage.ts";
import type { Stage } from "./stage.ts";

type Of<Type extends Mishap["type"]> = Extract<Mishap, { readonly type: Type }>;

export async function kill({ targets, forMs }: Of<"kill">, stage: Stage): Promise<void> {
  const nodes = await stage.choose(targets, (node) => node.isUp);
  if (nodes.length === 0) return stage.tell("no process is up that could be killed");
  stage.installed(`kill -9 ${stage.name(nodes)}, down for ${seconds(forMs)}`);
  await Promise.all(nodes.map((node) => node.kill()));
  await stage.last(forMs);
  await Promise.all(nodes.map((node) => node.start()));
  const up = nodes.filter((node) => node.isUp);
  return up.length === 0 ? undefined : stage.tell(`${stage.name(up)} started again`);
}

export async function pause({ targets, forMs }: Of<"pause">, stage: Stage): Promise<void> {
  const nodes = await stage.choose(targets, (node) => node.isUp && !node.isPaused);
  const paused = nodes.filter((node) => node.pause());
  if (paused.length === 0) return stage.tell("no process is up that could be paused");
  stage.installed(`SIGSTOP ${stage.name(paused)} for ${seconds(forMs)}`);
  await stage.last(forMs);
  const names = stage.name(paused.filter((node) => node.isPaused));
  for (const node of paused) node.resume();
  return stage.tell(names === "" ? "what stood still was killed meanwhile" : `SIGCONT ${names}`);
}
