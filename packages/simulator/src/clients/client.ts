import { type NodeId, RaftError } from "@quorate/raft-core";
import { type KvAnswer, type KvResult, encodeCommand } from "@quorate/statemachine-kv";
import type { Dice } from "../engine/dice.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import type { History, Recorded } from "./history.ts";
import { type Request, type Seen, drawRequest, textOf, valueIn } from "./request.ts";

export interface ClientOptions {
  readonly number: number;
  readonly world: World;
  readonly history: History;
  readonly processes: readonly SimulatedProcess[];
  readonly keys: readonly string[];
}

/** How an attempt ended: with an answer, certainly without effect, or nobody knows. */
type Ending<T> =
  | { readonly type: "answered"; readonly value: T }
  | { readonly type: "refused"; readonly code: string; readonly leader: NodeId | undefined }
  | { readonly type: "unknown"; readonly why: string };

/** These say that nothing has happened and never will; every other failure leaves it open. */
const REFUSALS = new Set(["NOT_LEADER", "NO_LEADER", "OVERLOADED", "CLOSED", "STORAGE_FAILED", "TOO_LARGE"]);

/** How often a client asks again for what was not done, and for what may be asked for twice where it may have been done. */
const RETRY_RATE = 0.7;

function endingOf(error: unknown): Ending<never> {
  if (error instanceof RaftError && REFUSALS.has(error.code)) {
    return { type: "refused", code: error.code, leader: error.leader?.id };
  }
  return { type: "unknown", why: error instanceof RaftError ? error.code : String(error) };
}

/**
 * Someone who uses the cluster: one call after the other, each command with a value that nobody else ever writes, or the
 * last one again.
 */
export class Client {
  readonly #options: ClientOptions;
  readonly #dice: Dice;
  readonly #seen = new Map<string, Seen>();
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
    const { configuration, scheduler } = this.#options.world;
    const thinkMs = this.#dice.exponential(configuration.workload.thinkMs);
    scheduler.after(thinkMs, "client", 0, () => this.#next());
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
    else this.#command(request);
  }

  #draw(): Request {
    this.#calls += 1;
    const { keys, number, world } = this.#options;
    const padding = ".".repeat(this.#dice.below(world.configuration.workload.valueBytes));
    const value = `${number}-${this.#calls}${padding}`;
    return drawRequest(this.#dice, keys, { value, seen: (key) => this.#seen.get(key) });
  }

  #get({ key, consistency }: Extract<Request, { type: "get" }>): void {
    const { history, number, world } = this.#options;
    const { checks, knowledge, scheduler } = world;
    const atLeast = checks.reads.begin();
    const isLinearizable = consistency === "linearizable";
    const recorded = isLinearizable ? history.begin(number, { type: "read", key }, scheduler.nowMs) : undefined;
    const query = { type: "get", key: new TextEncoder().encode(key) } as const;
    const ask = (process: SimulatedProcess, signal: AbortSignal): Promise<KvAnswer> | undefined => {
      if (isLinearizable) this.#markEarlyRead(process);
      return process.node?.read(query, { consistency, signal });
    };
    this.#attempt(`get ${key} (${consistency})`, ask, (ending) => {
      if (ending.type !== "answered") {
        if (recorded !== undefined) history.forget(recorded);
        return;
      }
      if (ending.value.type === "get") {
        const { kv } = ending.value;
        this.#seen.set(key, { value: textOf(kv?.value), modRevision: kv?.modRevision ?? 0 });
      }
      if (recorded === undefined) {
        knowledge.statistics.counts.staleReads += 1;
      } else {
        recorded.answer = { output: valueIn(ending.value), at: scheduler.nowMs };
        checks.reads.read(atLeast, ending.value.revision);
      }
    });
  }

  #command(request: Extract<Request, { type: "command" }>): void {
    const { history, number, world } = this.#options;
    const { checks, knowledge, scheduler } = world;
    const bytes = encodeCommand(request.command);
    const atLeast = checks.reads.begin();
    let isProposed = false;
    const recorded = request.inputs.map((input) => history.begin(number, input, scheduler.nowMs));
    const ask = (process: SimulatedProcess, signal: AbortSignal): Promise<KvResult> | undefined => {
      if (process.node === undefined) return undefined;
      checks.ledger.proposed(bytes);
      isProposed = true;
      return process.node.propose(bytes, { signal });
    };
    this.#attempt(request.words, ask, (ending) => {
      if (ending.type === "answered") {
        checks.ledger.settled(bytes, "done");
        this.#answered(request, recorded, ending.value);
        if (ending.value.type !== "invalid") {
          checks.reads.wrote(atLeast, ending.value.revision, isChange(ending.value));
        }
      } else if (ending.type === "refused") {
        if (isProposed) checks.ledger.settled(bytes, "refused");
        for (const each of recorded) history.forget(each);
        if (this.#dice.chance(RETRY_RATE)) this.#retry = request;
      } else {
        checks.ledger.settled(bytes, "unknown");
        knowledge.statistics.counts.unknown += 1;
        knowledge.marks.reach("outcome unknown told to a client");
        if (request.isIdempotent && this.#dice.chance(RETRY_RATE)) this.#retry = request;
      }
    });
  }

  #answered(request: Extract<Request, { type: "command" }>, recorded: readonly Recorded[], result: KvResult): void {
    const outputs = request.outputs(result);
    const at = this.#options.world.scheduler.nowMs;
    for (const [i, each] of recorded.entries()) each.answer = { output: outputs[i] ?? null, at };
  }

  /** One attempt at one node. `end` is called exactly once, at the client's side. */
  #attempt<T>(
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
      trace.note("answer", { client: number, node: process.id, outcome: outcomeOf(ending) });
      world.knowledge.statistics.counts.answers += 1;
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
          (error: unknown) => incarnation.alive && answerWith(endingOf(error)),
        );
      });
    });
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
    if (!this.#stopped) world.scheduler.after(pauseMs, "client", 0, () => this.#next());
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

function outcomeOf(ending: Ending<unknown>): string {
  if (ending.type === "answered") return "done";
  return ending.type === "refused" ? `refused, ${ending.code}` : `unknown, ${ending.why}`;
}

function isChange(result: KvResult): boolean {
  if (result.type === "txn") {
    return result.responses.some((each) => each.type === "put" || (each.type === "delete" && each.deleted > 0));
  }
  return result.type === "put" || (result.type === "delete" && result.deleted > 0);
}
