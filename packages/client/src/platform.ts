import type { Clock, Random } from "@quorate/raft-core";
import type { WebSocketConstructor } from "./link/web-socket.ts";

/** `setTimeout` counts in a signed 32-bit integer and fires at once beyond it. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The parts of the platform that not every platform has. */
interface Platform {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: typeof MessageChannel;
}

/** A browser's `setTimeout` would wait for 4 ms, and for a second in a hidden tab; a message channel does not. */
function deferOn(platform: Platform): (callback: () => void) => void {
  const immediate = platform.setImmediate;
  if (immediate !== undefined) return (callback) => void immediate(callback);
  if (platform.MessageChannel === undefined) return (callback) => void setTimeout(callback, 0);
  const { port1, port2 } = new platform.MessageChannel();
  const due: (() => void)[] = [];
  port1.addEventListener("message", () => due.shift()?.());
  port1.start();
  return (callback) => {
    due.push(callback);
    port2.postMessage(undefined);
  };
}

/** The clock of `platform`, by default the one that the code runs on. */
export function createClock(platform: Platform = globalThis): Clock {
  return {
    now: () => performance.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, Math.min(Math.ceil(delayMs), TIMEOUT_MAX_MS));
      return () => clearTimeout(timer);
    },
    endOfTurn: deferOn(platform),
  };
}

/** Of no use for secrets, and not used for any. */
export const systemRandom: Random = { next: () => Math.random() };

/** That of the platform, if it has one. */
export function platformWebSocket(
  platform: { readonly WebSocket?: WebSocketConstructor } = globalThis,
): WebSocketConstructor | undefined {
  return platform.WebSocket;
}
