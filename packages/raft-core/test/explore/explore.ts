import { setImmediate } from "node:timers/promises";
import type { Bounds } from "./bounds.ts";
import { Cluster } from "./cluster.ts";
import { type Exploration, Explorer, type FoundViolation, type Progress } from "./explorer.ts";
import { type Fault, openCore } from "./open-core.ts";
import { World } from "./world.ts";

export interface Settings {
  readonly bounds: Bounds;
  readonly fault?: Fault;
  /** Check promises when they are made; without, only what comes of them. True unless told otherwise. */
  readonly promises?: boolean;
  /** Asked now and then; when it says so, the exploration stops. */
  readonly isEnough?: (progress: Progress) => boolean;
}

export interface Report extends Exploration {
  readonly seconds: number;
  /** Distinct states of one node, and distinct messages between two: each was computed by the core once. */
  readonly nodeStates: number;
  readonly nodeTransitions: number;
  readonly messages: number;
  /** How the violation comes about, one line for each step from where the exploration begins. */
  readonly trace: readonly string[];
}

/** Explores the core of src, or one with a fault. */
export async function explore({ bounds, fault, promises = true, isEnough }: Settings): Promise<Report> {
  const core = await openCore(fault);
  const world = new World(core, bounds, promises);
  const startedMs = performance.now();
  const exploration = await finish(new Explorer(world, bounds), isEnough ?? (() => false));
  const seconds = (performance.now() - startedMs) / 1000;
  const trace = exploration.violation === undefined ? [] : linesOf(world, exploration.violation);
  const [nodeStates, messages, nodeTransitions] = [world.locals.size, world.packets.size, world.results.size];
  return { ...exploration, seconds, nodeStates, nodeTransitions, messages, trace };
}

async function finish(explorer: Explorer, isEnough: (progress: Progress) => boolean): Promise<Exploration> {
  const run = explorer.run();
  for (;;) {
    const next = run.next();
    if (next.done === true) return next.value;
    if (isEnough(next.value)) return { ...next.value, exhausted: false, violation: undefined };
    // Signals and the terminal want a turn.
    await setImmediate();
  }
}

/** What led to where the exploration begins is told only if that is where it went wrong. */
function linesOf(world: World, { path, begins }: FoundViolation): readonly string[] {
  const cluster = new Cluster(world);
  const lines = path.map((step, at) => {
    const line = cluster.say(step);
    if (at < path.length - 1) cluster.take(step);
    return line;
  });
  return lines.slice(path.length > begins ? begins : 0);
}
