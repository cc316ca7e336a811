import { type NodeId, RaftError } from "@quorate/raft-core";
import type { ScheduledEvent } from "@quorate/virtual-time";
import { ask } from "./ask.ts";
import type { Request } from "./call.ts";
import type { CallEnd, Calls } from "./calls.ts";

/** How often a client lets itself be sent on to the leader. */
const ASKED_MAX = 4;

/** What the node says is certain: the request never happens. */
const UNKNOWN: ReadonlySet<string> = new Set(["OUTCOME_UNKNOWN", "INTERNAL", "STATE_MACHINE_FAILED"]);

/** A call that is waiting for its answer. */
interface Waiting {
  readonly id: number;
  readonly controller: AbortController;
  /** Ends its patience. */
  readonly timer: ScheduledEvent;
  /** Undoes what the node that is being asked now would tell the client. */
  disconnect: () => void;
}

/** What clients do: they ask, go on to whom they are told leads, and give up. */
export class Asking {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Asks `via`, and whom it names as the leader. */
  begin(request: Request, client: number, via: NodeId): void {
    const { scheduler, timeoutMs } = this.#calls.options;
    const { id } = this.#calls.add(request, client);
    const timer = scheduler.after(timeoutMs, "client", 0, () => this.#giveUp(waiting));
    const waiting: Waiting = { id, controller: new AbortController(), timer, disconnect: () => undefined };
    this.#ask(waiting, via);
  }

  #ask(waiting: Waiting, id: NodeId): void {
    const call = this.#calls.get(waiting.id);
    if (call === undefined) return;
    this.#calls.change({ ...call, asked: [...call.asked, id] });
    const machine = this.#calls.options.machine(id);
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
      ask(machine.node, call.request, waiting.controller.signal)
        .finally(disconnect)
        .then(
          (answer) => isConnected && this.#end(waiting, { state: "done", answer }),
          (error: unknown) => isConnected && this.#failed(waiting, error),
        );
    });
  }

  #failed(waiting: Waiting, error: unknown): void {
    const call = this.#calls.get(waiting.id);
    if (call === undefined || call.state !== "waiting") return;
    const code = error instanceof RaftError ? error.code : "INTERNAL";
    const reason = error instanceof Error ? error.message : String(error);
    const leader = error instanceof RaftError && code === "NOT_LEADER" ? error.leader?.id : undefined;
    if (leader !== undefined && !call.asked.includes(leader) && call.asked.length < ASKED_MAX)
      this.#ask(waiting, leader);
    else this.#end(waiting, { state: UNKNOWN.has(code) ? "unknown" : "refused", code, reason });
  }

  #giveUp(waiting: Waiting): void {
    if (this.#calls.get(waiting.id)?.state !== "waiting") return;
    this.#end(waiting, { state: "unknown", code: "NO_ANSWER", reason: "the client has given up" });
    waiting.controller.abort();
  }

  #end(waiting: Waiting, end: CallEnd): void {
    const call = this.#calls.get(waiting.id);
    if (call === undefined || call.state !== "waiting") return;
    waiting.disconnect();
    waiting.timer.cancelled = true;
    this.#calls.end(call, end);
  }
}
