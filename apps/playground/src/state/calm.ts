import { type ReadonlySignal, type Signal, effect, signal } from "@preact/signals";

/** `source`, but while `isPlaying` only so often: what is read, not watched, need not follow every frame. */
export function calm<T>(
  source: ReadonlySignal<T>,
  isPlaying: ReadonlySignal<boolean>,
  everyMs: number,
): ReadonlySignal<T> {
  const shown: Signal<T> = signal(source.peek());
  let shownMs = -Infinity;
  effect(() => {
    const value = source.value;
    const now = performance.now();
    if (isPlaying.value && now - shownMs < everyMs) return;
    shownMs = now;
    shown.value = value;
  });
  return shown;
}
