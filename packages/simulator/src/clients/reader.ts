import type { ReadConsistency } from "@quorate/raft-node";
import type { KvAnswer } from "@quorate/statemachine-kv";
import type { Dice } from "../engine/dice.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import type { History } from "./history.ts";
import { bytesOf, valueIn } from "./request.ts";

export interface ReaderOptions {
  /** As a client of the history. */
  readonly number: number;
  readonly world: World;
  readonly history: History;
  readonly processes: readonly SimulatedProcess[];
  readonly keys: readonly string[];
}

/** How an answer is judged. Undefined: there was none. */
type Judge = (answer: KvAnswer | undefined) => void;

/** Someone who reads by lease, by session and with bounded staleness, anywhere, and knows what each may show at least. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #dice: Dice;
  readonly #kinds: readonly (() => void)[];
  #isStopped = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#dice = options.world.streams("workload", `reader ${options.number}`);
    const { leaseDriftMax } = options.world.configuration.node.raft;
    const others = [(): void => this.#readBounded(), (): void => this.#readSession()];
    this.#kinds = leaseDriftMax === undefined ? others : [...others, (): void => this.#readLease()];
  }

  start(): void {
    const { configuration, scheduler } = this.#options.world;
    scheduler.after(this.#dice.exponential(2 * configuration.workload.thinkMs), "client", 0, () => {
      if (this.#isStopped) return;
      this.#dice.pick(this.#kinds)();
      this.start();
    });
  }

  /** Asks nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** As good as linearizable: goes into the history as well. */
  #readLease(): void {
    const { history, keys, number, processes, world } = this.#options;
    const { checks, knowledge, scheduler } = world;
    const key = this.#dice.pick(keys);
    const leaders = processes.filter(({ node }) => node?.status().role === "leader");
    const process = this.#dice.pick(leaders.length > 0 ? leaders : processes);
    const atLeast = checks.reads.begin();
    const recorded = history.begin(number, { type: "read", key }, scheduler.nowMs);
    this.#ask(process, { key, consistency: "lease" }, (answer) => {
      if (answer === undefined) return history.forget(recorded);
      recorded.answer = { output: valueIn(answer), at: scheduler.nowMs };
      checks.reads.read(atLeast, answer.revision);
      if (process.node?.status().role === "leader") knowledge.marks.reach("lease read answered");
    });
  }

  #readBounded(): void {
    const { configuration, checks, scheduler } = this.#options.world;
    const process = this.#dice.pick(this.#options.processes);
    const rate = configuration.clocks[process.number - 1]?.rate ?? 1;
    const maxStalenessMs = this.#dice.logBetween(1, 1000);
    // By the clock of the simulation; a node's slow clock may take more for it.
    const atLeast = checks.reads.acknowledgedBefore(scheduler.nowMs - maxStalenessMs / rate);
    this.#ask(process, { key: this.#dice.pick(this.#options.keys), consistency: { maxStalenessMs } }, (answer) => {
      if (answer !== undefined) checks.reads.sees(atLeast, answer.revision, "a read of bounded staleness");
    });
  }

  /** What one node shows another one shows as well, once it is told up to which index. */
  #readSession(): void {
    const { checks } = this.#options.world;
    const key = this.#dice.pick(this.#options.keys);
    const first = this.#dice.pick(this.#options.processes);
    const second = this.#dice.pick(this.#options.processes);
    this.#ask(first, { key, consistency: "stale" }, (seen) => {
      const minIndex = first.node?.status().appliedIndex;
      if (seen === undefined || minIndex === undefined) return;
      this.#ask(second, { key, consistency: { minIndex } }, (answer) => {
        if (answer !== undefined) checks.reads.sees(seen.revision, answer.revision, "a session's read");
      });
    });
  }

  /** Asks at once, where the process runs; `judge` hears of the answer when it is there, once. */
  #ask(
    process: SimulatedProcess,
    { key, consistency }: { readonly key: string; readonly consistency: ReadConsistency },
    judge: Judge,
  ): void {
    const { configuration, knowledge, scheduler } = this.#options.world;
    const { incarnation } = process;
    if (process.node === undefined || incarnation.paused) return judge(undefined);
    const giveUp = new AbortController();
    const disconnect = process.connect(() => end(undefined));
    const end = (answer: KvAnswer | undefined): void => {
      if (timeout.cancelled) return;
      timeout.cancelled = true;
      disconnect();
      if (answer !== undefined) knowledge.statistics.counts.checkedReads += 1;
      judge(answer);
    };
    const timeout = scheduler.after(configuration.workload.patienceMs, "client", 0, () => {
      end(undefined);
      giveUp.abort(new Error("the reader has given up"));
    });
    process.node.read({ type: "get", key: bytesOf(key) }, { consistency, signal: giveUp.signal }).then(
      (answer) => incarnation.alive && end(answer),
      () => incarnation.alive && end(undefined),
    );
  }
}
