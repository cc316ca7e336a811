import { setImmediate } from "node:timers/promises";
import type { Bounds } from "./bounds.ts";
import { Cluster } from "./cluster.ts";
import { type Exploration, type FoundViolation, type Progress, type Search, run } from "./exploration.ts";
import { Explorer } from "./explorer.ts";
import { ReducedExplorer } from "./reduced-explorer.ts";
import { type Fault, openCore } from "./open-core.ts";
import { observationsOf } from "./observations.ts";
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
  /** Of one core, however many others want it. */
  readonly cpuSeconds: number;
  /** Distinct states of one node, and distinct messages between two: each was computed by the core once. */
  readonly nodeStates: number;
  readonly nodeTransitions: number;
  readonly messages: number;
  /** What single nodes and the cluster as a whole were found to be in, in words. */
  readonly observations: ReadonlySet<string>;
  /** How the violation comes about, one line for each step from where the exploration begins. */
  readonly trace: readonly string[];
}

/** Explores the core of src, or one with a fault. */
export async function explore({ bounds, fault, promises = true, isEnough }: Settings): Promise<Report> {
  const core = await openCore(fault);
  const world = new World(core, bounds, promises);
  const search = bounds.reduced ? new ReducedExplorer(world, bounds) : new Explorer(world, bounds);
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const exploration = await finish(search, isEnough ?? (() => false));
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  const trace = exploration.violation === undefined ? [] : linesOf(world, exploration.violation);
  const [nodeStates, messages, nodeTransitions] = [world.locals.size, world.packets.size, world.results.size];
  const observations = observationsOf(world);
  return { ...exploration, seconds, cpuSeconds, nodeStates, nodeTransitions, messages, observations, trace };
}

async function finish(search: Search, isEnough: (progress: Progress) => boolean): Promise<Exploration> {
  const running = run(search);
  for (;;) {
    const next = running.next();
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
