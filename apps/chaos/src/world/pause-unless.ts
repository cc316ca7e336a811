import { setTimeout as pause } from "node:timers/promises";

/** Waits for so long, or until the signal is aborted. Any other error is not for whoever waits, and rejects. */
export async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError" && signal.aborted)) throw error;
  }
}
