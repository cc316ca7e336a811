import type { Clock } from "@quorate/raft-core";

/** `setTimeout` counts in a signed 32-bit integer and fires at once beyond it. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The parts of the platform that not every platform has. */
interface Platform {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: typeof MessageChannel;
}

type Defer = (callback: () => void) => void;

function deferByChannel(channel: MessageChannel): Defer {
  const due: (() => void)[] = [];
  channel.port1.addEventListener("message", () => due.shift()?.());
  channel.port1.start();
  return (callback) => {
    due.push(callback);
    channel.port2.postMessage(undefined);
  };
}

/**
 * Runs a callback as a task of its own, behind what the event loop has to deliver: in Node after the poll phase. A
 * browser's `setTimeout` would wait for 4 ms, and for a second in a hidden tab; a message channel does not.
 */
function deferOn(platform: Platform): Defer {
  const immediate = platform.setImmediate;
  if (immediate !== undefined) return (callback) => void immediate(callback);
  if (platform.MessageChannel !== undefined) return deferByChannel(new platform.MessageChannel());
  return (callback) => void setTimeout(callback, 0);
}

/** The clock of `platform`, by default the one that the code runs on. */
export function createClock(platform: Platform = globalThis): Clock {
  const defer = deferOn(platform);
  const now = (): number => performance.now();

  const after = (delayMs: number, callback: () => void): (() => void) => {
    const dueMs = now() + delayMs;
    let cancelled = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (): void => {
      const restMs = dueMs - now();
      if (restMs > 0) {
        timer = setTimeout(wait, Math.min(Math.ceil(restMs), TIMEOUT_MAX_MS));
      } else {
        // After a stall timers are due before sockets have been read: let those deliver first.
        defer(() => {
          if (!cancelled) callback();
        });
      }
    };
    wait();
    return () => {
      cancelled = true;
      clearTimeout(timer);
    };
  };

  return { now, after, endOfTurn: defer };
}

/** Real time: `performance.now`, which never goes back. The default of `RaftNode`. */
export const systemClock: Clock = createClock();
