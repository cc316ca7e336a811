import type { Clock } from "@quorate/raft-core";

/** Beyond it `setTimeout` fires at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The process's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),

  after(delayMs, callback) {
    const dueMs = performance.now() + delayMs;
    let timeout: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;
    const wait = (): void => {
      const restMs = dueMs - performance.now();
      if (restMs > 0) timeout = setTimeout(wait, Math.min(Math.ceil(restMs), TIMEOUT_MAX_MS));
      // What has arrived on sockets meanwhile is delivered first.
      else immediate = setImmediate(callback);
    };
    wait();
    return () => {
      clearTimeout(timeout);
      clearImmediate(immediate);
    };
  },

  endOfTurn(callback) {
    setImmediate(callback);
  },
};
