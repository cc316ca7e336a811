import type { NodeId } from "@quorate/raft-core";
import { type Change, type Fault, LEADER, type Target, isChange } from "../plan/fault.ts";
import type { Outsider } from "../plan/outsider.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import { Operator } from "./operator.ts";

type Of<Type extends Fault["type"]> = Extract<Fault, { type: Type }>;

/** Makes what the plan says go wrong, and right again. */
export class Injector {
  readonly #world: World;
  readonly #processes: ReadonlyMap<NodeId, SimulatedProcess>;
  readonly #operator: Operator;
  #isOver = false;
  #isHealed = false;

  constructor(world: World, processes: ReadonlyMap<NodeId, SimulatedProcess>) {
    this.#world = world;
    this.#processes = processes;
    this.#operator = new Operator(world, processes);
  }

  schedule(faults: readonly Fault[]): void {
    for (const fault of faults) {
      this.#world.scheduler.after(fault.atMs, "fault", 0, () => {
        if (!this.#isOver) this.#inject(fault);
      });
    }
  }

  /** The membership is not changed any more, but for changes under way. */
  endChanges(): void {
    this.#operator.stop();
  }

  /** No fault begins any more, and those under way are over, but for the outsiders and their links. */
  healAllBut(outsiders: readonly Outsider[]): void {
    this.#isOver = true;
    const outside = new Set(outsiders.map(({ node }) => node));
    const core = [...this.#processes.values()].filter(({ id }) => !outside.has(id));
    const hung = outsiders.filter(({ plight }) => plight === "hung").map(({ node }) => node);
    this.#world.network.healAmong([...core.map(({ id }) => id), ...hung]);
    for (const process of core) process.calm();
    for (const outsider of outsiders) this.#leaveAlone(outsider);
  }

  /** No fault begins any more, and all are over. */
  heal(): void {
    this.#isOver = true;
    this.#isHealed = true;
    this.#world.network.heal();
    for (const process of this.#processes.values()) process.calm();
  }

  #inject(fault: Fault): void {
    const { knowledge, trace } = this.#world;
    knowledge.statistics.faults[fault.type] += 1;
    trace.note("fault", { fault });
    if (isChange(fault)) return this.#operator.perform(fault);
    switch (fault.type) {
      case "cut":
        return this.#cut([[fault.from, fault.to]], fault.forMs);
      case "partition":
        return this.#cut(this.#across(this.#sideOf(fault)), fault.forMs);
      case "one-way-partition":
        return this.#cutOneWay(fault);
      case "partial-partition":
        return this.#cut(
          this.#across(this.#sideOf(fault)).filter((pair) => !pair.includes(fault.bridge)),
          fault.forMs,
        );
      case "flap":
        return this.#flap({ ...fault, node: this.#processOf(fault.node).id });
      case "weather":
        return this.#weather(fault);
      case "break":
        return this.#world.network.breakConnection(...fault.between);
      case "clog":
        return this.#clog(fault);
      case "power-loss":
        return this.#losePower(fault);
      default:
        return this.#injectAt(fault, this.#processOf(fault.node));
    }
  }

  #injectAt(
    fault: Exclude<Extract<Fault, { readonly node: NodeId }>, { type: "flap" | Change["type"] }>,
    process: SimulatedProcess,
  ): void {
    const { disk } = process;
    const { scheduler } = this.#world;
    switch (fault.type) {
      case "close":
        return process.close(fault.downMs);
      case "kill":
        return process.restart(false, fault.downMs);
      case "crash-at":
        return process.crashAt(fault);
      case "tear":
        return process.tear(fault);
      case "pause":
        return process.pause(fault.forMs);
      case "disk-error":
        return disk.arm(fault.operation, fault.count);
      case "disk-full":
        disk.full = true;
        return this.#later(fault.forMs, () => {
          disk.full = false;
        });
      case "disk-hang":
        disk.hungUntilMs = Math.max(disk.hungUntilMs, scheduler.nowMs + fault.forMs);
        return;
      case "disk-slow":
        disk.slowness = fault.factor;
        return this.#later(fault.forMs, () => {
          disk.slowness = 1;
        });
      case "bit-rot":
        process.rot();
    }
  }

  #leaveAlone({ node, plight }: Outsider): void {
    const process = this.#processOf(node);
    const { network } = this.#world;
    const others = [...this.#processes.keys()].filter((id) => id !== node);
    process.hold();
    switch (plight) {
      case "dead":
        return process.crash(false);
      case "cut-off":
      case "mute":
      case "deaf":
      case "frozen":
        for (const other of others) {
          if (plight === "cut-off" || plight === "mute") network.link(node, other).cuts += 1;
          if (plight !== "mute") network.link(other, node).cuts += 1;
        }
        return;
      case "hung":
        process.disk.hungUntilMs = Infinity;
        return;
      case "flapping":
        return this.#flapOn(node);
    }
  }

  #flapOn(node: NodeId): void {
    if (this.#isHealed) return;
    const awayMs = 2 * this.#world.configuration.node.raft.electionTimeoutMaxMs;
    for (const [from, to] of this.#across([node])) this.#world.network.link(from, to).cuts += 1;
    this.#world.scheduler.after(awayMs, "fault", 0, () => {
      if (this.#isHealed) return;
      for (const [from, to] of this.#across([node])) this.#world.network.link(from, to).cuts -= 1;
      this.#world.scheduler.after(awayMs / 2, "fault", 0, () => this.#flapOn(node));
    });
  }

  /** Runs unless the faults are over. */
  #later(delayMs: number, action: () => void): void {
    this.#world.scheduler.after(delayMs, "fault", 0, () => {
      if (!this.#isOver) action();
    });
  }

  #cut(pairs: readonly (readonly [NodeId, NodeId])[], forMs: number): void {
    const links = pairs.map(([from, to]) => this.#world.network.link(from, to));
    for (const link of links) link.cuts += 1;
    this.#later(forMs, () => {
      for (const link of links) link.cuts -= 1;
    });
  }

  #cutOneWay(fault: Of<"one-way-partition">): void {
    const side = this.#sideOf(fault);
    this.#cut(
      this.#across(side).filter(([from]) => side.includes(from)),
      fault.forMs,
    );
  }

  #sideOf({ side }: { readonly side: readonly Target[] }): readonly NodeId[] {
    return side.map((id) => this.#processOf(id).id);
  }

  /** Both directions of every link between `side` and the rest. */
  #across(side: readonly NodeId[]): readonly (readonly [NodeId, NodeId])[] {
    const others = [...this.#processes.keys()].filter((id) => !side.includes(id));
    return side.flatMap((a) => others.flatMap((b) => [[a, b] as const, [b, a] as const]));
  }

  #flap({ node, periodMs, times }: Of<"flap">): void {
    if (times <= 0) return;
    this.#cut(this.#across([node]), periodMs / 2);
    this.#later(periodMs, () => this.#flap({ type: "flap", atMs: 0, node, periodMs, times: times - 1 }));
  }

  #weather({ traits, forMs }: Of<"weather">): void {
    const { network } = this.#world;
    for (const link of network.links()) link.traits = traits;
    this.#later(forMs, () => {
      for (const link of network.links()) link.traits = link.usual;
    });
  }

  #clog({ from, to, forMs }: Of<"clog">): void {
    const link = this.#world.network.link(from, to);
    link.cloggedUntilMs = this.#world.scheduler.nowMs + forMs;
  }

  #losePower({ nodes, downMs }: Of<"power-loss">): void {
    const { knowledge } = this.#world;
    if (nodes.length === this.#processes.size && nodes.length > 1) {
      knowledge.marks.reach("whole cluster without power at once");
    }
    for (const process of new Set(nodes.map((id) => this.#processOf(id)))) process.restart(true, downMs);
    if (this.#processes.size === 2 && nodes.length === 1) knowledge.marks.reach("two nodes with one down");
  }

  #processOf(id: Target): SimulatedProcess {
    const process = id === LEADER ? this.#leader() : this.#processes.get(id);
    if (process === undefined) throw new TypeError(`the plan names node ${id}, which is not in the configuration`);
    return process;
  }

  /** Who leads the latest term. */
  #leader(): SimulatedProcess | undefined {
    const processes = [...this.#processes.values()];
    const leaders = processes.filter(({ node }) => node?.status().role === "leader");
    const termOf = ({ node }: SimulatedProcess): number => node?.status().term ?? 0;
    return leaders.toSorted((a, b) => termOf(b) - termOf(a))[0] ?? processes[0];
  }
}
