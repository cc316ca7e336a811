import { type ReadonlySignal, type Signal, effect, signal } from "@preact/signals";

/** What is read, not watched, follows this slowly while time runs. */
const EVERY_MS = 250;

/** `source`, but while `isPlaying` only a few times a second; nobody can read faster. */
export function calm<T>(source: ReadonlySignal<T>, isPlaying: ReadonlySignal<boolean>): ReadonlySignal<T> {
  const shown: Signal<T> = signal(source.peek());
  let shownMs = -Infinity;
  effect(() => {
    const value = source.value;
    const now = performance.now();
    if (isPlaying.value && now - shownMs < EVERY_MS) return;
    shownMs = now;
    shown.value = value;
  });
  return shown;
}
