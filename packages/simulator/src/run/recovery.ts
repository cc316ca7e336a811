import { violate } from "../invariants/observer.ts";
import type { Configuration } from "../plan/configuration.ts";
import type { Outsider } from "../plan/outsider.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import type { Injector } from "./injector.ts";
import { Trial } from "./trial.ts";

/** In election timeouts: how long nodes that nothing disturbs may take to work again and agree. */
const WITHIN_TIMEOUTS = 300;
/** The same: how long a leader has to stay. A node that is in vain for long seeks election only every ten of them. */
const STABLE_TIMEOUTS = 20;
const LOOK_EVERY_MS = 25;

export interface RecoveryOptions {
  readonly world: World;
  readonly processes: readonly SimulatedProcess[];
  readonly injector: Injector;
  readonly outsiders: readonly Outsider[];
  /** Durable data is damaged in this run: a node may refuse to go on. */
  readonly mayRefuse: boolean;
}

/** After the faults: first the core, where the plan has outsiders, and then everybody has to work again and agree. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #timeoutMs: number;
  #isDone = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#timeoutMs = timeoutMsOf(options.world.configuration);
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  begin(): void {
    const { injector, outsiders, processes, world } = this.#options;
    if (outsiders.length === 0) return this.#healAll();
    const core = processes.filter(({ id }) => outsiders.every(({ node }) => node !== id));
    const { quorum } = world.knowledge;
    if (core.length < quorum) throw new TypeError(`the plan's outsiders leave ${core.length} nodes, not ${quorum}`);
    world.trace.note("healed", { outsiders });
    injector.healAllBut(outsiders);
    for (const process of core) process.start();
    const others = outsiders.map(({ node, plight }) => `${node}, ${plight}`).join("; ");
    const what = `without ${others}`;
    this.#try({ group: core, what, stableMs: STABLE_TIMEOUTS * this.#timeoutMs }, () => this.#healAll());
  }

  #healAll(): void {
    const { injector, processes, world } = this.#options;
    world.trace.note("healed", { outsiders: [] });
    injector.heal();
    for (const process of processes) process.start();
    this.#try({ group: processes, what: "with all nodes", stableMs: 0 }, () => {
      this.#isDone = true;
    });
  }

  #try(trial: { group: readonly SimulatedProcess[]; what: string; stableMs: number }, passed: () => void): void {
    const { mayRefuse, world } = this.#options;
    const { scheduler, knowledge } = world;
    const { group, what, stableMs } = trial;
    const running = new Trial({ world, group, stableMs, dice: world.streams("recovery", what) });
    const deadlineMs = scheduler.nowMs + WITHIN_TIMEOUTS * this.#timeoutMs;
    const look = (): void => {
      // What is left need not be able to go on; that it never answered wrongly is all that is asked.
      if (mayRefuse && group.some(({ state }) => state === "refused")) return passed();
      const missing = running.look();
      if (missing === undefined) return passed();
      if (scheduler.nowMs <= deadlineMs) return void scheduler.after(LOOK_EVERY_MS, "check", 0, look);
      const when = `${WITHIN_TIMEOUTS} election timeouts after the faults, ${what}`;
      violate(knowledge, "liveness", undefined, `${when}: ${missing}. ${this.#stands()}`);
    };
    look();
  }

  /** Who stands where. */
  #stands(): string {
    const nodes = this.#options.processes.map(({ id, node, state }) => {
      const status = node?.status();
      if (status === undefined) return `${id} is ${state}`;
      const { role, term, commitIndex, appliedIndex, lastIndex } = status;
      return `${id} is ${role} in term ${term}, log to ${lastIndex}, committed ${commitIndex}, applied ${appliedIndex}`;
    });
    return nodes.join("; ");
  }
}

/** An election timeout, with what clocks may add to it. */
function timeoutMsOf({ clocks, node }: Configuration): number {
  const slowest = Math.min(...clocks.map(({ rate }) => rate));
  const latest = Math.max(...clocks.map(({ lateMsMax }) => lateMsMax));
  return node.raft.electionTimeoutMaxMs / slowest + latest;
}
