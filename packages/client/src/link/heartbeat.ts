import type { Clock } from "@quorate/raft-core";

const TICKS = 4;

/**
 * Watches over an open connection: `ask` for a sign of life when nothing has come for half of `silenceMsMax`, and `dead`
 * when nothing has come in all of it. Silence is counted in ticks, not in time, so that a process that was stopped for a
 * while does not take its own absence for the other's.
 */
export class Heartbeat {
  #silentTicks = 0;
  #cancel: () => void = () => undefined;

  constructor(
    clock: Clock,
    silenceMsMax: number,
    { ask, dead }: { readonly ask: () => void; readonly dead: () => void },
  ) {
    const wait = (): void => {
      this.#cancel = clock.after(silenceMsMax / TICKS, () => {
        this.#silentTicks += 1;
        if (this.#silentTicks >= TICKS) return dead();
        if (this.#silentTicks >= TICKS / 2) ask();
        wait();
      });
    };
    wait();
  }

  heard(): void {
    this.#silentTicks = 0;
  }

  stop(): void {
    this.#cancel();
  }
}
