import { type NodeId, RaftError } from "@quorate/raft-core";
import type { ScheduledEvent, Scheduler } from "@quorate/virtual-time";
import type { Machine } from "../node/machine.ts";
import type { Ask } from "./ask.ts";
import type { Call, CallAnswer, Request } from "./call.ts";

export interface CallsOptions {
  readonly scheduler: Scheduler;
  readonly timeoutMs: number;
  machine(id: NodeId): Machine | undefined;
}

/** How often a client lets itself be sent on to the leader. */
const ASKED_MAX = 4;

/** What the node says is certain: the request never happens. */
const UNKNOWN: ReadonlySet<string> = new Set(["OUTCOME_UNKNOWN", "INTERNAL", "STATE_MACHINE_FAILED"]);

/** Who asks whom first, and how. */
export interface Begin {
  readonly client: number;
  readonly via: NodeId;
  readonly ask: Ask;
}

/** A call that is waiting for its answer. */
interface Waiting {
  readonly id: number;
  readonly ask: Ask;
  readonly controller: AbortController;
  /** Ends its patience. */
  readonly timer: ScheduledEvent;
  /** Undoes what the node that is being asked now would tell the client. */
  disconnect: () => void;
}

/** The clients: what they have asked, and what has come of it. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #all: Call[] = [];
  /** What was last given out of them, for as long as it is all. */
  #given: readonly Call[] | undefined;
  #order = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** The same list for as long as nothing has changed. */
  get all(): readonly Call[] {
    this.#given ??= [...this.#all];
    return this.#given;
  }

  /** Asks `via`, and whom it names as the leader. */
  begin(request: Request, { client, via, ask }: Begin): void {
    const { scheduler, timeoutMs } = this.#options;
    const id = this.#all.length + 1;
    const call: Call = {
      id,
      client,
      request,
      asked: [],
      calledMs: scheduler.nowMs,
      state: "waiting",
      endedMs: undefined,
      answer: undefined,
      code: undefined,
      reason: undefined,
      calledAt: this.#tick(),
      endedAt: undefined,
    };
    this.#all.push(call);
    this.#given = undefined;
    const timer = scheduler.after(timeoutMs, "client", 0, () => this.#giveUp(waiting));
    const waiting: Waiting = { id, ask, controller: new AbortController(), timer, disconnect: () => undefined };
    this.#ask(waiting, via);
  }

  #ask(waiting: Waiting, id: NodeId): void {
    const call = this.#get(waiting.id);
    if (call === undefined) return;
    this.#change({ ...call, asked: [...call.asked, id] });
    const machine = this.#options.machine(id);
    const { life } = machine ?? {};
    if (machine?.node === undefined || life === undefined) {
      return this.#end(waiting, { state: "refused", code: "DOWN", reason: `${id} does not run` });
    }
    let isConnected = true;
    const disconnect = machine.connect(() => {
      isConnected = false;
      this.#end(waiting, { state: "unknown", code: "CONNECTION_LOST", reason: `${id} has died` });
    });
    waiting.disconnect = disconnect;
    life.now("client", () => {
      if (!isConnected || machine.node === undefined) return;
      waiting
        .ask(machine.node, call.request, waiting.controller.signal)
        .finally(disconnect)
        .then(
          (answer) => isConnected && this.#end(waiting, { state: "done", answer }),
          (error: unknown) => isConnected && this.#failed(waiting, error),
        );
    });
  }

  #failed(waiting: Waiting, error: unknown): void {
    const call = this.#get(waiting.id);
    if (call === undefined || call.state !== "waiting") return;
    const code = error instanceof RaftError ? error.code : "INTERNAL";
    const reason = error instanceof Error ? error.message : String(error);
    const leader = error instanceof RaftError && code === "NOT_LEADER" ? error.leader?.id : undefined;
    if (leader !== undefined && !call.asked.includes(leader) && call.asked.length < ASKED_MAX)
      this.#ask(waiting, leader);
    else this.#end(waiting, { state: UNKNOWN.has(code) ? "unknown" : "refused", code, reason });
  }

  #giveUp(waiting: Waiting): void {
    if (this.#get(waiting.id)?.state !== "waiting") return;
    this.#end(waiting, { state: "unknown", code: "NO_ANSWER", reason: "the client has given up" });
    waiting.controller.abort();
  }

  #end(waiting: Waiting, end: { state: Call["state"]; answer?: CallAnswer; code?: string; reason?: string }): void {
    const call = this.#get(waiting.id);
    if (call === undefined || call.state !== "waiting") return;
    waiting.disconnect();
    waiting.timer.cancelled = true;
    const { state, answer, code, reason } = end;
    const endedMs = this.#options.scheduler.nowMs;
    this.#change({ ...call, state, answer, code, reason, endedMs, endedAt: this.#tick() });
  }

  #get(id: number): Call | undefined {
    return this.#all[id - 1];
  }

  #change(call: Call): void {
    this.#all[call.id - 1] = call;
    this.#given = undefined;
  }

  #tick(): number {
    this.#order += 1;
    return this.#order;
  }
}
