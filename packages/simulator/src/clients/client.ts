import type { KvAnswer, KvQuery, KvResult } from "@quorate/statemachine-kv";
import type { Dice } from "@quorate/virtual-time";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import { violate } from "../invariants/observer.ts";
import { type Account, accountsIn, allAccounts, move, totalOf } from "./bank.ts";
import { type Ending, bugIn, endingInWords, endingOf } from "./ending.ts";
import type { History } from "./history.ts";
import { Proposal } from "./proposal.ts";
import {
  type CommandRequest,
  type Consistency,
  type Request,
  type Seen,
  bytesOf,
  drawRequest,
  inWords,
  textOf,
  valueIn,
} from "./request.ts";

export interface ClientOptions {
  readonly number: number;
  readonly world: World;
  readonly history: History;
  readonly processes: readonly SimulatedProcess[];
  readonly keys: readonly string[];
}

/** How often a client deals with accounts. */
const BANKING_RATE = 0.12;

/** How often a client asks again for what was not done, and for what may be asked for twice where it may have been done. */
const RETRY_RATE = 0.7;

/**
 * Someone who uses the cluster: one call after the other, each command with a value that nobody else ever writes, or the
 * last one again.
 */
export class Client {
  readonly #options: ClientOptions;
  readonly #dice: Dice;
  readonly #seen = new Map<string, Seen>();
  /** As it last saw them. */
  #accounts: readonly Account[] | undefined;
  #calls = 0;
  #target: SimulatedProcess;
  #stopped = false;
  /** What it wants to ask once more, as it was. */
  #retry: Request | undefined;
  #busy = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#dice = options.world.streams("workload", `client ${options.number}`);
    this.#target = this.#dice.pick(options.processes);
  }

  get busy(): boolean {
    return this.#busy;
  }

  start(): void {
    const { workload } = this.#options.world.configuration;
    this.#nextIn(this.#dice.exponential(workload.thinkMs));
  }

  /** Asks nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  #next(): void {
    if (this.#stopped) return;
    const request = this.#retry ?? this.#draw();
    if (this.#retry !== undefined) this.#options.world.knowledge.statistics.counts.retries += 1;
    this.#retry = undefined;
    this.#busy = true;
    if (request.type === "get") this.#get(request);
    else if (request.type === "sum") this.#sum(request);
    else this.#command(request);
  }

  #draw(): Request {
    this.#calls += 1;
    const { keys, number, world } = this.#options;
    const padding = ".".repeat(this.#dice.below(world.configuration.workload.valueBytes));
    const value = `${number}-${this.#calls}${padding}`;
    const seen = (key: string): Seen | undefined => this.#seen.get(key);
    return this.#drawBanking(value) ?? drawRequest(this.#dice, keys, { value, seen });
  }

  /** What concerns accounts, now and then. */
  #drawBanking(tag: string): Request | undefined {
    const accounts = this.#accounts;
    if (!this.#dice.chance(BANKING_RATE)) return undefined;
    if (accounts !== undefined && this.#dice.chance(0.5)) return move(this.#dice, accounts, tag);
    return { type: "sum", consistency: this.#dice.chance(0.7) ? "linearizable" : "stale" };
  }

  #get({ key, consistency }: Extract<Request, { type: "get" }>): void {
    const { history, number, world } = this.#options;
    const { scheduler } = world;
    const isLinearizable = consistency === "linearizable";
    const recorded = isLinearizable ? history.begin(number, { type: "read", key }, scheduler.nowMs) : undefined;
    const query = { type: "get", key: bytesOf(key) } as const;
    this.#read(query, { consistency, words: `get ${key}` }, (answer) => {
      if (answer === undefined) {
        if (recorded !== undefined) history.forget(recorded);
        return;
      }
      if (answer.type === "get") {
        this.#seen.set(key, { value: textOf(answer.kv?.value), modRevision: answer.kv?.modRevision ?? 0 });
      }
      if (recorded !== undefined) recorded.answer = { output: valueIn(answer), at: scheduler.nowMs };
    });
  }

  #sum({ consistency }: Extract<Request, { type: "sum" }>): void {
    const { knowledge } = this.#options.world;
    this.#read(allAccounts, { consistency, words: "sum up all accounts" }, (answer) => {
      if (answer === undefined) return;
      this.#accounts = accountsIn(answer);
      const total = totalOf(this.#accounts);
      if (total === 0) return;
      violate(knowledge, "I12", undefined, `all accounts come to ${total}: half of a transaction was seen`);
    });
  }

  /** `end` is told the answer, or that there is none. */
  #read(
    query: KvQuery,
    { consistency, words }: { consistency: Consistency; words: string },
    end: (answer: KvAnswer | undefined) => void,
  ): void {
    const { checks, knowledge } = this.#options.world;
    const atLeast = checks.reads.begin();
    const isLinearizable = consistency === "linearizable";
    const ask = (process: SimulatedProcess, signal: AbortSignal): Promise<KvAnswer> | undefined => {
      if (isLinearizable) this.#markEarlyRead(process);
      return process.node?.read(query, { consistency, signal });
    };
    this.#attempt(`${words} (${consistency})`, ask, (ending) => {
      if (ending.type !== "answered") return end(undefined);
      end(ending.value);
      if (isLinearizable) checks.reads.read(atLeast, ending.value.revision);
      else knowledge.statistics.counts.staleReads += 1;
    });
  }

  #command(request: CommandRequest): void {
    const proposal = new Proposal(this.#options, request);
    const ask = (process: SimulatedProcess, signal: AbortSignal): Promise<KvResult> | undefined => {
      if (process.node === undefined) return undefined;
      proposal.proposed();
      return process.node.propose(proposal.bytes, { signal });
    };
    this.#attempt(request.words, ask, (ending) => {
      proposal.ended(ending);
      const mayRepeat = ending.type === "refused" || (ending.type === "unknown" && request.isIdempotent);
      if (mayRepeat && this.#dice.chance(RETRY_RATE)) this.#retry = request;
    });
  }

  /** One attempt at one node. `end` is called exactly once, at the client's side. */
  #attempt<T extends KvAnswer | KvResult>(
    what: string,
    ask: (process: SimulatedProcess, signal: AbortSignal) => Promise<T> | undefined,
    end: (ending: Ending<T>) => void,
  ): void {
    const { number, world } = this.#options;
    const { configuration, scheduler, trace } = world;
    const { distanceMs, patienceMs } = configuration.workload;
    const process = this.#target;
    const giveUp = new AbortController();
    let isOver = false;
    trace.note("call", { client: number, node: process.id, what });
    const finish = (ending: Ending<T>): void => {
      if (isOver) return;
      isOver = true;
      timeout.cancelled = true;
      const heard = { client: number, node: process.id, outcome: endingInWords(ending) };
      trace.note("answer", ending.type === "answered" ? { ...heard, answer: inWords(ending.value) } : heard);
      world.knowledge.statistics.counts.answers += 1;
      if (ending.type === "refused") world.knowledge.statistics.counts.refused += 1;
      end(ending);
      this.#moveOn(ending);
    };
    const timeout = scheduler.after(patienceMs, "client", 0, () => {
      finish({ type: "unknown", why: "no answer in time" });
      if (this.#dice.chance(0.5)) giveUp.abort(new Error("the client has given up"));
    });
    const travel = (then: () => void): void => {
      scheduler.after(this.#dice.exponential(distanceMs), "client", 0, then);
    };
    travel(() => {
      const refuse = (): void => travel(() => finish({ type: "refused", code: "down", leader: undefined }));
      if (process.node === undefined || isOver) return refuse();
      const disconnect = process.connect(() => travel(() => finish({ type: "unknown", why: "connection lost" })));
      const answerWith = (ending: Ending<T>): void => {
        disconnect();
        travel(() => finish(ending));
      };
      const incarnation = process.incarnation;
      incarnation.post(0, "client", () => {
        const promise = ask(process, giveUp.signal);
        if (promise === undefined) return answerWith({ type: "refused", code: "down", leader: undefined });
        promise.then(
          (value) => incarnation.alive && answerWith({ type: "answered", value }),
          (error: unknown) => {
            if (!incarnation.alive) return;
            if (error !== giveUp.signal.reason) this.#expect(error, process);
            answerWith(endingOf(error));
          },
        );
      });
    });
  }

  #expect(error: unknown, process: SimulatedProcess): void {
    const bug = bugIn(error, process.hasRotted);
    if (bug !== undefined) violate(this.#options.world.knowledge, "I17", process.id, `a call fails with ${bug}`);
  }

  #moveOn(ending: Ending<unknown>): void {
    const { processes, world } = this.#options;
    this.#busy = false;
    let pauseMs = this.#dice.exponential(world.configuration.workload.thinkMs);
    if (ending.type !== "answered") {
      const leader = ending.type === "refused" ? ending.leader : undefined;
      this.#target = processes.find(({ id }) => id === leader) ?? this.#dice.pick(processes);
      if (leader === undefined) pauseMs += this.#dice.between(0, 50);
    } else if (this.#dice.chance(0.05)) {
      this.#target = this.#dice.pick(processes);
    }
    if (!this.#stopped) this.#nextIn(pauseMs);
  }

  /** Or with the first beat after that. */
  #nextIn(delayMs: number): void {
    const { configuration, scheduler } = this.#options.world;
    const { beatMs = 0 } = configuration.workload;
    const atMs = scheduler.nowMs + delayMs;
    scheduler.at(beatMs > 0 ? Math.ceil(atMs / beatMs) * beatMs : atMs, "client", 0, () => this.#next());
  }

  #markEarlyRead(process: SimulatedProcess): void {
    const status = process.node?.status();
    if (status?.role !== "leader") return;
    const { issued } = process.record;
    if ((issued.termAt(status.commitIndex) ?? 0) < status.term) {
      this.#options.world.knowledge.marks.reach("read asked of a leader before it committed in its term");
    }
  }
}
