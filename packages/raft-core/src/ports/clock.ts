/** The only source of time. Everything a node does at a later time goes through it, so that a simulator can own it. */
export interface Clock {
  /** Milliseconds on a clock that never goes back and has no defined start. */
  now(): number;

  /**
   * Calls `callback` once, not before `delayMs` have passed, and only after everything that has already arrived has
   * been delivered as far as the platform lets it. Returns a function that cancels it.
   */
  after(delayMs: number, callback: () => void): () => void;

  /** Calls `callback` once, soon, but after the current turn of the event loop has delivered what it has to deliver. */
  endOfTurn(callback: () => void): void;
}
