import type { Action } from "./action.ts";
import { ACTIONS_MAX, type TimedAction } from "./session.ts";

/** The actions of a history that is known: those that have been taken, and those still to come after going back. */
export class ActionList {
  readonly #all: TimedAction[];
  #taken = 0;

  constructor(all: readonly TimedAction[]) {
    this.#all = [...all];
  }

  get all(): readonly TimedAction[] {
    return [...this.#all];
  }

  get isFull(): boolean {
    return this.#taken >= ACTIONS_MAX;
  }

  /** The one that is step number `step`, if it is one. */
  at(step: number): TimedAction | undefined {
    const next = this.#all[this.#taken];
    return next?.step === step ? next : undefined;
  }

  /** The next one has been taken. */
  take(): void {
    this.#taken += 1;
  }

  /** The next one cannot be taken any more: it never was one. */
  leaveOut(): void {
    this.#all.splice(this.#taken, 1);
  }

  /** Somebody has acted: another future begins. */
  add(step: number, time: { readonly atMs?: number }, action: Action): void {
    this.forgetFuture();
    this.#all.push({ step, ...time, action });
    this.take();
  }

  forgetFuture(): void {
    this.#all.length = this.#taken;
  }

  rewind(): void {
    this.#taken = 0;
  }
}
