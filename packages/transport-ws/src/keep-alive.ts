import type { Clock } from "@quorate/raft-core";
import type { WebSocket } from "ws";

const TICKS = 4;

/**
 * Watches over an open socket: asks for a sign of life four times in `deadAfterMs`, and calls `dead` once none has come
 * in that time, at the latest. Silence is counted in ticks, not in time, so that a
 * process that was stopped for a while does not take its own absence for the peer's. Returns what ends the watch.
 */
export function keepAlive(socket: WebSocket, clock: Clock, deadAfterMs: number, dead: () => void): () => void {
  let silentTicks = 0;
  let unsentBytes = 0;
  let cancel: () => void;
  const alive = (): void => {
    silentTicks = 0;
  };
  const tick = (): void => {
    // What leaves slowly, leaves: the peer takes it.
    if (socket.bufferedAmount < unsentBytes) alive();
    unsentBytes = socket.bufferedAmount;
    silentTicks += 1;
    if (silentTicks >= TICKS) return dead();
    socket.ping();
    cancel = clock.after(deadAfterMs / TICKS, tick);
  };
  cancel = clock.after(deadAfterMs / TICKS, tick);
  socket.on("ping", alive);
  socket.on("pong", alive);
  socket.on("message", alive);
  return () => {
    cancel();
    socket.off("ping", alive);
    socket.off("pong", alive);
    socket.off("message", alive);
  };
}
