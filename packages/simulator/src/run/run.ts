import type { NodeId } from "@quorate/raft-core";
import type { RaftNodeStatus } from "@quorate/raft-node";
import { checkLinearizable, compareAndSetModel } from "@quorate/testing";
import { type ScheduledEvent, Scheduler, eventKinds, parseSeed, streamsOf } from "@quorate/virtual-time";
import { Client } from "../clients/client.ts";
import { Reader } from "../clients/reader.ts";
import { RivalReader } from "../clients/rival-reader.ts";
import { History } from "../clients/history.ts";
import { CalmCheck } from "../invariants/calm-check.ts";
import { Checks } from "../invariants/checks.ts";
import { CommittedLog } from "../invariants/committed-log.ts";
import { NodeRecord } from "../invariants/node-record.ts";
import { type Knowledge, violate } from "../invariants/observer.ts";
import { SpaceCheck } from "../invariants/space-check.ts";
import { type Violation, Verdict } from "../invariants/violation.ts";
import { SimulatedNetwork } from "../network/simulated-network.ts";
import { WindowCheck } from "../invariants/window-check.ts";
import { machinesOf } from "../plan/configuration.ts";
import { linkTraitsOf } from "../plan/traits-of.ts";
import type { Plan } from "../plan/plan.ts";
import type { Hooks } from "../process/hooks.ts";
import { SimulatedProcess } from "../process/simulated-process.ts";
import { LOG_DIRECTORY, SNAPSHOT_DIRECTORY } from "../process/open-node.ts";
import type { World } from "../process/world.ts";
import { Marks } from "../report/marks.ts";
import { Statistics } from "../report/statistics.ts";
import { Trace, type TraceSink } from "../trace/trace.ts";
import { Injector } from "./injector.ts";
import { Recovery } from "./recovery.ts";

/** How a run ended. */
export interface Outcome {
  readonly plan: Plan;
  readonly violation: Violation | undefined;
  /** When it ended. */
  readonly step: number;
  readonly atMs: number;
  /** Of the whole trace: two runs with the same one had the same history. */
  readonly digest: string;
  readonly marks: Marks;
  readonly statistics: Statistics;
}

export interface RunOptions {
  readonly hooks?: Hooks | undefined;
  readonly sink?: TraceSink | undefined;
  /** Called after every event; `statusOf` gives what a node says of itself then, undefined where it does not run. */
  readonly look?: ((step: number, statusOf: (node: NodeId) => RaftNodeStatus | undefined) => void) | undefined;
  /** How many states the check of the clients' history may explore for one key; by default two million. */
  readonly historyStatesMax?: number | undefined;
  /** How many microtasks pass after an event. For the test that the default is enough. */
  readonly microtasks?: number | undefined;
}

/**
 * Awaits after an event, so that every promise that it settled is through before the next one: 16 were enough when
 * this was measured. It is the same number in every run, so nothing depends on chance.
 */
const MICROTASKS = 24;

/** The hardest history among 1,500 seeds of the swarm took 6,516. */
const HISTORY_STATES_MAX = 2_000_000;

const LAST_CHANGE_MS = 10;

const settled = Promise.resolve();

/** All processes, and whether too much is under way, are looked at every so many steps. */
const SWEEP_EVERY = 1000;

const EVENTS_UNDER_WAY_MAX = 50_000;
/** Events in a millisecond of virtual time: some hundred times what a seed of the swarm comes to. */
const EVENTS_PER_MS_MAX = 20_000;
/** Timers and calls of its ports that one process may have waiting: twenty times what 200 seeds of the swarm came to. */
const PENDING_MAX = 2000;

/** A node that has only been given something does nothing before its turn ends. */
const SILENT_KINDS: ReadonlySet<string> = new Set(["deliver"]);

/** One run of one plan. */
export class Run {
  readonly #plan: Plan;
  readonly #world: World;
  readonly #processes = new Map<NodeId, SimulatedProcess>();
  readonly #byNumber: readonly SimulatedProcess[];
  readonly #clients: readonly Client[];
  readonly #readers: readonly (Reader | RivalReader)[];
  readonly #history = new History();
  readonly #injector: Injector;
  readonly #recovery: Recovery;
  readonly #calmCheck: CalmCheck | undefined;
  readonly #microtasks: number;
  readonly #lookAt: RunOptions["look"];
  #paceMs = 0;
  #paceSteps = 0;
  readonly #historyStatesMax: number;

