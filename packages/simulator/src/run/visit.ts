import { type NodeId, RaftError } from "@quorate/raft-core";
import { encodeCommand } from "@quorate/statemachine-kv";
import type { Dice } from "@quorate/virtual-time";
import { bugIn } from "../clients/ending.ts";
import { textOf } from "../clients/request.ts";
import { violate } from "../invariants/observer.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";

export interface VisitOptions {
  readonly world: World;
  readonly process: SimulatedProcess;
  /** Where the node may send its visitor to: also to one that is no good as a leader. */
  readonly processes: readonly SimulatedProcess[];
  readonly dice: Dice;
  /** For how long it waits for one answer. */
  readonly patienceMs: number;
}

const encoder = new TextEncoder();

/**
 * Somebody who knows one node only: writes through it, which means at the leader that it names, and then reads what was
 * written from the node itself. A call that fails, or whose node dies, is made again with the next look.
 */
export class Visit {
  readonly #options: VisitOptions;
  readonly #key: Uint8Array;
  #attempts = 0;
  /** The call that is waited for. */
  #waitsFor = 0;
  #waitsSinceMs = 0;
  /** Whom the node has named as the leader. */
  #sentTo: NodeId | undefined;
  #written: string | undefined;
  #hasRead = false;

  constructor(options: VisitOptions) {
    this.#options = options;
    this.#key = encoder.encode(`recovery/${options.process.id}`);
  }

  get process(): SimulatedProcess {
    return this.#options.process;
  }

  /** Drives it on. Undefined when it is over; else what is missing. */
  look(): string | undefined {
    if (this.#hasRead) return undefined;
    const { id } = this.#options.process;
    if (this.#written === undefined) {
      if (!this.#isWaiting()) this.#write();
      return `no new command through ${id} is done`;
    }
    if (!this.#isWaiting()) this.#read(this.#written);
    return `${id} has not answered a linearizable read`;
  }

  /** A leader that is cut off may never answer: after a while the node is asked again who leads. */
  #isWaiting(): boolean {
    const { patienceMs, world } = this.#options;
    return this.#waitsFor > 0 && world.scheduler.nowMs - this.#waitsSinceMs < patienceMs;
  }

  #write(): void {
    const { dice, process, processes, world } = this.#options;
    const target = processes.find(({ id }) => id === this.#sentTo) ?? process;
    this.#sentTo = undefined;
    if (target.node === undefined) return;
    const value = `${this.#attempts + 1} ${dice.next()}`;
    const command = { type: "put", key: this.#key, value: encoder.encode(value) } as const;
    const bytes = encodeCommand(command);
    world.checks.ledger.proposed(bytes, command);
    this.#call(target, target.node.propose(bytes), () => {
      this.#written = value;
    });
  }

  #read(value: string): void {
    const { process, world } = this.#options;
    const { node } = process;
    if (node === undefined) return;
    const promise = node.read({ type: "get", key: this.#key }, { consistency: "linearizable" });
    this.#call(process, promise, (answer) => {
      this.#hasRead = answer.type === "get" && textOf(answer.kv?.value) === value;
      if (this.#hasRead) return;
      violate(world.knowledge, "I14", process.id, "its linearizable read does not see what was written before");
    });
  }

  #call<T>(process: SimulatedProcess, promise: Promise<T>, done: (value: T) => void): void {
    this.#attempts += 1;
    const attempt = this.#attempts;
    this.#waitsFor = attempt;
    this.#waitsSinceMs = this.#options.world.scheduler.nowMs;
    const over = (): void => {
      if (this.#waitsFor === attempt) this.#waitsFor = 0;
    };
    const disconnect = process.connect(over);
    const { incarnation } = process;
    promise
      .then((value) => {
        if (this.#waitsFor === attempt) done(value);
      })
      .catch((error: unknown) => incarnation.alive && this.#failed(process, error))
      .finally(() => {
        disconnect();
        over();
      });
  }

  #failed(process: SimulatedProcess, error: unknown): void {
    const { knowledge, trace } = this.#options.world;
    trace.note("log", { node: process.id, level: "recovery", message: String(error) });
    const bug = bugIn(error, process.hasRotted);
    if (bug !== undefined) violate(knowledge, "I17", process.id, `a call fails with ${bug}`);
    if (error instanceof RaftError && error.code === "NOT_LEADER") this.#sentTo = error.leader?.id;
  }
}
