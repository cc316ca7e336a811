import type { Membership, NodeId } from "@quorate/raft-core";
import { MemoryNetwork } from "@quorate/transport-memory";
import { type EventKind, Scheduler, type Streams, parseSeed, streamsOf } from "@quorate/virtual-time";
import { Calls } from "../clients/calls.ts";
import type { Violation } from "../invariants/invariant.ts";
import { Disk } from "../node/disk.ts";
import { Machine, type Surroundings } from "../node/machine.ts";
import type { Action } from "../session/action.ts";
import type { LabOptions } from "../session/options.ts";
import { founders } from "../session/founders.ts";
import { STEPS_MAX } from "../session/session.ts";
import { networkClock } from "../time/network-clock.ts";
import { Flights } from "../view/flights.ts";
import { CommittedLog } from "../watch/committed-log.ts";
import type { Knowledge } from "../watch/knowledge.ts";
import type { NodeRecord } from "../watch/node-record.ts";
import { Witness } from "../watch/witness.ts";
import { acting } from "./acting.ts";
import { Links } from "./links.ts";
import type { Refusal, Stage } from "./refusal.ts";
import { MICROTASKS, settle } from "./settle.ts";

export interface ClusterOptions {
  readonly seed: string;
  readonly nodes: number;
  readonly options: LabOptions;
  /** For the test that the default is enough. */
  readonly microtasks?: number | undefined;
  /** As `microtasks`. */
  readonly stepsMax?: number | undefined;
}

/** What a step was: an event of the simulation, or an action. */
export interface StepTaken {
  readonly step: number;
  readonly atMs: number;
  readonly kind: EventKind | "action";
  readonly node: NodeId | undefined;
}

/** Spares included. */
const NODES_MAX = 12;

/** A node that has only been given something does nothing before its turn. */
const SILENT: ReadonlySet<EventKind> = new Set<EventKind>(["deliver"]);

/** One history of one cluster, which only goes forward. */
export class Cluster implements Stage {
  readonly options: LabOptions;
  readonly links: Links;
  readonly calls: Calls;
  readonly flights: Flights;
  readonly witness: Witness;
  readonly machines: Map<NodeId, Machine> = new Map();
  /** By their machines' numbers, from 1 on. */
  readonly #ids: NodeId[] = [];
  readonly #records = new Map<NodeId, NodeRecord>();
  readonly #committed = new CommittedLog();
  readonly #leaders = new Map<number, NodeId>();
  readonly #scheduler = new Scheduler();
  readonly #streams: Streams;
  readonly #network: MemoryNetwork;
  readonly #founders: readonly NodeId[];
  readonly #microtasks: number;
  readonly #stepsMax: number;
  #step = 0;
  #rates = { min: 1, max: 1 };
  #last: StepTaken | undefined;