  constructor(plan: Plan, options: RunOptions) {
    this.#plan = plan;
    this.#microtasks = options.microtasks ?? MICROTASKS;
    this.#lookAt = options.look;
    this.#historyStatesMax = options.historyStatesMax ?? HISTORY_STATES_MAX;
    const { configuration, faults, outsiders } = plan;
    const records = new Map(machinesOf(configuration).map((id, at) => [id, new NodeRecord(id, at + 1)]));
    this.#world = createWorld(plan, records, options);
    for (const record of records.values()) this.#processes.set(record.id, new SimulatedProcess(this.#world, record));
    this.#byNumber = [...this.#processes.values()];
    const keys = Array.from({ length: configuration.workload.keys }, (_, at) => `k${at}`);
    const common = { world: this.#world, history: this.#history, processes: this.#byNumber, keys };
    this.#clients = Array.from({ length: configuration.workload.clients }, (_, at) => {
      return new Client({ ...common, number: at + 1 });
    });
    const firstReader = configuration.workload.clients + 1;
    const hasLease = configuration.node.raft.leaseDriftMax !== undefined;
    const readers = hasLease || configuration.spares.length > 0 ? [Reader, Reader] : [];
    this.#readers = [...readers, ...(hasLease ? [RivalReader] : [])].map((Kind, at) => {
      return new Kind({ ...common, number: firstReader + at });
    });
    this.#injector = new Injector(this.#world, this.#processes);
    this.#recovery = new Recovery({
      world: this.#world,
      processes: this.#byNumber,
      injector: this.#injector,
      outsiders,
    });
    this.#injector.schedule(faults);
    if (isCalm(plan)) {
      this.#calmCheck = new CalmCheck(this.#world.knowledge, this.#world.scheduler);
    }
  }

  async play(): Promise<Outcome> {
    const { configuration, knowledge, scheduler, trace } = this.#world;
    const { statistics, verdict, marks } = knowledge;
    if (machinesOf(configuration).length === 1) marks.reach("single node");
    for (const process of this.#byNumber) process.start();
    for (const client of [...this.#clients, ...this.#readers]) client.start();
    scheduler.after(configuration.durationMs, "check", 0, () => this.#calm());
    while (verdict.violation === undefined && !this.#recovery.isDone) {
      const event = scheduler.next();
      if (event === undefined) break;
      this.#perform(event);
      this.#pace(event);
      if (!SILENT_KINDS.has(event.kind)) {
        for (let hop = 0; hop < this.#microtasks; hop += 1) await settled;
      }
      this.#look(event);
      this.#lookAt?.(trace.step, (id) => this.#processes.get(id)?.node?.status());
    }
    if (verdict.violation === undefined) this.#checkSpace();
    if (verdict.violation === undefined) this.#checkHistory();
    statistics.counts.events = trace.step;
    statistics.counts.virtualMs = scheduler.nowMs;
    const { violation } = verdict;
    const { step, atMs, digest } = trace;
    return { plan: this.#plan, violation, step, atMs, digest, marks, statistics };
  }

  #perform(event: ScheduledEvent): void {
    this.#world.trace.begin(event.atMs, eventKinds.indexOf(event.kind), event.node);
    event.action();
  }

  /** Time that stands still would never end the run. */
  #pace({ atMs }: ScheduledEvent): void {
    const nowMs = Math.floor(atMs);
    if (nowMs !== this.#paceMs) this.#paceSteps = 0;
    this.#paceMs = nowMs;
    this.#paceSteps += 1;
    if (this.#paceSteps <= EVENTS_PER_MS_MAX) return;
    const reason = `more than ${EVENTS_PER_MS_MAX} events happen within one millisecond of virtual time`;
    violate(this.#world.knowledge, "I15", undefined, reason);
  }

  #look({ node }: ScheduledEvent): void {
    const { checks, knowledge, scheduler, trace } = this.#world;
    if (node > 0) this.#byNumber[node - 1]?.inspect();
    if (trace.step % SWEEP_EVERY !== 0) return;
    for (const process of this.#byNumber) {
      process.inspect();
      this.#weigh(process);
    }
    checks.logs.nothingLost();
    if (scheduler.size > EVENTS_UNDER_WAY_MAX) {
      violate(knowledge, "I15", undefined, `${scheduler.size} events are under way`);
    }
  }

  #weigh({ id, incarnation }: SimulatedProcess): void {
    const { alive, paused, pending } = incarnation;
    if (!alive || paused || pending <= PENDING_MAX) return;
    violate(this.#world.knowledge, "I15", id, `it waits for ${pending} timers and calls of its ports`);
  }

  /** The faults are over. */
  #calm(): void {
    for (const client of [...this.#clients, ...this.#readers]) client.stop();
    this.#calmCheck?.end();
    this.#injector.endChanges();
    // By then what was asked for last stands in a log, or never will.
    this.#world.scheduler.after(LAST_CHANGE_MS, "check", 0, () => this.#recovery.begin());
  }

  #checkSpace(): void {
    const { knowledge } = this.#world;
    const space = new SpaceCheck(knowledge);
    for (const { disk, record, state } of this.#byNumber) {
      // After an error of its disk a node waits for a while before it takes another snapshot.
      if (state === "up" && disk.errors === 0)
        space.look(record, disk.usage(LOG_DIRECTORY), disk.usage(SNAPSHOT_DIRECTORY));
    }
  }

  #checkHistory(): void {
    const { statistics, verdict } = this.#world.knowledge;
    const statesMax = this.#historyStatesMax;
    const found = checkLinearizable(this.#history.operations, compareAndSetModel(), { statesMax });
    if (found.type === "linearizable") return;
    const common = { node: undefined, details: found.words };
    if (found.type === "undecided") {
      statistics.counts.undecided += 1;
      const reason = `whether what the clients saw of key ${found.part} could have happened is not known after ${statesMax} states`;
      verdict.violate({ ...common, invariant: "undecided", reason });
    } else {
      const reason = `what the clients saw of key ${found.part} has no order in which it could have happened`;
      verdict.violate({ ...common, invariant: "I12", reason });
    }
  }
}

/** Nothing goes wrong in this run. */
function isCalm({ profile, faults, outsiders }: Plan): boolean {
  return profile === "calm" && faults.length === 0 && outsiders.length === 0;
}

function createWorld(plan: Plan, records: ReadonlyMap<NodeId, NodeRecord>, options: RunOptions): World {
  const { configuration } = plan;
  const scheduler = new Scheduler();
  const streams = streamsOf(parseSeed(plan.seed));
  const trace = new Trace(options.sink);
  const knowledge: Knowledge = {
    configuration,
    verdict: new Verdict(),
    marks: new Marks(),
    statistics: new Statistics(),
    records,
    committed: new CommittedLog(),
    leaders: new Map(),
    wiped: new Set(),
    quorum: Math.floor(configuration.nodes.length / 2) + 1,
  };
  const checks = new Checks(knowledge, () => scheduler.nowMs);
  const { counts } = knowledge.statistics;
  const windows = isCalm(plan) ? new WindowCheck(knowledge) : undefined;
  const network = new SimulatedNetwork({
    scheduler,
    dice: streams("network"),
    traits: configuration.link,
    traitsOf: (from, to) => linkTraitsOf(configuration, from, to),
    ids: machinesOf(configuration),
    observer: {
      sent(from, to, message) {
        counts.messages += 1;
        trace.note("send", { from, to, message });
        windows?.sent(from, to, message);
      },
      delivered(from, to, message) {
        trace.note("deliver", { from, to, message });
        windows?.delivered(from, to, message);
        checks.marks.delivered(to, message);
      },
      lost(from, to, message, reason) {
        counts.messagesLost += 1;
        trace.note("lost", { from, to, message, reason });
        windows?.lost(from, to, message);
        checks.marks.lost(message, reason);
      },
      threw(node, error) {
        violate(knowledge, "I17", node, `what it was told made it throw: ${String(error)}`);
      },
    },
  });
  return { configuration, scheduler, streams, trace, network, knowledge, checks, hooks: options.hooks ?? {} };
}
