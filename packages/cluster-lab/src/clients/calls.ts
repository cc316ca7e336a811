import type { NodeId } from "@quorate/raft-core";
import type { Scheduler } from "@quorate/virtual-time";
import type { Machine } from "../node/machine.ts";
import type { Call, CallAnswer, Request } from "./call.ts";

export interface CallsOptions {
  readonly scheduler: Scheduler;
  readonly timeoutMs: number;
  machine(id: NodeId): Machine | undefined;
}

export interface CallEnd {
  readonly state: Call["state"];
  readonly answer?: CallAnswer;
  readonly code?: string;
  readonly reason?: string;
}

/** The clients: what they have asked, and what has come of it. */
export class Calls {
  readonly options: CallsOptions;
  readonly #all: Call[] = [];
  /** What was last given out of them, for as long as it is all. */
  #given: readonly Call[] | undefined;
  #order = 0;

  constructor(options: CallsOptions) {
    this.options = options;
  }

  /** The same list for as long as nothing has changed. */
  get all(): readonly Call[] {
    this.#given ??= [...this.#all];
    return this.#given;
  }

  /** One that has just begun. */
  add(request: Request, client: number): Call {
    const call: Call = {
      id: this.#all.length + 1,
      client,
      request,
      asked: [],
      calledMs: this.options.scheduler.nowMs,
      state: "waiting",
      endedMs: undefined,
      answer: undefined,
      code: undefined,
      reason: undefined,
      calledAt: this.#tick(),
      endedAt: undefined,
    };
    this.change(call);
    return call;
  }

  get(id: number): Call | undefined {
    return this.#all[id - 1];
  }

  change(call: Call): void {
    this.#all[call.id - 1] = call;
    this.#given = undefined;
  }

  /** What came of it; counted after everything that has happened to calls. */
  end(call: Call, { state, answer, code, reason }: CallEnd): void {
    const endedMs = this.options.scheduler.nowMs;
    this.change({ ...call, state, answer, code, reason, endedMs, endedAt: this.#tick() });
  }

  #tick(): number {
    this.#order += 1;
    return this.#order;
  }
}