  private constructor({ seed, nodes, options, microtasks = MICROTASKS, stepsMax = STEPS_MAX }: ClusterOptions) {
    const scheduler = this.#scheduler;
    this.options = options;
    this.#microtasks = microtasks;
    this.#stepsMax = stepsMax;
    this.#founders = founders(nodes);
    this.#streams = streamsOf(parseSeed(seed));
    this.#network = new MemoryNetwork({
      clock: networkClock(scheduler),
      random: this.#streams("network"),
      delayMinMs: options.delayMinMs,
      delayMaxMs: options.delayMaxMs,
      dropRate: options.dropRate,
      duplicateRate: options.duplicateRate,
      ordered: options.ordered,
    });
    this.links = new Links(this.#network, options);
    this.flights = new Flights(this.#network, this.links);
    this.calls = new Calls({ scheduler, timeoutMs: options.clientTimeoutMs, machine: (id) => this.machines.get(id) });
    this.witness = new Witness({ knowledge: this.#knowledge(), leaders: this.#leaders, step: () => this.#step });
  }

  /** A cluster at its beginning: every node has been started, none is up yet. */
  static async begin(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    for (const id of cluster.#founders) await cluster.#addMachine(id, false);
    for (const machine of cluster.machines.values()) machine.start();
    await settle(cluster.#microtasks);
    return cluster;
  }

  /** How many steps have been taken. */
  get step(): number {
    return this.#step;
  }

  get nowMs(): number {
    return this.#scheduler.nowMs;
  }

  /** When the next event happens; Infinity where nothing will ever happen again, or nothing may. */
  get nextMs(): number {
    return this.violation === undefined && !this.isFull ? this.#scheduler.nextMs : Infinity;
  }

  /** So many steps have been taken that nothing happens any more. */
  get isFull(): boolean {
    return this.#step >= this.#stepsMax;
  }

  get violation(): Violation | undefined {
    return this.witness.violation;
  }

  /** The step that was taken last. */
  get last(): StepTaken | undefined {
    return this.#last;
  }

  /** Takes the next step. False where there is none. */
  async next(): Promise<boolean> {
    const event = this.violation === undefined && !this.isFull ? this.#scheduler.next() : undefined;
    if (event === undefined) return false;
    this.#step += 1;
    const { atMs, kind } = event;
    this.#last = { step: this.#step, atMs, kind, node: this.#ids[event.node - 1] };
    event.action();
    if (!SILENT.has(kind)) await settle(this.#microtasks);
    this.#look();
    return true;
  }

  /** Lets time pass, but not over the next event. */
  advanceTo(atMs: number): void {
    const scheduler = this.#scheduler;
    if (this.violation === undefined) scheduler.advanceTo(Math.min(Math.max(atMs, scheduler.nowMs), scheduler.nextMs));
  }

  /** Takes a step that somebody wants. What is refused is no step. */
  async act(action: Action): Promise<Refusal | undefined> {
    if (this.violation !== undefined) {
      return { key: "stopped", node: undefined, reason: "the run has stopped: an invariant is broken" };
    }
    const { perform } = await acting();
    this.#step += 1;
    const performed = await perform(this, action);
    if ("refusal" in performed) {
      this.#step -= 1;
      return performed.refusal;
    }
    const { mark, isClient } = performed;
    this.#last = { step: this.#step, atMs: this.nowMs, kind: "action", node: mark.node };
    if (action.type === "clock") this.#noteRate(action.rate);
    if (action.type === "force-election") this.witness.see({ type: "leaps", node: action.node });
    this.witness.mark(mark);
    if (!isClient) this.witness.see({ type: "disturbed" });
    await settle(this.#microtasks);
    this.#look();
    return undefined;
  }

  leader(): NodeId | undefined {
    let found: { id: NodeId; term: number } | undefined;
    for (const [id, machine] of this.machines) {
      const status = machine.status();
      if (status?.role === "leader" && status.term > (found?.term ?? -1)) found = { id, term: status.term };
    }
    return found?.id;
  }

  async addSpare(): Promise<NodeId | undefined> {
    if (this.machines.size >= NODES_MAX) return undefined;
    const id = `n${this.machines.size + 1}`;
    const machine = await this.#addMachine(id, true);
    machine.start();
    return id;
  }

  async #addMachine(id: NodeId, isSpare: boolean): Promise<Machine> {
    const { options } = this;
    const disk = await Disk.open(options);
    const log = isSpare ? undefined : options.logs?.[id];
    if (log !== undefined) await disk.prepare(id, this.#founders, log);
    const surroundings: Surroundings = {
      options,
      scheduler: this.#scheduler,
      network: this.#network,
      witness: this.witness,
      random: (node, life) => this.#streams("node", node, String(life)),
    };
    const number = this.machines.size + 1;
    const machine = new Machine({ id, number, founders: this.#founders, isSpare }, disk, surroundings);
    this.machines.set(id, machine);
    this.#ids.push(id);
    this.#records.set(id, machine.record);
    return machine;
  }

  #look(): void {
    for (const machine of this.machines.values()) machine.inspect();
    this.witness.see({ type: "stepped" });
  }

  #noteRate(rate: number): void {
    const { min, max } = this.#rates;
    this.#rates = { min: Math.min(min, rate), max: Math.max(max, rate) };
  }

  #knowledge(): Knowledge {
    const { links, machines, options } = this;
    const scheduler = this.#scheduler;
    const rates = (): { min: number; max: number } => this.#rates;
    return {
      options,
      records: this.#records,
      committed: this.#committed,
      leaders: this.#leaders,
      get nowMs() {
        return scheduler.nowMs;
      },
      get delayMaxMs() {
        return links.delayMaxMs;
      },
      get rateMax() {
        return rates().max;
      },
      get rateMin() {
        return rates().min;
      },
      membershipOf: (id): Membership | undefined => machines.get(id)?.membership,
      isWell(id) {
        const machine = machines.get(id);
        if (machine?.state !== "up" || machine.isPaused) return false;
        return machine.status()?.isForgotten === false;
      },
      isClear(from, to, delayMs) {
        const { delayMaxMs, dropRate } = links.conditions(from, to);
        return !links.isCut(from, to) && dropRate === 0 && delayMaxMs <= delayMs;
      },
    };
  }
}
