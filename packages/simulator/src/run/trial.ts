import { type KvAnswer, encodeCommand } from "@quorate/statemachine-kv";
import { textOf } from "../clients/request.ts";
import type { Dice } from "../engine/dice.ts";
import { violate } from "../invariants/observer.ts";
import type { Node } from "../process/open-node.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { World } from "../process/world.ts";
import { LeaderWatch } from "./leader-watch.ts";

export interface TrialOptions {
  readonly world: World;
  /** All of them have to agree. */
  readonly group: readonly SimulatedProcess[];
  readonly dice: Dice;
  /** For how long one of them must have led without a break; 0 where that cannot be asked for. */
  readonly stableMs: number;
}

const KEY = new TextEncoder().encode("recovery");

/**
 * What a group of nodes that nothing disturbs must come to by itself: it commits a new command; each node answers a
 * linearizable read with it; every call of a client is answered; all have applied all of the same log and hold the same
 * state; and one of them leads and goes on leading.
 */
export class Trial {
  readonly #options: TrialOptions;
  readonly #leaders = new LeaderWatch();
  /** Where a call of the trial's own is under way. */
  readonly #asked = new Set<SimulatedProcess>();
  readonly #haveRead = new Set<SimulatedProcess>();
  #attempts = 0;
  /** What was written, and the commit index behind which it is known to be. */
  #written: { readonly value: string; readonly index: number } | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** Drives it on. Undefined when everything has come about; else what is missing. */
  look(): string | undefined {
    const { group, stableMs, world } = this.#options;
    const { nowMs } = world.scheduler;
    this.#leaders.look(group, nowMs);
    if (this.#written === undefined) {
      this.#write();
      return "no new command is done";
    }
    this.#readEverywhere(this.#written.value);
    const silent = group.find((process) => !this.#haveRead.has(process));
    if (silent !== undefined) return `${silent.id} has not answered a linearizable read`;
    const owing = group.find(({ callsUnderWay }) => callsUnderWay > 0);
    if (owing !== undefined) return `${owing.id} owes the answers to ${owing.callsUnderWay} calls`;
    if (!this.#isLevel(this.#written.index)) return "their logs are not equal, committed and applied to the end";
    if (this.#leaders.stableMs(nowMs) < stableMs) return `no leader stays: ${this.#leaders.inWords(nowMs)}`;
    this.#compareStates();
    return undefined;
  }

  #write(): void {
    const { dice, group, world } = this.#options;
    const leader = group.find(({ node }) => node?.status().role === "leader");
    if (leader?.node === undefined || this.#asked.has(leader)) return;
    this.#attempts += 1;
    const value = `${this.#attempts} ${dice.next()}`;
    const command = encodeCommand({ type: "put", key: KEY, value: new TextEncoder().encode(value) });
    world.checks.ledger.proposed(command);
    this.#call(leader, leader.node.propose(command), () => {
      this.#written = { value, index: world.knowledge.committed.lastIndex };
    });
  }

  #readEverywhere(value: string): void {
    for (const process of this.#options.group) {
      const { node } = process;
      if (node === undefined || this.#haveRead.has(process) || this.#asked.has(process)) continue;
      this.#call(process, this.#read(node), (answer) => {
        if (answer.type === "get" && textOf(answer.kv?.value) === value) this.#haveRead.add(process);
        else this.#violate("I14", process, "its linearizable read does not see what was written before");
      });
    }
  }

  #read(node: Node): Promise<KvAnswer> {
    return node.read({ type: "get", key: KEY }, { consistency: "linearizable" });
  }

  /** One that fails, or whose node dies, is tried again with the next look. */
  #call<T>(process: SimulatedProcess, promise: Promise<T>, done: (value: T) => void): void {
    const over = (): void => void this.#asked.delete(process);
    this.#asked.add(process);
    const disconnect = process.connect(over);
    promise
      .then(done)
      .catch((error: unknown) => {
        this.#options.world.trace.note("log", { node: process.id, level: "recovery", message: String(error) });
      })
      .finally(() => {
        disconnect();
        over();
      });
  }

  #isLevel(index: number): boolean {
    const { group } = this.#options;
    const ends = group.map(({ node, record }) => {
      const status = node?.status();
      if (status === undefined || status.appliedIndex < Math.max(index, status.lastIndex)) return undefined;
      return `${status.lastIndex} ${record.issued.chainAt(status.lastIndex)}`;
    });
    return ends[0] !== undefined && ends.every((end) => end === ends[0]);
  }

  #compareStates(): void {
    const digests = new Set(this.#options.group.map((process) => process.digest()));
    if (digests.size > 1) this.#violate("I6", undefined, "nodes have applied the same log, but their states differ");
  }

  #violate(invariant: "I6" | "I14", process: SimulatedProcess | undefined, reason: string): void {
    violate(this.#options.world.knowledge, invariant, process?.id, reason);
  }
}
