import { setImmediate } from "node:timers/promises";
import { Scheduler } from "@quorate/virtual-time";

/**
 * Virtual time for code that only waits for promises, as the suites do: performs one event after the other, from outside,
 * for as long as they wait.
 */
export class Pump {
  readonly scheduler = new Scheduler();

  /** Performs events until `outcome` has settled. */
  async drive<T>(outcome: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    outcome.then(settled, settled);
    for (;;) {
      // Whatever the last event has settled is through by now.
      await setImmediate();
      if (isSettled) return outcome;
      const event = this.scheduler.next();
      if (event === undefined) throw new Error("it waits for what will never come");
      event.action();
    }
  }

  /** Performs everything that is due within `durationMs`. */
  pass(durationMs: number): void {
    let isOver = false;
    this.scheduler.after(durationMs, "check", 0, () => {
      isOver = true;
    });
    while (!isOver) this.scheduler.next()?.action();
  }

  /** A test of a runner's, with virtual time in it. */
  test(run: (name: string, body: () => Promise<void>) => void): (name: string, body: () => Promise<void>) => void {
    return (name, body) => run(name, () => this.drive(body()));
  }
}
