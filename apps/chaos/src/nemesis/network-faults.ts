import type { Mishap } from "../plan/fault.ts";
import type { Node } from "../nodes/node.ts";
import type { Direction } from "../world/network.ts";
import { seconds } from "./stage.ts";
import type { Stage } from "./stage.ts";

type Of<Type extends Mishap["type"]> = Extract<Mishap, { readonly type: Type }>;

function across(side: readonly Node[], stage: Stage): readonly Direction[] {
  const others = stage.world.nodes.filter((node) => !side.includes(node));
  return side.flatMap((a) => others.map((b): Direction => [a.id, b.id]));
}

async function cutFor(directions: readonly Direction[], forMs: number, stage: Stage): Promise<void> {
  const { network } = stage.world;
  await network.cut(directions);
  await stage.last(forMs);
  await network.mend(directions);
}

export async function partition({ targets, forMs }: Of<"partition">, stage: Stage): Promise<void> {
  const side = stage.resolve(targets);
  const out = across(side, stage);
  if (out.length === 0) return stage.tell("there is nobody to be cut off from");
  const name = stage.name(side);
  stage.installed(`${name} cut off from the others for ${seconds(forMs)}`);
  await cutFor([...out, ...out.map(([from, to]): Direction => [to, from])], forMs, stage);
  return stage.tell(`${name} and the others reach each other again`);
}

export async function oneway({ targets, direction, forMs }: Of<"oneway">, stage: Stage): Promise<void> {
  const side = stage.resolve(targets);
  const out = across(side, stage);
  if (out.length === 0) return stage.tell("there is nobody to be cut off from");
  const name = stage.name(side);
  const what = direction === "out" ? `nothing leaves ${name}` : `nothing reaches ${name}`;
  stage.installed(`${what} for ${seconds(forMs)}`);
  await cutFor(direction === "out" ? out : out.map(([from, to]): Direction => [to, from]), forMs, stage);
  return stage.tell(`no longer: ${what}`);
}

export async function slow({ targets, slowness, forMs }: Of<"slow">, stage: Stage): Promise<void> {
  const nodes = stage.resolve(targets);
  const links = stage.linksOf(nodes);
  if (links.length === 0) return stage.tell("there are no links");
  const { delayMs, jitterMs, bytesPerSecond } = slowness;
  const name = stage.name(nodes);
  const rate = `${Math.round(bytesPerSecond / 1000)} kB/s`;
  stage.installed(`links of ${name}: ${delayMs} to ${delayMs + jitterMs} ms, ${rate}, for ${seconds(forMs)}`);
  const ends = links.map((link) => link.worsen(slowness));
  await stage.last(forMs);
  for (const end of ends) end();
  return stage.tell(`links of ${name} are quick again`);
}

export async function lossy({ targets, lossiness, forMs }: Of<"lossy">, stage: Stage): Promise<void> {
  const nodes = stage.resolve(targets);
  const links = stage.linksOf(nodes);
  if (links.length === 0) return stage.tell("there are no links");
  const name = stage.name(nodes);
  const { stallRate, stallMs, breakRate } = lossiness;
  const shares = `${(100 * stallRate).toFixed(0)} % ${stallMs} ms late, ${(100 * breakRate).toFixed(1)} % break off`;
  stage.installed(`links of ${name}: ${shares}, for ${seconds(forMs)}`);
  const ends = links.map((link) => link.worsen(lossiness));
  await stage.last(forMs);
  for (const end of ends) end();
  return stage.tell(`links of ${name} lose nothing more`);
}

export async function halfopen({ targets, forMs }: Of<"halfopen">, stage: Stage): Promise<void> {
  const isConnected = (node: Node): boolean => stage.linksOf([node]).some((link) => link.connections > 0);
  const nodes = await stage.choose(targets, isConnected);
  const links = stage.linksOf(nodes);
  const connections = links.reduce((sum, link) => sum + link.connections, 0);
  if (connections === 0) return stage.tell("no node has connections that could be dead");
  const ends = links.map((link) => link.swallow());
  const name = stage.name(nodes);
  stage.installed(`${connections} connections of ${name} are dead and nobody is told, for ${seconds(forMs)}`);
  await stage.last(forMs);
  for (const end of ends) end();
  return stage.tell(`the dead connections of ${name} break`);
}
