import type { KvResult } from "@quorate/statemachine-kv";
import type { Dice } from "@quorate/virtual-time";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import { type Ending, endingOf } from "./ending.ts";
import { Proposal } from "./proposal.ts";
import { type ReaderOptions, readByLease } from "./read-at.ts";
import { put } from "./request.ts";

/** A lease that is too long may be so for a short time only. */
const LOOKS_PER_HEARTBEAT = 4;

/**
 * Someone who sees all of the cluster. While several nodes take themselves for its leader, the one of the latest term is
 * asked to write, and whoever is left over from earlier terms to read by lease: it may not answer with less.
 */
export class RivalReader {
  readonly #options: ReaderOptions;
  readonly #dice: Dice;
  #writes = 0;
  #isWriting = false;
  #isStopped = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#dice = options.world.streams("workload", `reader ${options.number}`);
  }

  start(): void {
    const { configuration, scheduler } = this.#options.world;
    scheduler.after(configuration.node.raft.heartbeatIntervalMs / LOOKS_PER_HEARTBEAT, "client", 0, () => {
      if (this.#isStopped) return;
      this.#look();
      this.start();
    });
  }

  /** Asks nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  #look(): void {
    const [latest, ...others] = this.#leaders();
    if (latest === undefined || others.length === 0) return;
    if (!this.#isWriting) this.#write(latest);
    this.#readAtAll(others);
  }

  /** The latest one first. */
  #leaders(): readonly SimulatedProcess[] {
    const leaders = this.#options.processes.filter(
      ({ node, state }) => state === "up" && node?.status().role === "leader",
    );
    const termOf = ({ node }: SimulatedProcess): number => node?.status().term ?? 0;
    return leaders.toSorted((a, b) => termOf(b) - termOf(a));
  }

  #readAtAll(processes: readonly SimulatedProcess[]): void {
    for (const process of processes) readByLease(process, this.#dice.pick(this.#options.keys), this.#options);
  }

  #write(leader: SimulatedProcess): void {
    const { keys, number } = this.#options;
    this.#isWriting = true;
    this.#writes += 1;
    const proposal = new Proposal(this.#options, put(this.#dice.pick(keys), `${number}-${this.#writes}`));
    const { incarnation } = leader;
    const disconnect = leader.connect(() => end({ type: "unknown", why: "connection lost" }));
    const end = (ending: Ending<KvResult>): void => {
      disconnect();
      this.#isWriting = false;
      proposal.ended(ending);
      if (ending.type === "answered") this.#readAtAll(this.#leaders().slice(1));
    };
    incarnation.post(0, "client", () => {
      if (leader.node === undefined) return end({ type: "refused", code: "down", leader: undefined });
      proposal.proposed();
      leader.node.propose(proposal.bytes).then(
        (value) => incarnation.alive && end({ type: "answered", value }),
        (error: unknown) => incarnation.alive && end(endingOf(error)),
      );
    });
  }
}
