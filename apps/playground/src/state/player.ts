import { type Signal, signal } from "@preact/signals";
import { pieceOfTime } from "./breath.ts";
import type { Scene } from "./scene.ts";

/** How fast virtual time passes, against that of the reader. */
export const speeds: readonly number[] = [1 / 20, 1 / 10, 1 / 5, 1 / 2, 1, 2, 5, 10, 20];

const START_SPEED = 2;
/** A page that was away does not make up for it. */
const ELAPSED_MAX_MS = 100;

/** A recording ends with its last event, and a cluster where an invariant is violated. */
function hasEnded({ isFull, violation, options, nowMs, presentMs }: Scene): boolean {
  if (isFull && nowMs.peek() >= presentMs.peek()) return true;
  return violation.peek() !== undefined || (options === undefined && nowMs.peek() >= presentMs.peek());
}

/** Plays a world: one loop, on the browser's frames, that does nothing at all while it is paused. */
export class Player {
  readonly isPlaying: Signal<boolean> = signal(false);
  /** Of `speeds`. */
  readonly speed: Signal<number> = signal(START_SPEED);
  readonly #world: () => Scene;
  #lastMs: number | undefined;
  #request: number | undefined;

  constructor(world: () => Scene) {
    this.#world = world;
  }

  play(): void {
    if (this.isPlaying.peek() || hasEnded(this.#world())) return;
    this.isPlaying.value = true;
    this.#lastMs = undefined;
    this.#ask();
  }

  pause(): void {
    this.isPlaying.value = false;
    if (this.#request !== undefined) cancelAnimationFrame(this.#request);
    this.#request = undefined;
  }

  toggle(): void {
    if (this.isPlaying.peek()) this.pause();
    else this.play();
  }

  faster(by: number): void {
    this.speed.value = Math.min(speeds.length - 1, Math.max(0, this.speed.peek() + by));
  }

  #ask(): void {
    this.#request = requestAnimationFrame((timeMs) => void this.#frame(timeMs));
  }

  async #frame(timeMs: number): Promise<void> {
    const elapsedMs = Math.min(ELAPSED_MAX_MS, timeMs - (this.#lastMs ?? timeMs));
    this.#lastMs = timeMs;
    const world = this.#world();
    try {
      // A cluster in which too much happens for this speed is played more slowly, so that the page stays alive.
      await world.advance(elapsedMs * (speeds[this.speed.peek()] ?? 1), pieceOfTime());
    } catch (error) {
      this.pause();
      throw error;
    }
    if (!this.isPlaying.peek()) return;
    if (hasEnded(world)) this.pause();
    else this.#ask();
  }
}
