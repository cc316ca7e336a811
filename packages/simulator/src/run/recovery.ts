import { encodeCommand } from "@quorate/statemachine-kv";
import { violate } from "../invariants/observer.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";

/** Of virtual time: how long a cluster that nothing disturbs may take to work again and agree. */
const WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 25;

/**
 * After the faults: within bounded time there must be a leader, a new command must be committed, and every node must
 * have applied it and hold the same state.
 */
export class Recovery {
  readonly #world: World;
  readonly #processes: readonly SimulatedProcess[];
  readonly #mayRefuse: boolean;
  readonly #dice;
  #deadlineMs = Infinity;
  #attempts = 0;
  #asking = false;
  /** The commit index behind which the new command is known to be. */
  #goal: number | undefined;
  #isDone = false;

  constructor(world: World, processes: readonly SimulatedProcess[], mayRefuse: boolean) {
    this.#world = world;
    this.#processes = processes;
    this.#mayRefuse = mayRefuse;
    this.#dice = world.streams("recovery");
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  begin(): void {
    this.#deadlineMs = this.#world.scheduler.nowMs + WITHIN_MS;
    for (const process of this.#processes) process.start();
    this.#look();
  }

  #look(): void {
    const { knowledge, scheduler } = this.#world;
    const running = this.#processes.filter(({ state }) => state !== "refused");
    if (this.#mayRefuse && running.length < this.#processes.length) {
      // What is left need not be able to go on; that it never answered wrongly is all that is asked.
      this.#isDone = true;
    } else if (this.#goal === undefined) {
      this.#ask();
    } else if (this.#haveAgreed(running, this.#goal)) {
      this.#isDone = true;
    }
    if (this.#isDone) return;
    if (scheduler.nowMs > this.#deadlineMs) violate(knowledge, "liveness", undefined, this.#describe());
    else scheduler.after(LOOK_EVERY_MS, "check", 0, () => this.#look());
  }

  #ask(): void {
    const leader = this.#processes.find(({ node }) => node?.status().role === "leader");
    if (leader?.node === undefined || this.#asking) return;
    this.#attempts += 1;
    this.#asking = true;
    const key = new TextEncoder().encode("recovery");
    const value = new TextEncoder().encode(`recovery ${this.#attempts} ${this.#dice.next()}`);
    const command = encodeCommand({ type: "put", key, value });
    this.#world.checks.ledger.proposed(command);
    const { node } = leader;
    const disconnect = leader.connect(() => {
      this.#asking = false;
    });
    node
      .propose(command)
      .then(() => {
        this.#goal = this.#world.knowledge.committed.lastIndex;
      })
      .catch((error: unknown) => {
        this.#world.trace.note("log", { node: leader.id, level: "recovery", message: String(error) });
      })
      .finally(() => {
        disconnect();
        this.#asking = false;
      });
  }

  #haveAgreed(running: readonly SimulatedProcess[], goal: number): boolean {
    const statuses = running.map(({ node }) => node?.status());
    if (statuses.some((status) => status === undefined || status.appliedIndex < goal)) return false;
    const indexes = new Set(statuses.map((status) => status?.appliedIndex));
    if (indexes.size > 1) return false;
    const digests = new Set(running.map((process) => process.digest()));
    if (digests.size > 1) {
      violate(
        this.#world.knowledge,
        "I6",
        undefined,
        "the nodes have applied the same entries, but their states differ",
      );
    }
    return true;
  }

  #describe(): string {
    const nodes = this.#processes.map(({ id, node, state }) => {
      const status = node?.status();
      if (status === undefined) return `${id} is ${state}`;
      const { role, term, commitIndex, appliedIndex, lastIndex } = status;
      return `${id} is ${role} in term ${term}, log to ${lastIndex}, committed ${commitIndex}, applied ${appliedIndex}`;
    });
    const what = this.#goal === undefined ? "no new command is done" : `not everybody has applied ${this.#goal}`;
    return `${WITHIN_MS / 1000} s after the faults ${what}: ${nodes.join("; ")}`;
  }
}
