import type { Dice } from "@quorate/virtual-time";
import { type ReaderOptions, readAt, readByLease } from "./read-at.ts";

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

  #readLease(): void {
    const { keys, processes } = this.#options;
    const key = this.#dice.pick(keys);
    const leaders = processes.filter(({ node }) => node?.status().role === "leader");
    readByLease(this.#dice.pick(leaders.length > 0 ? leaders : processes), key, this.#options);
  }

  #readBounded(): void {
    const { keys, processes, world } = this.#options;
    const { configuration, checks, scheduler } = world;
    const process = this.#dice.pick(processes);
    const rate = configuration.clocks[process.number - 1]?.rate ?? 1;
    const maxStalenessMs = this.#dice.logBetween(1, 1000);
    // By the clock of the simulation; a node's slow clock may take more for it.
    const atLeast = checks.reads.acknowledgedBefore(scheduler.nowMs - maxStalenessMs / rate);
    const question = { key: this.#dice.pick(keys), consistency: { maxStalenessMs } };
    readAt(process, question, {
      world,
      judge(answer) {
        if (answer !== undefined) checks.reads.sees(atLeast, answer.revision, "a read of bounded staleness");
      },
    });
  }

  /** What one node shows another one shows as well, once it is told up to which index. */
  #readSession(): void {
    const { keys, processes, world } = this.#options;
    const { checks } = world;
    const key = this.#dice.pick(keys);
    const first = this.#dice.pick(processes);
    const second = this.#dice.pick(processes);
    readAt(
      first,
      { key, consistency: "stale" },
      {
        world,
        judge(seen) {
          const minIndex = first.node?.status().appliedIndex;
          if (seen === undefined || minIndex === undefined) return;
          const judge = (answer: typeof seen | undefined): void => {
            if (answer !== undefined) checks.reads.sees(seen.revision, answer.revision, "a session's read");
          };
          readAt(second, { key, consistency: { minIndex } }, { world, judge });
        },
      },
    );
  }
}
