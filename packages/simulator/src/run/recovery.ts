import { violate } from "../invariants/observer.ts";
import type { Outsider } from "../plan/outsider.ts";
import { timeoutMsOf } from "../plan/patience.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import type { Injector } from "./injector.ts";
import { canDoWithout } from "./wipe.ts";
import { Trial } from "./trial.ts";

/** In election timeouts: how long a leader has to stay. A node that is in vain for long seeks election only every ten of them. */
const STABLE_TIMEOUTS = 20;
const LOOK_EVERY_MS = 25;

export interface RecoveryOptions {
  readonly world: World;
  readonly processes: readonly SimulatedProcess[];
  readonly injector: Injector;
  readonly outsiders: readonly Outsider[];
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

  /** All founders have met, and so a majority is enough: whatever is committed stands behind the entry that says so. */
  get #isFounded(): boolean {
    return this.#options.world.knowledge.committed.lastIndex > 0;
  }

  begin(): void {
    const { injector, outsiders, processes, world } = this.#options;
    if (outsiders.length === 0 || !this.#isFounded) return this.#healAll();
    const core = processes.filter(({ id }) => outsiders.every(({ node }) => node !== id));
    const { quorum } = world.knowledge;
    if (core.length < quorum) throw new TypeError(`the plan's outsiders leave ${core.length} nodes, not ${quorum}`);
    // Members have come and gone since the outsiders were drawn.
    const absent = outsiders.map(({ node }) => node);
    if (!canDoWithout(world.knowledge, absent)) return this.#healAll();
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
    const { processes, world } = this.#options;
    const { scheduler, knowledge } = world;
    const { what, stableMs } = trial;
    const group = (): readonly SimulatedProcess[] => trial.group.filter(({ state }) => state !== "refused");
    const running = new Trial({ world, group, processes, stableMs, dice: world.streams("recovery", what) });
    const beganMs = scheduler.nowMs;
    let settledMs = beganMs;
    const look = (): void => {
      // Too few are left to go on: that they never answered wrongly is all that is asked.
      const needed = this.#isFounded ? knowledge.quorum : trial.group.length;
      if (group().length < needed) return passed();
      const missing = running.look();
      if (missing === undefined) return passed();
      const { withinTimeouts, isChange = false } = missing;
      if (isChange) settledMs = scheduler.nowMs;
      const sinceMs = isChange ? beganMs : settledMs;
      const isPatient = scheduler.nowMs - sinceMs <= withinTimeouts * this.#timeoutMs;
      if (isPatient) return void scheduler.after(LOOK_EVERY_MS, "check", 0, look);
      const when = `${withinTimeouts} election timeouts after the faults, ${what}`;
      violate(knowledge, "liveness", undefined, `${when}: ${missing.what}. ${this.#stands()}`);
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
