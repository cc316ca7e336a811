import type { Clock } from "@quorate/raft-core";
import type { Scheduler } from "@quorate/virtual-time";

/** Virtual time itself as a clock: what is between the nodes belongs to none of them. */
export function networkClock(scheduler: Scheduler): Clock {
  return {
    now: () => scheduler.nowMs,
    after(delayMs, callback) {
      const event = scheduler.after(delayMs, "deliver", 0, callback);
      return () => {
        event.cancelled = true;
      };
    },
    endOfTurn: (callback) => void scheduler.after(0, "deliver", 0, callback),
  };
}
